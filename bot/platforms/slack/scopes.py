"""What the app asks of a Slack workspace, each with its reason. Manifest, installation and doctor read it here."""

from collections.abc import Iterable
from enum import StrEnum


class Extra(StrEnum):
    """A feature that needs more than the rest of the bot; an operator chooses it."""

    HISTORY = "history"
    PICTURES = "pictures"


SCOPES = {
    "commands": "the commands themselves",
    "chat:write": "answers to mentions and direct messages, and saved copies",
    "im:history": "questions that people write to the bot in direct messages",
    "im:write": "'Keep a copy', and the welcome to whoever sets the bot up",
    "app_mentions:read": "questions in a mention of the bot",
    "users:read": "the language a person chose; whether somebody is an administrator",
    "channels:read": "a moderator names a public channel; whether the bot is a member there",
    "groups:read": "the same for a private channel that the bot was invited to",
}
"""What every installation asks for (docs.slack.dev/reference/scopes), and why."""
EXTRA_SCOPES = {
    Extra.HISTORY: {
        "channels:history": "after a crash: whether a tip was posted already in a public channel",
        "groups:history": "the same in a private channel that the bot was invited to",
    },
    Extra.PICTURES: {"files:write": "drawings on cards where the bot has no public address: each is uploaded once"},
}
EVENTS = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
}
"""What the bot listens to, and the scope that Slack wants for it (docs.slack.dev/reference/events)."""


def scopes(extras: Iterable[Extra] = ()) -> dict[str, str]:
    """The scopes to ask for, and why each."""
    asked = dict(SCOPES)
    for extra in extras:
        asked |= EXTRA_SCOPES[extra]
    return asked
