"""What differs between two states of a workspace's choices, as an audit tells it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.conversation.administration import ChannelChoices, Choices

OF_A_CHANNEL = tuple(field.name for field in fields(ChannelChoices) if field.name != "channel")
OF_A_WORKSPACE = tuple(
    field.name for field in fields(Choices) if field.name not in {"workspace", "version", "channels", "removed_at"}
)
"""What a moderator chooses; the bot itself sets `removed_at`."""


@dataclass(frozen=True)
class Change:
    """`what` is a field's name, or `channels.<id>.<field>`; the values are JSON."""

    what: str
    before: Any
    after: Any


def differences(before: Choices, after: Choices) -> Iterator[Change]:
    """Exactly the fields that differ, the workspace's own first."""
    yield from _between(before, after, OF_A_WORKSPACE, "")
    for channel in sorted({c.channel for c in (*before.channels, *after.channels)}):
        yield from _between(before.channel(channel), after.channel(channel), OF_A_CHANNEL, f"channels.{channel}.")


def _between(before: Any, after: Any, names: tuple[str, ...], where: str) -> Iterator[Change]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(where + name, _plain(old), _plain(new))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def tidied(choices: Choices) -> Choices:
    """Each channel once (its last choice holds) and in order, without those that choose nothing."""
    tidy = replace(choices, channels=())
    for channel in choices.channels:
        tidy = tidy.with_channel(channel)
    return tidy
