"""Whatever comes in at any edge: no unhandled error, no 5xx, and the bot still answers the next sane question.

`FUZZ` in the environment is how many inputs make one share; there are 14, and `make soak` gives 10,000 in all.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import Parts
from bot.conversation.place import PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.playground.slack.signed_http import FORM, encode
from bot.settings import Settings
from tests.admin.memory import MemoryAdministration
from tests.desks import discord_desk, slack_desk
from tests.fuzz import edges
from tests.fuzz.spoil import bodies, spoilt, values

pytestmark = pytest.mark.slow
INPUTS = int(os.environ.get("FUZZ", "30"))


def examples(count: int = INPUTS) -> Any:
    return settings(max_examples=count, database=None, suppress_health_check=list(HealthCheck), deadline=None)


class NoTips(MemoryAdministration):
    """Choices in memory, and nobody has a daily tip."""

    async def subscriptions(self, _workspace: object) -> tuple[()]:
        return ()

    async def hidden(self, _workspace: object) -> tuple[()]:
        return ()

    async def deliveries(self, *_: object) -> tuple[()]:
        return ()

    async def last_day(self, _subscription: int) -> None:
        return None

    async def save(self, changed: Any, by: str, at: Any = None) -> Any:
        """A choice, or (with a time) a subscription, which is thrown away."""
        return changed.subscription if at else await super().save(changed, by)

    async def deleted(self, *_: object) -> None: ...

    async def hide(self, *_: object, **__: object) -> None: ...


@pytest.fixture
def administered(parts: Parts) -> Iterator[Callable[..., Parts]]:
    """The bot where moderators can choose."""
    store: Any = NoTips()
    yield lambda **given_: replace(parts, settings=Settings(**given_)).administered(store, store, store)
    parts.conversation.follow(SameEverywhere(PlaceSettings(share=True)))


def check(bot: edges.Bot, work: Callable[[], Any]) -> None:
    assert bot.wrongs(work) == []


async def _a_sane_question(served: Any) -> None:
    desk = getattr(served, "desk", served)
    desk.look_away()
    await desk.type("treat stress")
    await desk.sees("Calm your body")


@contextmanager
def at(desk: Any) -> Iterator[edges.Bot]:
    """A bot that must still answer a sane question in the end."""
    with edges.bot(desk) as bot:
        yield bot
        bot.do(_a_sane_question(bot.desk))


def test_any_body_that_is_signed_gets_a_calm_answer(administered: Callable[..., Parts]) -> None:
    with at(slack_desk(administered, http=True)) as bot:

        @examples()
        @given(bodies, st.sampled_from([FORM, "application/json", "text/plain", "", "multipart/form-data"]))
        def body(content: bytes, kind: str) -> None:
            check(bot, lambda: edges.post(bot.desk, content, kind))

        body()


def test_spoilt_payloads_over_http_get_a_calm_answer(administered: Callable[..., Parts]) -> None:
    with at(slack_desk(administered, http=True)) as bot:
        genuine = edges.slack_payloads(bot.desk)

        @examples(INPUTS * 3)
        @given(
            st.sampled_from(sorted(genuine)).flatmap(lambda k: st.tuples(st.just(genuine[k][0]), spoilt(genuine[k][1])))
        )
        def payload(sent: tuple[str, dict[str, Any]]) -> None:
            content_type, content = encode(*sent)
            check(bot, lambda: edges.post(bot.desk, content, content_type))

        payload()


def test_spoilt_envelopes_over_the_socket_harm_nobody(administered: Callable[..., Parts]) -> None:
    with at(slack_desk(administered)) as bot:
        genuine = edges.slack_payloads(bot.desk)
        enveloped = [
            {"type": kind, "envelope_id": f"e{n}", "accepts_response_payload": True, "payload": payload}
            for n, (kind, payload) in enumerate(genuine.values())
        ]

        @examples(INPUTS * 3)
        @given(st.one_of(values, st.sampled_from(enveloped).flatmap(spoilt)))
        def envelope(sent: Any) -> None:
            if not (isinstance(sent, dict) and sent.get("type") == "disconnect"):
                check(bot, lambda: edges.envelope(bot.desk, sent))

        envelope()


def test_spoilt_events_of_the_gateway_harm_nobody(administered: Callable[..., Parts]) -> None:
    with at(discord_desk(administered)) as bot:
        genuine = edges.discord_payloads(bot.desk)

        @examples(INPUTS * 3)
        @given(
            st.one_of(
                st.tuples(st.sampled_from(["INTERACTION_CREATE", "MESSAGE_CREATE", "NEWS"]), values),
                st.sampled_from(sorted(genuine)).flatmap(
                    lambda k: st.tuples(st.just(genuine[k][0]), spoilt(genuine[k][1]))
                ),
            )
        )
        def event(sent: tuple[str, Any]) -> None:
            check(bot, lambda: edges.event(bot.desk, *sent))

        event()
