"""One Slack workspace over the World, with the app installed in it: what all parts of the loopback share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.world import BOT, Channel, Message, Platform, World

from .faults import Faults
from .files import PRIVATE, Files, shows_files
from .ids import Ids
from .messages import content
from .recording import Recorder
from .refusals import Refusal
from .scopes import DEFAULT_SCOPES

TEAM = "T0LOOPBACK"


@dataclass
class Workspace:
    """A `distributed` app is one installed outside the workspace that made it."""

    world: World
    scopes: frozenset[str] = frozenset(DEFAULT_SCOPES)
    bot_token: str = "xoxb-loopback"  # noqa: S105
    app_token: str = "xapp-loopback"  # noqa: S105
    signing_secret: str = "loopback-signing-secret"  # noqa: S105
    team: str = TEAM
    app: str = "A0LOOPBACK"
    bot_user: str = "U0LOOPBOT0"
    bot: str = "B0LOOPBOT0"
    revoked: bool = False
    expiring: dict[str, datetime] = field(default_factory=dict)
    """When each bot token runs out that was given to an app that rotates them; `bot_token` is the newest."""
    distributed: bool = False
    url: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)
    faults: Faults = field(default_factory=Faults)
    files: Files = field(default_factory=Files)
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        self.ids = Ids(self.world)

    def refuse(self, rule: str, source: str, detail: str) -> None:
        self.refusals.append(Refusal(rule, source, detail))

    def post(self, channel: str, payload: dict[str, Any], *, only_for: str | None = None, author: str = BOT) -> Message:
        """Let a message appear; `thread_ts` in the payload puts it in that thread."""
        parent = self.ids.message(channel, payload.get("thread_ts"))
        kept = content(payload)
        self.note_hidden_files(kept, only_for)
        message = self.world.post(
            Platform.SLACK,
            channel,
            author,
            text=str(kept.get("text") or kept.get("markdown_text") or ""),
            payload=kept,
            only_for=only_for,
            thread_of=parent.id if parent else None,
        )
        self.ids.ts(message)
        return message

    def note_hidden_files(self, kept: dict[str, Any], only_for: str | None) -> None:
        """Slack takes a file in an ephemeral message, but whom it is for may not see it."""
        if only_for is not None and shows_files(kept.get("blocks")):
            self.refuse("file_in_ephemeral", PRIVATE, "a file cannot be shared within an ephemeral message")

    def is_member(self, channel: Channel) -> bool:
        return channel.bot_is_member or channel.dm_with is not None

    def author_id(self, message: Message) -> str:
        return self.bot_user if message.author == BOT else self.ids.person(message.author)
