"""Content: read at the start, and taken again while the bot runs when a file changes."""

import asyncio
from pathlib import Path

import structlog

from bot.cards.templates import CardTemplateError
from bot.conversation.conversation import Conversation
from bot.conversation.measures import UNMEASURED, Measures
from bot.library import reload
from bot.library.files import Stamp, stamp
from bot.library.loader import Library, load_library
from bot.library.problems import ContentError
from bot.library.shelf import Shelf
from bot.service import Health, Service
from bot.settings import Settings

RELOAD_SECONDS = 2.0
"""How often content files are looked at."""
_log = structlog.get_logger(__name__)


def read_content(settings: Settings, *, unsigned: bool = False) -> Library:
    """Read the packs, with the host's overlay over them. Raises ContentError when no pack can be used.

    `unsigned` reads what nobody signed too, whatever the host shows.
    """
    overlay = settings.overlay_dir / "content" if settings.overlay_dir else None
    return load_library(settings.content_dir, overlay, unsigned=unsigned)


def _folders(settings: Settings) -> tuple[Path, ...]:
    overlay = settings.overlay_dir
    return (settings.content_dir, *([overlay / "content"] if overlay else []))


class ContentWait:
    """Waits for content that is not there yet, or cannot be used, and says each time it changes what is wrong."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: Stamp = frozenset()
        self.library: Library | None = None

    def service(self) -> Service:
        return Service("content", self.run, check=self.check)

    async def take(self) -> bool:
        """Read it; whether it can be used."""
        self._seen = await self._look()
        try:
            self.library = await asyncio.to_thread(read_content, self._settings)
        except ContentError as error:
            for problem in error.problems:
                _log.warning("content cannot be used yet; nothing is answered until it can", problem=str(problem))
        return self.library is not None

    async def run(self, every: float = RELOAD_SECONDS) -> None:
        """End when it can be used. It is looked at `every` so many seconds."""
        while await self._look() == self._seen or not await self.take():  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(every)

    async def _look(self) -> Stamp:
        return await asyncio.to_thread(stamp, _folders(self._settings))

    async def check(self) -> Health:
        return Health(ok=False, facts={"problem": "there is no content that can be used"})


class ContentWatch:
    """Takes changed content; what is broken is reported, and its last good words stay."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        conversation: Conversation,
        shelf: Shelf,
        measures: Measures = UNMEASURED,
    ) -> None:
        self._settings, self._library = settings, library
        self._conversation, self._shelf, self._measures = conversation, shelf, measures
        self._seen = library.stamp

    def service(self) -> Service:
        return Service("content", self.run, check=self.check)

    async def run(self, every: float = RELOAD_SECONDS) -> None:
        """Look until cancelled, `every` so many seconds."""
        self._tell_problems()
        folders = _folders(self._settings)
        while True:
            await asyncio.sleep(every)
            now_there = await asyncio.to_thread(stamp, folders)
            if now_there != self._seen:
                self._seen = now_there
                await self._take()

    async def check(self) -> Health:
        """Ready as long as there is a pack; its revision tells two replicas with different content apart."""
        packs = self._conversation.packs
        revisions = {name: pack.revision for name, pack in packs.items()}
        return Health(ok=bool(packs), facts={**revisions, "problems": len(self._library.problems)})

    async def _take(self) -> None:
        try:
            library = reload.keep_last_good(self._library, await asyncio.to_thread(read_content, self._settings))
            await asyncio.to_thread(self._conversation.use, library.packs)  # building the search takes a second
        except (ContentError, CardTemplateError) as error:
            _log.warning("content cannot be used; the last good stays", problem=str(error))
            return
        self._library = library
        self._shelf.use(library.packs)
        self._tell_problems()
        _log.info("content was read again", **{name: pack.revision for name, pack in library.packs.items()})

    def _tell_problems(self) -> None:
        self._measures.content_problems(len(self._library.problems))
        for problem in self._library.problems:
            _log.warning("content problem", problem=str(problem))
