"""Both platforms' posters on the unmodified client libraries, over real sockets to the loopback platforms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import Parts
from bot.conversation.administration import Workspace
from bot.conversation.tips import Stop, Why
from bot.platforms.discord.client import use_endpoint
from bot.platforms.discord.tips import DiscordTips, Rest
from bot.platforms.slack.tips import SlackTips, one_workspace
from bot.playground.discord.constants import Permission
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.playground.slack.scopes import DEFAULT_SCOPES
from bot.playground.world import BOT, Message, Platform, World
from bot.tips.ports import CannotLookError, NotNow, Refused, Sent, TipPost, Unknown
from tests.desks import WHERE, WHO, a_world

pytestmark = pytest.mark.slow
MARK = "t7-b4c"
HISTORY_ALONE = 19456 | int(Permission.READ_MESSAGE_HISTORY)
WITH_FILES = HISTORY_ALONE | int(Permission.ATTACH_FILES)
HISTORY = (*DEFAULT_SCOPES, "channels:history", "groups:history")


class Stand:
    """A loopback platform, a poster in front of it, and a tip to post."""

    def __init__(self, parts: Parts, world: World, loopback: Any, poster: Any, kind: Platform) -> None:
        self.parts, self.world, self.loopback, self.poster, self.kind = parts, world, loopback, poster, kind

    def post(self, channel: str = WHERE, mark: str = MARK, deadline: float = 5.0) -> TipPost:
        card = self.parts.conversation.daily_tip("spasm", "towel-loop", "en")
        assert card
        return TipPost(self.workspace, self.channel(channel), card, mark, datetime.now(UTC), deadline)

    @property
    def workspace(self) -> Workspace:
        known = self.loopback.workspace.team if self.kind is Platform.SLACK else self.loopback.guild_id
        return Workspace(self.kind.value, known)

    def channel(self, key: str) -> str:
        if self.kind is Platform.SLACK:
            return str(self.loopback.workspace.ids.channel(key))
        return str(self.loopback.parts.directory.channel_id(key))

    def person(self, key: str) -> str:
        if self.kind is Platform.SLACK:
            return str(self.loopback.workspace.ids.person(key))
        return str(self.loopback.parts.directory.person_id(key))

    def posted(self, channel: str = WHERE) -> list[Message]:
        return [m for m in self.world.messages if m.channel == channel and m.author == BOT and not m.deleted]


@asynccontextmanager
async def at_slack(parts: Parts, **options: Any) -> AsyncIterator[Stand]:
    world = a_world()
    loopback = LoopbackSlack(world, **{"scopes": HISTORY, **options})
    url = await loopback.start()
    try:
        yield Stand(parts, world, loopback, SlackTips(one_workspace("xoxb-loopback", url)), Platform.SLACK)
    finally:
        await loopback.stop()


@asynccontextmanager
async def at_discord(parts: Parts, **options: Any) -> AsyncIterator[Stand]:
    world = a_world()
    loopback = LoopbackDiscord(world, **{"permissions": WITH_FILES, **options})
    use_endpoint(await loopback.start(), None)
    rest = Rest(loopback.token)
    try:
        yield Stand(parts, world, loopback, DiscordTips(rest, parts.shelf), Platform.DISCORD)
    finally:
        await rest.close()
        await loopback.stop()


@pytest.fixture(params=[at_slack, at_discord], ids=["slack", "discord"])
async def stand(request: pytest.FixtureRequest, parts: Parts) -> AsyncIterator[Stand]:
    async with request.param(parts) as standing:
        yield standing


async def test_a_tip_is_posted_and_found_again(stand: Stand) -> None:
    post = stand.post()
    assert await stand.poster.find(post) is None
    sent = await stand.poster.post(post)
    assert isinstance(sent, Sent)
    (shown,) = stand.posted()
    assert "Loop a towel" in shown.text
    assert await stand.poster.find(post) == sent.message
    assert await stand.poster.find(stand.post(mark="t7-b4d")) is None
    assert not stand.loopback.refusals


async def test_it_is_found_among_many(stand: Stand) -> None:
    post = stand.post()
    sent = await stand.poster.post(post)
    for number in range(130):
        stand.world.post(stand.kind, WHERE, WHO, text=f"chatter {number}")
    assert await stand.poster.find(post) == sent.message


async def test_a_posted_tip_can_be_deleted_and_that_is_true_when_it_is_gone_already(stand: Stand) -> None:
    sent = await stand.poster.post(stand.post())
    for _ in range(2):
        assert await stand.poster.delete(stand.workspace, stand.channel(WHERE), sent.message)
    assert not stand.posted()


async def test_a_moderator_is_told_in_direct_messages(stand: Stand) -> None:
    card = stand.parts.conversation.trouble()
    assert await stand.poster.tell(stand.workspace, stand.person("max"), card)
    assert [m.channel for m in stand.world.messages] == ["dm-max"]
    assert not await stand.poster.tell(stand.workspace, "nobody", card)


async def test_a_channel_that_is_not_there_stops_the_subscription(stand: Stand) -> None:
    post = stand.post()
    gone = TipPost(post.workspace, "1" * 18 if stand.kind is Platform.DISCORD else "C0NOTHERE", *_rest(post))
    refused = await stand.poster.post(gone)
    assert isinstance(refused, Refused)
    assert refused.stop in (Stop.GONE, Stop.FORBIDDEN)


async def test_a_channel_where_the_bot_may_not_post_says_so(stand: Stand) -> None:
    refused = await stand.poster.post(stand.post("outside"))
    assert isinstance(refused, Refused)
    assert refused.stop


def _rest(post: TipPost) -> tuple[Any, ...]:
    return post.card, post.mark, post.tried_at, post.deadline


FAULTS: list[tuple[dict[str, Any], Any]] = [
    ({"status": 500}, Unknown),
    ({"drop": "before"}, Unknown),
    ({"drop": "after"}, Unknown),
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS)
async def test_slack_that_does_not_say_leaves_it_open(parts: Parts, fault: dict[str, Any], outcome: type) -> None:
    async with at_slack(parts) as stand:
        stand.loopback.fail_next("chat.postMessage", **fault)
        assert isinstance(await stand.poster.post(stand.post()), outcome)


async def test_slack_that_limits_says_for_how_long(parts: Parts) -> None:
    async with at_slack(parts) as stand:
        stand.loopback.fail_next("chat.postMessage", retry_after=7)
        assert await stand.poster.post(stand.post()) == NotNow(7.0, whole_workspace=True)


async def test_a_slack_that_answers_too_late_leaves_it_open_and_is_looked_into(parts: Parts) -> None:
    async with at_slack(parts) as stand:
        stand.loopback.fail_next("chat.postMessage", late=0.4)
        post = stand.post(deadline=0.1)
        assert isinstance(await stand.poster.post(post), Unknown)
        assert await stand.poster.find(post)


async def test_without_the_scope_slack_cannot_be_looked_into(parts: Parts) -> None:
    async with at_slack(parts, scopes=DEFAULT_SCOPES) as stand:
        with pytest.raises(CannotLookError) as told:
            await stand.poster.find(stand.post())
        assert told.value.seconds is None


async def test_a_distributed_app_looks_once_a_minute(parts: Parts) -> None:
    async with at_slack(parts, distributed=True) as stand:
        post = stand.post()
        assert await stand.poster.find(post) is None
        with pytest.raises(CannotLookError) as told:
            await stand.poster.find(post)
        assert told.value.seconds
        assert told.value.seconds > 1


async def test_a_revoked_token_posts_nothing_and_stops_nothing(parts: Parts) -> None:
    async with at_slack(parts) as stand:
        stand.loopback.fail_next("chat.postMessage", error="token_revoked")
        assert await stand.poster.post(stand.post()) == Refused(Why.DISCONNECTED)


async def test_a_slack_that_is_not_there_has_surely_taken_nothing(parts: Parts) -> None:
    async with at_slack(parts) as stand:
        await stand.loopback.stop()
        assert isinstance(await stand.poster.post(stand.post()), NotNow)


async def test_two_posts_in_one_slack_channel_are_a_second_apart(parts: Parts) -> None:
    async with at_slack(parts) as stand:
        begun = datetime.now(UTC)
        for number in range(2):
            assert isinstance(await stand.poster.post(stand.post(mark=f"t{number}")), Sent)
        assert (datetime.now(UTC) - begun).total_seconds() >= 1.0


async def test_discord_takes_the_same_tip_once(parts: Parts) -> None:
    async with at_discord(parts) as stand:
        first, second = await stand.poster.post(stand.post()), await stand.poster.post(stand.post())
        assert first == second
        assert len(stand.posted()) == 1


async def test_discord_posts_without_a_notification(parts: Parts) -> None:
    async with at_discord(parts) as stand:
        await stand.poster.post(stand.post())
        (shown,) = stand.posted()
        assert shown.payload["flags"] & (1 << 12)


async def test_a_tip_comes_without_its_drawing_where_discord_takes_no_files(parts: Parts) -> None:
    async with at_discord(parts, permissions=HISTORY_ALONE) as stand:
        assert stand.post().card.pictures
        assert isinstance(await stand.poster.post(stand.post()), Sent)
        (shown,) = stand.posted()
        assert not shown.payload["attachments"]
        assert isinstance(await stand.poster.post(stand.post(mark="t7-b4e")), Sent)
        assert len(stand.loopback.refusals) == 1


async def test_a_tip_comes_with_its_drawing_where_discord_takes_files(parts: Parts) -> None:
    async with at_discord(parts) as stand:
        assert isinstance(await stand.poster.post(stand.post()), Sent)
        (shown,) = stand.posted()
        assert shown.payload["attachments"]


async def test_an_empty_history_is_not_believed_where_discord_hides_it(parts: Parts) -> None:
    async with at_discord(parts, permissions=19456) as stand:
        await stand.poster.post(stand.post())
        with pytest.raises(CannotLookError) as told:
            await stand.poster.find(stand.post())
        assert told.value.seconds is None


async def test_a_discord_that_fails_leaves_it_open(parts: Parts) -> None:
    async with at_discord(parts) as stand:
        stand.loopback.fail_next("POST .*/messages", status=503, times=9)
        post = stand.post(deadline=0.5)
        assert isinstance(await stand.poster.post(post), Unknown)


async def test_a_refused_discord_token_is_no_reason_to_stop_a_subscription(parts: Parts) -> None:
    async with at_discord(parts) as stand:
        stand.poster = DiscordTips(Rest("another-token"), parts.shelf)
        assert await stand.poster.post(stand.post()) == Refused(Why.DISCONNECTED)
