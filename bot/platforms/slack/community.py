"""A Slack workspace as moderators mean it: its channels, its people, and who of them is an administrator."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.conversation.admin.community import CannotLookError, Lack, Named, Spot
from bot.conversation.admin.request import Who
from bot.platforms.slack.refusals import code_of

WAIT = 5.0
"""Seconds that a moderator waits for one answer of Slack's."""
PAGE, MOST_PAGES = 200, 25
"""docs.slack.dev/apis/web-api/pagination advises 200 at most."""
_CHANNEL = re.compile(r"^(?:<#)?([CG][A-Z0-9]{6,})(?:\|[^>]*)?>?$")
_PERSON = re.compile(r"^(?:<@)?([UW][A-Z0-9]{6,})(?:\|[^>]*)?>?$")
_NOT_THERE = ("channel_not_found", "user_not_found", "users_not_found", "user_not_visible", "invalid_arguments")


class SlackCommunity:
    """Asks Slack with the workspace's own token, which sees nothing of other workspaces."""

    moderators_are_roles = False

    def __init__(self, client: AsyncWebClient, team: str) -> None:
        self._client, self._team = client, team

    async def who(self, user: str) -> tuple[Who, str | None]:
        """Somebody as Slack describes them now, and their language. An administrator elsewhere is none here."""
        try:
            told = await _asked(lambda: self._client.users_info(user=user, include_locale=True))
        except CannotLookError:
            return Who(user, is_administrator=None), None
        found = (told or {}).get("user") or {}
        is_administrator = self._is_ours(found) and bool(found.get("is_admin") or found.get("is_owner"))
        return Who(user, is_administrator=is_administrator), found.get("locale")

    async def channel(self, said: str) -> Spot | None:
        by_id = _CHANNEL.match(said)
        channel = by_id[1] if by_id else await self._channel_called(said.removeprefix("#").casefold())
        if not channel:
            return None
        told = await _asked(lambda: self._client.conversations_info(channel=channel))
        found = (told or {}).get("channel") or {}
        if not found or found.get("is_im") or found.get("is_mpim"):
            return None
        lacks = () if found.get("is_member") else (Lack.JOIN,)
        return Spot(channel, f"#{found.get('name', channel)}", lacks)

    async def moderator(self, said: str) -> Named | None:
        by_id = _PERSON.match(said)
        found = await self._person(by_id[1]) if by_id else await self._person_called(said.removeprefix("@").casefold())
        return Named(str(found["id"]), _name(found)) if found else None

    async def name_of(self, person: str) -> str:
        found = await self._person(person)
        return _name(found) if found else person

    def _is_ours(self, user: dict[str, Any]) -> bool:
        teams = (user.get("enterprise_user") or {}).get("teams") or (user.get("team_id"),)
        return self._team in teams and not user.get("is_stranger")

    async def _person(self, user: str) -> dict[str, Any] | None:
        told = await _asked(lambda: self._client.users_info(user=user))
        found = (told or {}).get("user") or {}
        return found if self._is_ours(found) and not found.get("deleted") and not found.get("is_bot") else None

    async def _channel_called(self, name: str) -> str | None:
        kinds = "public_channel,private_channel"

        async def page(cursor: str) -> Any:
            return await self._client.conversations_list(
                types=kinds, exclude_archived=True, limit=PAGE, cursor=cursor or None
            )

        async for channel in _pages(page, "channels"):
            if channel.get("name") == name:
                return str(channel["id"])
        return None

    async def _person_called(self, name: str) -> dict[str, Any] | None:
        """By account or by shown name; a name that two people have means neither."""

        async def page(cursor: str) -> Any:
            return await self._client.users_list(limit=PAGE, cursor=cursor or None)

        fits = [user async for user in _pages(page, "members") if name in _names(user)]
        alive = [u for u in fits if self._is_ours(u) and not u.get("deleted") and not u.get("is_bot")]
        return alive[0] if len(alive) == 1 else None


def _names(user: dict[str, Any]) -> set[str]:
    profile = user.get("profile") or {}
    return {str(n).casefold() for n in (user.get("name"), profile.get("display_name"), user.get("real_name")) if n}


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"])


async def _pages(page: Callable[[str], Awaitable[Any]], items: str) -> AsyncIterator[dict[str, Any]]:
    cursor = ""
    for _ in range(MOST_PAGES):
        now_at = cursor
        told = await _asked(lambda at=now_at: page(at)) or {}  # type: ignore[misc]  # a lambda with a default
        for item in told.get(items) or ():
            yield item
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


async def _asked(ask: Callable[[], Awaitable[AsyncSlackResponse]]) -> Any:
    """What Slack answers; None where it knows no such thing. Raises CannotLookError."""
    try:
        async with asyncio.timeout(WAIT):
            return (await ask()).data
    except SlackApiError as error:
        code = code_of(error)
        if code in _NOT_THERE:
            return None
        raise CannotLookError(Lack.LOOK if code == "missing_scope" else None) from None
    except (TimeoutError, ClientError, OSError):
        raise CannotLookError from None
