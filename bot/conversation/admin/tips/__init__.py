"""Daily tips as moderators run them in chat: a wish about them in, a card or a form out."""
