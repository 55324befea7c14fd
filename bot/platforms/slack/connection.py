"""The two ways to stay in touch with Slack, each with a check that looks at the age of Slack's last answer."""

import asyncio
import random
from datetime import datetime  # noqa: TC003 - says what the attribute is
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.conversation.ports import Clock
from bot.platforms.slack.adapter import SlackAdapter
from bot.platforms.slack.arrival import arrive, ask_until_answered
from bot.platforms.slack.refusals import code_of, is_passing
from bot.platforms.slack.socket import Handler
from bot.service import Health

PING_SECONDS = (8.0, 12.0)
"""The SDK waits so long between pings and before it connects again; processes that were cut off together spread out."""
ASK_SECONDS = 60.0
"""How often Slack is asked, over HTTP, whether the token still holds."""
STALE_PINGS, STALE_ASKS = 3, 3
"""After so many missed answers in a row Slack counts as out of reach."""
_log = structlog.get_logger(__name__)


class SocketMode:
    """One WebSocket to Slack, kept open; the SDK reconnects by itself."""

    def __init__(self, adapter: SlackAdapter, app_token: str, clock: Clock) -> None:
        self._adapter, self._app_token, self._clock = adapter, app_token, clock
        self._handler: Handler | None = None
        self._greeted = False

    async def run(self) -> None:
        """Stay connected until cancelled. Raises SettingError when Slack refuses a token."""
        try:
            await self._run()
        finally:
            await self._adapter.close()

    async def _run(self) -> None:
        client = self._adapter.app.client
        await arrive(self._adapter)
        # The SDK would try a refused token for ever, with a trace each time: ask first.
        fix = "make an app-level token with connections:write on api.slack.com/apps, page Basic Information"
        ask = partial(client.apps_connections_open, app_token=self._app_token)
        await ask_until_answered(ask, "SLACK_APP_TOKEN", fix)
        interval = random.uniform(*PING_SECONDS)  # noqa: S311 - spreads processes out; nobody gains by guessing it
        self._handler = handler = Handler(self._adapter.app, self._app_token, ping_interval=interval)
        handler.client.message_listeners.append(self._hear)
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it so
            _log.info("slack is connected", mode="socket")
            await asyncio.Event().wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it so

    async def _hear(self, _: object, message: dict[str, Any], __: object) -> None:
        """Slack greets each new connection; all but the first are reconnections."""
        if message.get("type") == "hello":
            if self._greeted:
                self._adapter.measures.reconnected("slack")
            self._greeted = True

    async def check(self) -> Health:
        """The age of Slack's last pong. The SDK's own flag says "connected" for as long as no ping was answered at all
        (slackapi/bolt-python #965).
        """
        client = self._handler.client if self._handler else None
        if client is None or client.current_session is None or client.current_session.closed:
            return Health(ok=False, facts={"mode": "socket", "problem": "not connected"})
        if client.last_ping_pong_time is None:
            return Health(ok=False, facts={"mode": "socket", "problem": "no ping was answered yet"})
        age = self._clock().timestamp() - client.last_ping_pong_time
        return Health(
            age <= STALE_PINGS * client.ping_interval, {"mode": "socket", "last_ping_age_seconds": round(age, 1)}
        )


class SignedHttp:
    """Slack posts to the bot's own server; that our side reaches Slack is asked from time to time."""

    def __init__(self, adapter: SlackAdapter, clock: Clock) -> None:
        self._adapter, self._clock = adapter, clock
        self._answered: datetime | None = None
        self._refused = ""

    async def run(self, every: float = ASK_SECONDS) -> None:
        """See that the token holds, at the start and `every` so many seconds.

        Raises:
            SettingError: when Slack refuses the token at the start.
        """
        try:
            await self._arrive()
            _log.info("slack is served", mode="http")
            while True:
                await asyncio.sleep(every)
                await self._ask()
        finally:
            await self._adapter.close()

    async def _arrive(self) -> None:
        await arrive(self._adapter)
        self._answered = self._clock()

    async def _call(self) -> None:
        await self._adapter.app.client.auth_test()

    async def _ask(self) -> None:
        try:
            await self._call()
        except SlackApiError as error:
            self._refused = "" if is_passing(error) else code_of(error)
        except (ClientError, TimeoutError, OSError):
            return
        else:
            self._answered, self._refused = self._clock(), ""

    async def check(self) -> Health:
        if self._answered is None:
            return Health(ok=False, facts={"mode": "http", "problem": "Slack has not answered yet"})
        age = (self._clock() - self._answered).total_seconds()
        facts: dict[str, str | float] = {"mode": "http", "last_answer_age_seconds": round(age, 1)}
        if self._refused:
            facts["problem"] = f"Slack refuses the bot token ({self._refused})"
        return Health(not self._refused and age <= STALE_ASKS * ASK_SECONDS, facts)


class SeveralWorkspaces(SignedHttp):
    """The same for as many workspaces as there are: no one token says whether all is well."""

    async def _arrive(self) -> None:
        await self._ask()

    async def _call(self) -> None:
        await self._adapter.app.client.api_test()
