"""The language a person chose in Slack, asked for once a day at most and kept in memory under a keyed hash."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.pace import PersonKey
from bot.conversation.ports import Clock

KEEP = timedelta(hours=24)
WAIT = 0.5
"""Seconds that an answer waits for users.info; a command must be answered in 3."""
MOST = 50_000

_log = structlog.get_logger(__name__)


class Locales:
    """Looks languages up. What it knows stands under a person's key, which says nothing to anyone else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[PersonKey, tuple[str | None, datetime]] = OrderedDict()

    async def of(self, client: AsyncWebClient, person: PersonKey, user: str) -> str | None:
        """The person's BCP 47 tag, such as `es-LA`; None when Slack does not say so in time."""
        known = self._known.get(person)
        if known and known[1] > self._clock():
            return known[0]
        try:
            async with asyncio.timeout(WAIT):
                answer = await client.users_info(user=user, include_locale=True)
        except (TimeoutError, SlackApiError, OSError) as error:
            _log.info("slack did not tell a language", reason=type(error).__name__)
            return None
        locale = (answer.get("user") or {}).get("locale")
        self._known[person] = (locale, self._clock() + KEEP)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return locale
