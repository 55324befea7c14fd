"""What can be checked on this machine: settings, versions, the data folder, the database, content and templates."""

import os
import sys
from importlib.metadata import version
from pathlib import Path

from bot import __version__
from bot.app import wire
from bot.cards.templates import CardTemplateError
from bot.content import read_content
from bot.conversation.present import Context
from bot.conversation.view import Show, View
from bot.doctor.finding import Finding, error, ok, warn
from bot.library.loader import Library
from bot.library.model import ABOUT, NOW, OVERVIEW, URGENT
from bot.library.problems import ContentError, Severity
from bot.settings import SettingError, Settings, load_settings, raw_settings, ready_data_dir
from bot.store.address import sqlite_path
from bot.store.look import look, tokens
from bot.store.migrate import Standing

LIBRARIES = ("discord.py", "slack-bolt", "slack-sdk", "aiohttp", "SQLAlchemy", "tzdata")
_NO_DOTENV = Path(os.devnull)


def read_settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, without the wrong ones: each is told, and all that does not hang on it is checked too."""
    found: list[Finding] = []
    try:
        raw = raw_settings()
    except SettingError as problem:
        return None, [of_setting(problem)]
    while True:
        try:
            return load_settings(raw, _NO_DOTENV), found
        except SettingError as problem:
            found.append(of_setting(problem))
            kept = {name: value for name, value in raw.items() if not _hangs_on(name, problem.name, raw)}
            if len(kept) == len(raw):
                return None, found
            raw = kept


def _hangs_on(name: str, wrong: str, raw: dict[str, str]) -> bool:
    """Whether to leave `name` out: it is the wrong one, or of the platform whose setting is missing."""
    plain = wrong.removesuffix("_FILE")
    if plain in raw or f"{plain}_FILE" in raw:
        return name in (plain, f"{plain}_FILE")
    return name.startswith(f"{plain.partition('_')[0]}_")


def of_setting(problem: SettingError) -> Finding:
    return error("settings", f"{problem.name} {problem.problem}", problem.fix)


def platforms(settings: Settings) -> Finding:
    """Which platforms are set, and how Slack is reached."""
    mode = "Socket Mode" if settings.slack_app_token else "HTTP"
    mode += " for several workspaces" if settings.several_workspaces else ""
    on = [*([f"Slack by {mode}"] if settings.slack else []), *(["Discord"] if settings.discord else [])]
    if not on:
        return warn("settings", "no platform is set", "set SLACK_BOT_TOKEN or DISCORD_TOKEN, see docs/operators.md")
    return ok("settings", ", ".join(on))


def versions() -> Finding:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return ok("versions", f"spasmbot {__version__}, Python {sys.version.split()[0]}, {libraries}")


async def workspaces(settings: Settings) -> Finding:
    """Whether TOKEN_KEYS read the token of each workspace that added the bot."""
    try:
        found = await tokens(settings)
    except SettingError as problem:
        return of_setting(problem)
    if found.unreadable:
        what = f"{found.unreadable} of {found.all} workspaces have a token that none of TOKEN_KEYS reads"
        return error("workspaces", what, "put the key that sealed them back, or let them add the bot again")
    if found.older:
        what = f"{found.older} of {found.all} workspaces have a token that is sealed with an older key"
        return warn("workspaces", what, "run spasmbot keys rotate before you take an older key out of TOKEN_KEYS")
    return ok("workspaces", f"{found.all} added the bot, and each token can be read with the newest key")


def data_folder(settings: Settings) -> Finding:
    """Writable, where the bot writes at all; it is not made here, where another user may own it."""
    path = sqlite_path(settings)
    if path is None:
        return ok("data folder", "not used: the database is PostgreSQL")
    folder = path.parent
    if settings.database_url is None and folder.exists():
        try:
            ready_data_dir(settings)
        except SettingError as problem:
            return error("data folder", f"{problem.name} {problem.problem}", problem.fix)
    there = next(f for f in (folder.absolute(), *folder.absolute().parents) if f.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return error("data folder", f"{there} cannot be written", "let the user that runs the bot write there")
    return ok("data folder", f"{folder} can be written" if there == folder.absolute() else f"{folder} will be made")


async def database(settings: Settings) -> tuple[Standing | None, Finding]:
    """How the database stands; None where that cannot be said."""
    try:
        standing = await look(settings)
    except SettingError as problem:
        return None, error("database", f"{problem.name} {problem.problem}", problem.fix)
    return standing, _STANDINGS[standing]


_STANDINGS = {
    Standing.EMPTY: ok("database", "empty; the bot sets it up at its first start"),
    Standing.CURRENT: ok("database", "reachable and up to date"),
    Standing.AHEAD: ok("database", "of a newer version, which this one can still read"),
    Standing.BEHIND: warn(
        "database", "of an older version", "make a backup, then start the bot: it brings the database up to date"
    ),
    Standing.TOO_NEW: error(
        "database",
        "of a newer version that this one cannot read",
        "run the newer version, or go back to a backup made before the upgrade",
    ),
}


def content(settings: Settings) -> list[Finding]:
    """Packs with their revisions, what is wrong in them, and the templates."""
    try:
        library = read_content(settings)
    except ContentError as problems:
        return [error("content", f"{p.file}: {p.field}: {p.message}", p.fix) for p in problems.problems]
    found = [
        ok("content", f"{name}: revision {pack.revision}, in {', '.join(pack.locales)}")
        for name, pack in library.packs.items()
    ]
    errors = sum(problem.severity is Severity.ERROR for problem in library.problems)
    if library.problems:
        what = f"{errors} errors, {len(library.problems) - errors} warnings; all else is served"
        found.append(warn("content", what, "run spasmbot check, which names each with its file and line"))
    return [*found, templates(settings, library)]


def templates(settings: Settings, library: Library) -> Finding:
    """Each kind of card, drawn once a pack: a template shows only then that it works."""
    try:
        conversation = wire(settings, library).conversation
        for name, pack in library.packs.items():
            for view in _SAMPLES:
                conversation.presenter(name).card(view, pack.default_locale, Context())
    except (SettingError, CardTemplateError) as problem:
        fix = "mend the template, or leave TEMPLATES_DIR and OVERLAY_DIR unset for the bot's own"
        return error("templates", getattr(problem, "problem", str(problem)), getattr(problem, "fix", fix))
    return ok("templates", "all work")


_SAMPLES = (View(Show.MENU), View(Show.HELP), *(View(Show.TOPIC, page) for page in (OVERVIEW, URGENT, NOW, ABOUT)))
