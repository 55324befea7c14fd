"""The manifest that sets the app up at Slack in one go, made from the one list of commands."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.conversation.admin import commands as admin
from bot.conversation.commands import Takes, commands
from bot.library.model import Pack
from bot.platforms.slack.scopes import EVENTS, Extra, scopes
from bot.platforms.slack.signed import EVENTS_PATH
from bot.platforms.slack.workspaces import REDIRECT_PATH
from bot.settings import SettingError

NAME = "Spasmbot"
LEAST_LONG, MOST_LONG, MOST_SHORT, MOST_HINT = 175, 4000, 140, 1000
"""Characters (docs.slack.dev/reference/app-manifest)."""
_HINTS = {Takes.NOTHING: "", Takes.TOPIC: " [topic]", Takes.WORDS: " …"}


def manifest(packs: Mapping[str, Pack], address: str | None = None, extras: Iterable[Extra] = ()) -> dict[str, Any]:
    """The manifest of an app that serves `packs`: by Socket Mode, or at the https `address` where there is one."""
    url = f"{address}{EVENTS_PATH}" if address else None
    at = {"request_url": url} if url else {}
    first = next(iter(packs.values()))
    return {
        "display_information": _display(first),
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": False},
            "slash_commands": [c | ({"url": url} if url else {}) for c in _commands(packs)],
        },
        "oauth_config": {**_redirect(address), "scopes": {"bot": list(scopes(extras))}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _redirect(address: str | None) -> dict[str, Any]:
    """Where people come back to who add the bot to a workspace of theirs."""
    return {"redirect_urls": [f"{address}{REDIRECT_PATH}"]} if address else {}


def https_address(url: str | None) -> str:
    """Where Slack reaches the bot. Raises SettingError for what Slack would not take."""
    fix = "name the https address of the bot, such as --public-url https://bot.example.org"
    if not url:
        raise SettingError("PUBLIC_URL", "is not set, and Slack needs an address to post to.", fix)
    if not url.startswith("https://") or not urlsplit(url).hostname:
        raise SettingError("PUBLIC_URL", f"is {url!r}, to which Slack does not post.", fix)
    return url.rstrip("/")


def explained(extras: Iterable[Extra] = ()) -> str:
    """Each scope and its reason, a line each."""
    asked = scopes(extras)
    width = max(map(len, asked))
    return "\n".join(f"{scope.ljust(width)}  {why}" for scope, why in asked.items())


def _display(pack: Pack) -> dict[str, str]:
    title, use = pack.titles[pack.default_locale], pack.about.intended_use
    shown = {"name": NAME, "description": f"{title}: general education, not medical advice"[:MOST_SHORT]}
    return shown | ({"long_description": use} if LEAST_LONG <= len(use) <= MOST_LONG else {})


def _commands(packs: Mapping[str, Pack]) -> Iterable[dict[str, Any]]:
    """Each pack's command, and the moderators' one for all of them."""
    for pack in packs.values():
        hint = " | ".join(f"{c.name}{_HINTS[c.takes]}" for c in commands(pack))
        yield _command(pack.command, pack.titles[pack.default_locale], hint)
    name = admin.root(next(iter(packs.values())))
    hint = " | ".join(c.name for c in admin.COMMANDS)
    # Slack then sends a named channel or person by its id too; members' words stay as they were typed.
    yield _command(name, admin.ABOUT, hint) | {"should_escape": True}


def _command(name: str, description: str, hint: str) -> dict[str, Any]:
    return {
        "command": f"/{name}",
        "description": description,
        "usage_hint": hint[:MOST_HINT],
        "should_escape": False,
    }
