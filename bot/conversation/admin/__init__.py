"""What moderators ask for and get, with no platform in sight: a wish in, a card or a form out."""
