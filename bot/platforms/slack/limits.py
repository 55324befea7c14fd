"""Slack's limits that shape our messages, in characters or in pieces (docs.slack.dev/reference/block-kit/blocks)."""

HEADER = 150
SECTION_TEXT = 3000
BUTTON_TEXT = 75
OPTION_TEXT = 75
PLACEHOLDER = 150
ALT_TEXT = 2000
BLOCKS = 50
ACTION_ELEMENTS = 25
FALLBACK_TEXT = 4000
"""docs.slack.dev/reference/methods/chat.postMessage advises 4,000 for `text` and cuts at 40,000."""
MODAL_TITLE = 24
"""Also for the words on a modal's own buttons (docs.slack.dev/reference/views/modal-views)."""
MODAL_BLOCKS = 100
OPTIONS = 100
PREFORMATTED = 3000
"""Ours: characters of a file in one message."""
