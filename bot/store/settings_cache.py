"""What moderators chose, at speed, as the Settings port."""

from collections.abc import Awaitable, Callable

from bot.conversation.administration import Choices, Workspace
from bot.conversation.place import Place, PlaceSettings
from bot.conversation.ports import Clock
from bot.store.cache import Cache


class CachedSettings(Cache[Choices]):
    """The Settings port; the defaults hold where nothing is known."""

    def __init__(self, read: Callable[[Workspace], Awaitable[Choices]], clock: Clock) -> None:
        super().__init__(read, clock, "settings")

    async def of(self, place: Place) -> PlaceSettings:
        if not place.workspace:
            return PlaceSettings()
        known = await self.get(Workspace(place.platform, place.workspace))
        return known.value.for_place(place) if known else PlaceSettings()

    def take(self, choices: Choices) -> None:
        """Learn what was just read or saved here; an older version than the one known changes nothing."""
        known = self.known(choices.workspace)
        if known is None or known.value.version <= choices.version:
            self.learn(choices.workspace, choices)
