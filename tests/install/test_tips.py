"""Daily tips in several workspaces: each is posted with its own token, and one that cannot be had is waited for."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.cards.nodes import Paragraph, Text
from bot.conversation.administration import Workspace
from bot.conversation.tips import Why
from bot.platforms.slack.tips import SlackTips, every_workspace
from bot.settings import Settings
from bot.store import Store
from bot.tips.ports import CannotLookError, NotNow, Refused, Sent, TipPost
from tests.desks import WHERE, SlackDesk
from tests.install.several import TEAMS, Several, several
from tests.store.conftest import MovedClock

CARD = Card((Paragraph((Text("Stretch your calves before bed."),)),))


@pytest.fixture
async def bot(parts: Parts, store: Store, base: Settings, clock: MovedClock) -> AsyncIterator[Several]:
    async with several(parts, store, base, clock, rotates=True) as opened:
        yield opened


def tip_for(desk: SlackDesk, at: datetime) -> TipPost:
    ws = desk.server.workspace
    return TipPost(Workspace("slack", ws.team), ws.ids.channel(WHERE), CARD, "1", at, deadline=5)


async def test_each_workspace_gets_its_tip_also_after_days_without_a_question(bot: Several, clock: MovedClock) -> None:
    for desk, team in zip(bot.desks, TEAMS, strict=True):
        await bot.browser.install(bot.install, team)
        await desk.sees("Thank you for adding me", "max", "dm-max")
    clock.forward(days=3)
    poster = SlackTips(every_workspace(bot.workspaces))
    for desk in bot.desks:
        assert isinstance(await poster.post(tip_for(desk, clock.now)), Sent)
        assert [card.text for card in desk.cards() if not card.private] == ["Stretch your calves before bed."]
    assert bot.refusals == []


async def test_a_workspace_that_left_gets_none_and_the_other_does(bot: Several, clock: MovedClock) -> None:
    for team in TEAMS:
        await bot.browser.install(bot.install, team)
    await bot.slack.uninstall(bot.desks[0].server)
    poster = SlackTips(every_workspace(bot.workspaces))
    assert await poster.post(tip_for(bot.desks[0], clock.now)) == Refused(Why.DISCONNECTED)
    assert isinstance(await poster.post(tip_for(bot.desks[1], clock.now)), Sent)


async def test_while_the_next_token_cannot_be_had_a_tip_waits_and_is_not_given_up(
    bot: Several, clock: MovedClock
) -> None:
    await bot.browser.install(bot.install, TEAMS[0])
    clock.forward(days=1)
    bot.slack.workspaces[0].fail_next("oauth.v2.access", status=503)
    poster, post = SlackTips(every_workspace(bot.workspaces)), tip_for(bot.desks[0], clock.now)
    assert isinstance(await poster.post(post), NotNow)
    with pytest.raises(CannotLookError) as caught:
        await poster.find(post)
    assert caught.value.seconds
    assert not await poster.delete(post.workspace, post.channel, "1.2")
    assert not await poster.tell(post.workspace, "U1", CARD)
    clock.forward(minutes=1)
    assert isinstance(await poster.post(post), Sent)
