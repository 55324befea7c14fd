"""Daily tips on Discord, by REST alone: posted once with a nonce, found again by the id of the tip's button."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import discord
import structlog
from aiohttp import ClientConnectorError, ClientError

from bot.cards.card import Card
from bot.cards.pictures import PictureShelf
from bot.conversation.administration import Workspace
from bot.conversation.tips import Stop, Why
from bot.platforms.discord.limiter import Limiter
from bot.platforms.discord.view import files_of, view_of
from bot.tips.card import is_marked, marked
from bot.tips.ports import CannotLookError, NotNow, Outcome, Refused, Sent, TipPost, Unknown

_log = structlog.get_logger(__name__)
NONCE_KEPT = timedelta(minutes=2)
"""Discord looks at "the past few minutes" for the same nonce (resources/message#create-message); two are a few."""
BEFORE = timedelta(seconds=60)
MOST_PAGES, PAGE = 20, 100
UNREACHABLE_WAIT = 10.0
RIGHTS_KEPT = 60.0
FILES_REFUSED = 7 * 24 * 3600.0
"""A channel that took a tip only without its drawing gets none for so long: Discord bans an address for 10,000 invalid
requests in 10 minutes (topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)."""
UNKNOWN_CHANNEL, UNKNOWN_GUILD, MISSING_ACCESS = 10003, 10004, 50001


LoggedIn = Callable[[], Awaitable[discord.Client]]
"""Gives a client that is logged in; raises what logging in does."""


class Rights:
    """In which channels of a server the bot may read what was posted; asked once a minute for all of a server's."""

    def __init__(self, client: LoggedIn, limiter: Limiter) -> None:
        self._client, self._limiter = client, limiter
        self._known: dict[str, tuple[float, asyncio.Task[frozenset[int]]]] = {}

    async def may_look(self, post: TipPost) -> bool:
        """Raises what asking Discord does."""
        loop, server = asyncio.get_running_loop(), post.workspace.id
        self._known = {name: kept for name, kept in self._known.items() if kept[0] > loop.time()}
        if server not in self._known:
            asking = loop.create_task(self._readable(server, post.deadline))
            self._known[server] = (loop.time() + RIGHTS_KEPT, asking)
        asked = self._known[server][1]
        try:
            return int(post.channel) in await asyncio.shield(asked)
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            self._known.pop(server, None)
            raise

    async def _readable(self, server: str, seconds: float) -> frozenset[int]:
        client = await self._client()
        async with self._limiter(), asyncio.timeout(seconds):
            guild = await client.fetch_guild(int(server), with_counts=False)
        async with self._limiter(), asyncio.timeout(seconds):
            me = await guild.fetch_member(client.user.id if client.user else 0)
        async with self._limiter(), asyncio.timeout(seconds):
            channels = await guild.fetch_channels()
        return frozenset(c.id for c in channels if c.permissions_for(me).read_message_history)


class DiscordTips:
    """The port Poster, on Discord."""

    platform = "discord"

    def __init__(self, client: LoggedIn, shelf: PictureShelf, limiter: Limiter | None = None) -> None:
        self._client, self._shelf = client, shelf
        self._limiter = limiter or Limiter()
        self._rights = Rights(client, self._limiter)
        self._without_files: dict[str, float] = {}

    async def post(self, post: TipPost) -> Outcome:
        """Post without a notification. discord.py's own tries carry the nonce, so none of them is a second message."""
        try:
            client = await self._client()
        except discord.LoginFailure:
            return Refused(Why.DISCONNECTED)
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            return NotNow(UNREACHABLE_WAIT, Why.NO_ANSWER)
        card, now = marked(post.card, post.mark), asyncio.get_running_loop().time()
        if self._without_files.get(post.channel, now) > now:
            card = card.without_pictures()
        try:
            return await self._send_as_may_be(client, post, card)
        except discord.HTTPException as error:
            return outcome_of(error)
        except ClientConnectorError:
            return NotNow(UNREACHABLE_WAIT, Why.NO_ANSWER)
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            return Unknown()

    async def _send_as_may_be(self, client: discord.Client, post: TipPost, card: Card) -> Sent:
        """Without its drawing where the bot may not attach files: the first refusal was perhaps for that."""
        try:
            return await self._send(client, post, card)
        except discord.Forbidden:
            if not card.pictures:
                raise
        sent, now = await self._send(client, post, card.without_pictures()), asyncio.get_running_loop().time()
        self._without_files = {channel: at for channel, at in self._without_files.items() if at > now}
        self._without_files[post.channel] = now + FILES_REFUSED
        return sent

    async def _send(self, client: discord.Client, post: TipPost, card: Card) -> Sent:
        channel = client.get_partial_messageable(int(post.channel), guild_id=int(post.workspace.id))
        view, files = view_of(card), files_of(card, self._shelf)
        async with self._limiter(), asyncio.timeout(post.deadline):
            sent = await channel.send(view=view, files=files, nonce=post.mark, silent=True)
        return Sent(str(sent.id))

    async def find(self, post: TipPost) -> str | None:
        """Read what was posted since the first try, if the bot may; Discord shows an empty channel where it may not."""
        try:
            if not await self._rights.may_look(post):
                raise CannotLookError
            async for found in self._since(post):
                if any(is_marked(custom_id, post.mark) for custom_id in _custom_ids(found.get("components"))):
                    return str(found["id"])
        except (discord.NotFound, discord.Forbidden):
            raise CannotLookError from None
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            raise CannotLookError(UNREACHABLE_WAIT) from None
        return None

    def forgets_after(self) -> timedelta:
        return NONCE_KEPT

    async def delete(self, workspace: Workspace, channel: str, message: str) -> bool:
        try:
            client = await self._client()
            place = client.get_partial_messageable(int(channel), guild_id=int(workspace.id))
            async with self._limiter():
                await place.get_partial_message(int(message)).delete()
        except discord.NotFound:
            return True
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            return False
        return True

    async def tell(self, workspace: Workspace, person: str, card: Card) -> bool:
        del workspace  # direct messages belong to no server
        if not person.isdecimal():
            return False
        try:
            client = await self._client()
            async with self._limiter():
                whom = await client.fetch_user(int(person))
            async with self._limiter(), self._limiter():  # the first opens the conversation
                await whom.send(view=view_of(card), files=files_of(card, self._shelf))
        except (discord.DiscordException, ClientError, TimeoutError, OSError):
            return False
        return True

    async def _since(self, post: TipPost) -> AsyncIterator[Any]:
        """Messages as Discord writes them; discord.py's own objects keep no ids of buttons they do not know."""
        client, after = await self._client(), discord.utils.time_snowflake(post.tried_at - BEFORE)
        for _ in range(MOST_PAGES):
            async with self._limiter(), asyncio.timeout(post.deadline):
                page = await client.http.logs_from(int(post.channel), limit=PAGE, after=after)
            for found in page:
                yield found
            if len(page) < PAGE:
                return
            after = max(int(found["id"]) for found in page)
        raise CannotLookError


class Rest:
    """discord.py for REST alone, logged in when it is first needed; it never connects to the gateway."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._client: discord.Client | None = None
        self._lock = asyncio.Lock()

    async def __call__(self) -> discord.Client:
        """The client. Raises what `discord.Client.login` does."""
        async with self._lock:
            if self._client is None:
                nobody = discord.AllowedMentions.none()
                client = discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=nobody)
                try:
                    await client.login(self._token)
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        if self._client:
            await self._client.close()


def _custom_ids(components: Any) -> Iterator[str]:
    for component in components or ():
        if custom_id := component.get("custom_id"):
            yield str(custom_id)
        yield from _custom_ids(component.get("components"))
        yield from _custom_ids([component["accessory"]] if component.get("accessory") else ())


def outcome_of(error: discord.HTTPException) -> Outcome:
    """What a refusal means. After a 5xx, and a 429 that discord.py gave up on, nobody knows."""
    if error.status >= 500 or error.status == 429:  # noqa: PLR2004
        return Unknown(Why.LIMITED if error.status == 429 else Why.NO_ANSWER)  # noqa: PLR2004
    if error.status == 401:  # noqa: PLR2004
        return Refused(Why.DISCONNECTED)
    if error.code in (UNKNOWN_CHANNEL, UNKNOWN_GUILD):
        return Refused(Why.GONE, Stop.GONE)
    if error.status == 403:  # noqa: PLR2004
        return Refused(Why.FORBIDDEN, Stop.GONE if error.code == MISSING_ACCESS else Stop.FORBIDDEN)
    _log.error("discord refused a tip", code=error.code, status=error.status)
    return Refused(Why.REFUSED)
