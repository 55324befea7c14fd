"""Web API methods about the app itself and about people: auth.test, users.info."""

from typing import Any

from .calls import is_true
from .conversations import paged
from .objects import user_object
from .refusals import METHODS, RefusedError
from .workspace import Workspace


def auth_test(ws: Workspace, _arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": "https://loopback.slack.com/",
        "team": "Loopback",
        "user": "loopback-bot",
        "team_id": ws.team,
        "user_id": ws.bot_user,
        "bot_id": ws.bot,
        "is_enterprise_install": False,
    }


def auth_revoke(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    if is_true(arguments.get("test")):
        return {"revoked": False}
    ws.revoked = True
    return {"revoked": True}


def users_info(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    if arguments["user"] == ws.bot_user:
        return {"user": {"id": ws.bot_user, "team_id": ws.team, "name": "loopback-bot", "is_bot": True}}
    key = ws.ids.person_key(arguments["user"])
    if key is None:
        raise RefusedError("user_not_found", f"{METHODS}/users.info#errors", f"no user {arguments['user']}")
    locale = is_true(arguments.get("include_locale"))
    return {"user": user_object(ws, ws.world.people[key], locale=locale)}


def users_list(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    locale = is_true(arguments.get("include_locale"))
    people, cursor = paged(list(ws.world.people.values()), arguments, default=100)
    members = [user_object(ws, person, locale=locale) for person in people]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}
