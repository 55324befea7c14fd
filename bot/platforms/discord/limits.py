"""Discord's limits that shape our messages (discord.com/developers/docs/components/reference)."""

TEXT = 4000
"""Characters of all text displays of one message."""
BUTTONS_A_ROW = 5
LABEL = 80
OPTION_LABEL = 100
OPTIONS = 25
CHOICES = 25
CHOICE_NAME = 100
COMMAND_DESCRIPTION = 100
COMPONENTS = 40
TEXT_DISPLAYS = 12
"""Ours: so many text displays leave room for the buttons of the fullest card."""
DESCRIPTION = 1024
"""Characters of a picture's description."""
MODAL_FIELDS = 5
MODAL_TITLE = 45
"""Also for the label of a field in a modal."""
PLACEHOLDER = 150
