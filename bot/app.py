"""The composition root: the one place where the parts are wired together, and run until they are told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from platformdirs import user_cache_path

from bot.cards.card import Card
from bot.cards.templates import CardTemplateError, Templates
from bot.cards.words import Words
from bot.content import ContentWait, ContentWatch, read_content
from bot.conversation.admin.admin import Admin
from bot.conversation.administration import Administration
from bot.conversation.conversation import Conversation
from bot.conversation.installation import Installations
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere, UploadedPictures
from bot.conversation.ports import Settings as SettingsPort
from bot.conversation.tips import Stop, Subscription
from bot.garbage import leave_out_what_was_read
from bot.library.kept import Kept
from bot.library.loader import Library
from bot.library.model import Pack
from bot.library.shelf import Shelf
from bot.role import Role
from bot.service import Service
from bot.settings import SettingError, Settings
from bot.tips.ports import Subscribing
from bot.tips.subscribing import Deleter, Subscriber
from bot.tips.worker import NoticeCard
from bot.worker import Posters, make_posters, worker_service

if TYPE_CHECKING:
    from aiohttp import web

    from bot.platforms.discord.shards import Pace
    from bot.platforms.slack.install_pages import InstallPages
    from bot.platforms.slack.pictures import Pictures
    from bot.platforms.slack.workspaces import Workspaces
    from bot.store import Store

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
    uploaded: UploadedPictures | None = None
    """Where the files of uploaded drawings are kept; without it none is uploaded."""
    workspaces: "Workspaces | None" = None
    """Slack workspaces that add the bot by themselves; without them it is in the one that its token is for."""

    def administered(
        self,
        places: SettingsPort,
        administration: Administration,
        subscriptions: Subscribing,
        deleters: Mapping[str, Deleter] | None = None,
    ) -> "Parts":
        """The same parts, where moderators choose and their choices hold. `deleters` take posted tips back."""
        self.conversation.follow(places)

        def packs() -> Mapping[str, Pack]:
            return self.conversation.packs

        tips = Subscriber(subscriptions, packs, now, deleters or {})
        admin = Admin(packs, self.templates, self.words, administration, now, tips=tips)
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


def wire(settings: Settings, library: Library, places: PlaceSettings | None = None) -> Parts:
    """Put a conversation over content that is read already. Raises SettingError as `assemble` does."""
    overlay = settings.overlay_dir / "templates" if settings.overlay_dir else None
    templates = Templates(settings.templates_dir, overlay)
    try:
        words = Words.load(settings.templates_dir, overlay)
        port, most = SameEverywhere(places), settings.answers_per_minute
        kept = Kept(user_cache_path("spasmbot"))
        conversation = Conversation(library.packs, templates, words, port, now, answers_per_minute=most, kept=kept)
    except CardTemplateError as error:
        fix = "mend the template, or leave TEMPLATES_DIR and OVERLAY_DIR unset for the bot's own"
        raise SettingError("TEMPLATES_DIR", f"holds a template that does not work: {error}.", fix) from error
    return Parts(settings, library, conversation, Shelf(library.packs), templates, words)


async def run(settings: Settings, role: Role = Role.ALL) -> None:
    """Serve as soon as there is content that can be used, until SIGINT or SIGTERM. Raises SettingError as `serve` does.

    Content may come late, as when another container fetches it; what is wrong with it is said meanwhile.
    """
    from bot.process import run_services

    waiting = ContentWait(settings)
    if not await waiting.take():
        await run_services(settings, [waiting.service()])
    if waiting.library:  # else it was told to stop
        await serve(wire(settings, waiting.library), role=role)


async def serve(
    parts: Parts, prepare: Callable[[Administration], Awaitable[None]] | None = None, role: Role = Role.ALL
) -> None:
    """Serve every platform that has its settings, until SIGINT or SIGTERM.

    Args:
        parts: the bot.
        role: which part of the work this process does.
        prepare: what to do with the choices that are kept, before anything is served. Without it nothing is waited
            for: a database that comes late is taken when it comes.

    Raises:
        SettingError: when a platform refuses a token, the port is taken, or the database cannot be used.
    """
    from bot.process import run_services
    from bot.store import open_store
    from bot.store.upkeep import database_check, erasing, opening
    from bot.web.metrics import Metrics

    metrics = Metrics()
    parts.conversation.measure(metrics)
    async with open_store(parts.settings, now, metrics, late=prepare is None) as store:
        if prepare:
            await prepare(store.administration)
        workspaces = slack_workspaces(parts.settings, store.installations)
        whole = replace(parts, uploaded=store.pictures, workspaces=workspaces)
        drawings = slack_pictures(whole) if whole.settings.slack else None
        posters = make_tip_posters(whole, drawings)
        whole = whole.administered(store.settings, store.administration, store.subscriptions, posters.by_platform)
        content = ContentWatch(whole.settings, whole.library, whole.conversation, whole.shelf, metrics)
        services = [*platforms(whole, role, drawings, identify_pace(store)), content.service(), opening(store)]
        if role.works:
            notice = notices(whole, store.administration)
            worker = worker_service(whole, store, posters, clock=now, notice=notice, measures=metrics)
            services += [worker, erasing(store.administration)]
        routes = [*pictures(whole), metrics.route()]
        await asyncio.to_thread(parts.shelf.draw_all)
        leave_out_what_was_read()
        try:
            checks = {"database": database_check(store.database)}
            await run_services(parts.settings, services, routes, checks, lambda: parts.conversation.is_answering)
        finally:
            await posters.close()
            if workspaces:
                await workspaces.close()


def notices(parts: Parts, administration: Administration) -> NoticeCard:
    """Makes what moderators are told of a subscription that stopped, in their community's language."""

    async def notice(subscription: Subscription, stop: Stop) -> Card | None:
        choices = await administration.choices(subscription.workspace)
        return parts.admin.tip_notice(subscription, stop, choices.locale) if parts.admin else None

    return notice


