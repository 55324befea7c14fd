"""The last thing that went wrong in each community, kept in memory for its status card."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.admin.community import Lack
from bot.conversation.administration import Workspace
from bot.conversation.ports import Clock

MOST = 2000
"""Communities remembered; the oldest trouble is forgotten first."""


@dataclass(frozen=True)
class Trouble:
    at: datetime
    channel: str
    lack: Lack


class Troubles:
    """Tells of a refused message, never of whose it was."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: OrderedDict[Workspace, Trouble] = OrderedDict()

    def note(self, workspace: Workspace, channel: str, lack: Lack) -> None:
        self._last[workspace] = Trouble(self._clock(), channel, lack)
        self._last.move_to_end(workspace)
        if len(self._last) > MOST:
            self._last.popitem(last=False)

    def last(self, workspace: Workspace) -> Trouble | None:
        return self._last.get(workspace)

    def forget(self, workspace: Workspace) -> None:
        self._last.pop(workspace, None)
