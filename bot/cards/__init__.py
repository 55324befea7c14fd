"""The card that every platform draws, and how templates make it: Jinja -> Markdown -> nodes."""