def identify_pace(store: "Store") -> "Pace | None":
    """Shards of several processes start in turn; several processes have PostgreSQL."""
    from bot.pacing import IdentifyPace

    return IdentifyPace(store.turns, store.tips) if store.database.is_postgres else None


def platforms(
    parts: Parts, role: Role = Role.ALL, drawings: "Pictures | None" = None, pace: "Pace | None" = None
) -> list[Service]:
    """One service for each platform that is switched on; a platform is imported only then."""
    found: list[Service] = []
    if parts.settings.slack and role.answers_slack:
        found.extend(_slack(parts, drawings))
    else:
        _log.info("slack is off", why="SLACK_BOT_TOKEN is not set" if role.answers_slack else f"the role is {role}")
    if parts.settings.discord and role.answers_discord:
        from bot.platforms.discord.service import discord_service

        found.append(
            discord_service(parts.settings, parts.conversation, parts.packs, parts.shelf, parts.admin, pace=pace)
        )
    else:
        _log.info("discord is off", why="DISCORD_TOKEN is not set" if role.answers_discord else f"the role is {role}")
    return found


def make_tip_posters(parts: Parts, drawings: "Pictures | None") -> Posters:
    """What posts tips on each platform that is switched on."""
    settings = parts.settings
    if not (settings.slack and drawings):
        return make_posters(settings, parts)
    from bot.platforms.slack.tips import every_workspace, one_workspace

    if parts.workspaces:
        client_for = every_workspace(parts.workspaces)
    else:
        client_for = one_workspace(settings.slack_bot_token or "", settings.slack_api_url)
    return make_posters(settings, parts, (client_for, drawings))


def slack_workspaces(settings: Settings, installations: Installations | None) -> "Workspaces | None":
    """Those that add the bot by themselves; None where it is in the one of its token."""
    if not (settings.several_workspaces and installations):
        return None
    from bot.platforms.slack.workspaces import Workspaces

    return Workspaces(installations, settings, now)


def _slack(parts: Parts, drawings: "Pictures | None") -> tuple[Service, ...]:
    from bot.platforms.slack.service import make_adapter, several_services, slack_service

    settings, packs, workspaces = parts.settings, tuple(parts.library.packs), parts.workspaces
    adapter = make_adapter(settings, parts.conversation, packs, now, drawings, admin=parts.admin, workspaces=workspaces)
    if workspaces:
        return several_services(adapter, workspaces, settings, now, install_pages(parts))
    return (slack_service(adapter, settings, now),)


def install_pages(parts: Parts) -> "InstallPages":
    """What people see who add the bot to their workspace."""
    from bot.platforms.slack.install_pages import InstallPages

    settings, overlay = parts.settings, parts.settings.overlay_dir
    own = overlay / "templates" if overlay else None
    return InstallPages(settings.templates_dir, own, parts.words, lambda: parts.conversation.packs)


def slack_pictures(parts: Parts) -> "Pictures":
    """Slack fetches drawings from PUBLIC_URL; without it they are uploaded, once for each workspace."""
    from bot.platforms.slack.pictures import Pictures
    from bot.platforms.slack.uploads import Uploads
    from bot.web.pictures import picture_urls

    settings = parts.settings
    if settings.public_url or settings.slack_uploads == "off" or not parts.uploaded:
        return Pictures(picture_urls(settings.public_url, parts.shelf))
    uploads = Uploads(parts.shelf, parts.uploaded, now)
    return Pictures(uploads=uploads, in_private=settings.slack_uploads == "all")


def pictures(parts: Parts) -> "list[web.RouteDef]":
    """The route for drawings, where others can reach the bot's own server."""
    from bot.web.pictures import picture_route

    return [picture_route(parts.shelf)] if parts.settings.public_url else []
