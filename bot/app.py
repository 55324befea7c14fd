"""The composition root: the one place where the parts are wired together, and run until they are told to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.cards.templates import CardTemplateError, Templates
from bot.cards.words import Words
from bot.conversation.admin.admin import Admin
from bot.conversation.administration import Administration, StoreUnavailableError
from bot.conversation.conversation import Conversation
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.conversation.ports import Settings as SettingsPort
from bot.library import reload
from bot.library.files import stamp
from bot.library.loader import Library, load_library
from bot.library.model import Pack
from bot.library.problems import ContentError
from bot.library.shelf import Shelf
from bot.settings import DEFAULT_PORT, SettingError, Settings

ERASE_SECONDS = 24 * 3600.0
"""How often the bot looks for what is to be erased."""
RELOAD_SECONDS = 2.0
"""How often content files are looked at."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What every way of running the bot needs. `library` is what was read at the start."""

    settings: Settings
    library: Library
    conversation: Conversation
    shelf: Shelf
    templates: Templates
    words: Words
    admin: Admin | None = None
    """The moderators' part; None as long as there is nowhere to keep what they choose."""

    def administered(self, places: SettingsPort, administration: Administration) -> "Parts":
        """The same parts, where moderators choose and their choices hold."""
        self.conversation.follow(places)
        admin = Admin(lambda: self.conversation.packs, self.templates, self.words, administration, now)
        return replace(self, admin=admin)

    @property
    def packs(self) -> tuple[Pack, ...]:
        return tuple(self.library.packs.values())


def now() -> datetime:
    return datetime.now(UTC)


def assemble(settings: Settings, places: PlaceSettings | None = None) -> Parts:
    """Read content and templates, and wire the conversation.

    Args:
        settings: where content and templates are.
        places: what holds in every channel as long as no moderator can choose; private and without Share where None.

    Raises:
        ContentError: when no pack can be used.
        SettingError: when a template that the bot cannot do without is missing or broken.
    """
    return wire(settings, read_content(settings), places)


def read_content(settings: Settings) -> Library:
    """Read the packs, with the host's overlay over them. Raises ContentError when no pack can be used."""
    return load_library(settings.content_dir, settings.overlay_dir / "content" if settings.overlay_dir else None)


def wire(settings: Settings, library: Library, places: PlaceSettings | None = None) -> Parts:
    """Put a conversation over content that is read already. Raises SettingError as `assemble` does."""
    overlay = settings.overlay_dir / "templates" if settings.overlay_dir else None
    templates = Templates(settings.templates_dir, overlay)
    try:
        words = Words.load(settings.templates_dir, overlay)
        conversation = Conversation(library.packs, templates, words, SameEverywhere(places), now)
    except CardTemplateError as error:
        fix = "mend the template, or leave TEMPLATES_DIR and OVERLAY_DIR unset for the bot's own"
        raise SettingError("TEMPLATES_DIR", f"holds a template that does not work: {error}.", fix) from error
    return Parts(settings, library, conversation, Shelf(library.packs), templates, words)


async def serve(parts: Parts, prepare: Callable[[Administration], Awaitable[None]] | None = None) -> None:
    """Serve every platform that has its settings, until SIGINT or SIGTERM.

    Args:
        parts: the bot.
        prepare: what to do with the choices that are kept, before anything is served.

    Raises:
        SettingError: when a platform refuses a token, the port is taken, or the database cannot be used.
    """
    from bot.store import open_store

    for problem in parts.library.problems:
        _log.warning("content problem", problem=str(problem))
    async with open_store(parts.settings, now) as store:
        if prepare:
            await prepare(store.administration)
        await _serve(parts.administered(store.settings, store.administration), store.administration)


async def _serve(parts: Parts, administration: Administration) -> None:
    services = _services(parts)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await asyncio.to_thread(parts.shelf.draw_all)
    always = (watch_content(parts), erase_when_due(administration))
    tasks = [asyncio.create_task(service) for service in (*services, *always)]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    _log.info("stopped")


async def erase_when_due(administration: Administration, every: float = ERASE_SECONDS) -> None:
    """Erase what communities left behind whose time is over. `every` is in seconds."""
    while True:
        try:
            for workspace, erased in await administration.erase_due():
                _log.info("a community that removed the bot was erased", **vars(workspace), rows=erased.rows)
        except StoreUnavailableError:
            _log.warning("nothing could be erased: the database cannot be reached")
        await asyncio.sleep(every)


async def watch_content(parts: Parts, every: float = RELOAD_SECONDS) -> None:
    """Take changed content while the bot runs; what is broken is reported, and its last good words stay.

    `every` is in seconds.
    """
    settings, library = parts.settings, parts.library
    folders = [settings.content_dir, *([settings.overlay_dir / "content"] if settings.overlay_dir else [])]
    seen = library.stamp
    while True:
        await asyncio.sleep(every)
        now_there = await asyncio.to_thread(stamp, folders)
        if now_there == seen:
            continue
        seen = now_there
        try:
            library = reload.keep_last_good(library, await asyncio.to_thread(read_content, settings))
            await asyncio.to_thread(parts.conversation.use, library.packs)  # building the search takes a second
            parts.shelf.use(library.packs)
        except (ContentError, CardTemplateError) as error:
            _log.warning("content cannot be used; the last good stays", problem=str(error))
            continue
        for problem in library.problems:
            _log.warning("content problem", problem=str(problem))
        _log.info("content was read again", **{name: pack.revision for name, pack in library.packs.items()})


def _services(parts: Parts) -> list[Coroutine[Any, Any, None]]:
    """One service for each platform that is switched on; a platform is imported only then."""
    settings, found = parts.settings, []
    if settings.slack:
        found.append(_slack(parts))
    else:
        _log.info("slack is off", why="SLACK_BOT_TOKEN is not set")
    if settings.discord:
        from bot.platforms.discord.service import run_discord

        found.append(run_discord(settings, parts.conversation, parts.packs, parts.shelf, parts.admin))
    else:
        _log.info("discord is off", why="DISCORD_TOKEN is not set")
    return found


async def _slack(parts: Parts) -> None:
    from bot.platforms.slack.service import check_token, http_route, make_adapter, run_socket_mode
    from bot.web.pictures import picture_route, picture_urls
    from bot.web.server import start_server

    settings = parts.settings
    port = DEFAULT_PORT if settings.port is None else settings.port
    urls = picture_urls(settings.public_url, parts.shelf)
    adapter = make_adapter(settings, parts.conversation, tuple(parts.library.packs), now, urls, admin=parts.admin)
    routes = [] if settings.slack_app_token else [http_route(adapter)]
    routes += [picture_route(parts.shelf)] if settings.public_url else []
    runner = await start_server(settings.host, port, routes) if routes else None
    try:
        if settings.slack_app_token:
            await run_socket_mode(adapter, settings)
        else:
            await adapter.arrived(await check_token(adapter.app.client))
            _log.info("slack is served", mode="http", address=f"http://{settings.host}:{port}/slack/events")
            await asyncio.Event().wait()
    finally:
        if runner:
            await runner.cleanup()
