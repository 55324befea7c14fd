"""What is counted while people talk to the bot on each platform, and that nobody can be found in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Parts
from bot.web.metrics import Metrics
from tests.conftest import PLATFORMS
from tests.desks import SECONDS, WHERE, Desk, SlackDesk, discord_desk, slack_desk
from tests.leaks import SENTINEL, leaks

LABELS = {"pack", "command", "platform", "outcome", "tier", "error", "le", "version"}
LABELS |= {"implementation", "major", "minor", "patchlevel"}
"""Of prometheus-client's own python_info."""
COUNTED = Callable[..., float]


@pytest.fixture(params=PLATFORMS)
async def measured(
    request: pytest.FixtureRequest, parts_for: Callable[..., Parts]
) -> AsyncIterator[tuple[Desk, Metrics]]:
    metrics = Metrics()

    def counting(**settings: Any) -> Parts:
        parts = parts_for(**settings)
        parts.conversation.measure(metrics)
        return parts

    http = request.param == "slack-http"
    at = discord_desk(counting) if request.param == "discord" else slack_desk(counting, http=http)
    async with at as desk:
        yield desk, metrics


def samples(metrics: Metrics) -> list[Any]:
    text = generate_latest(metrics.registry).decode()
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def total(metrics: Metrics, name: str, **labels: str) -> float:
    return sum(s.value for s in samples(metrics) if s.name == name and labels.items() <= s.labels.items())


async def counted(metrics: Metrics, name: str, **labels: str) -> None:
    """Wait until one is counted: a person may see the answer before it is."""
    async with asyncio.timeout(SECONDS):
        while not total(metrics, name, **labels):  # noqa: ASYNC110 - a count wakes nobody
            await asyncio.sleep(0.01)
    assert total(metrics, name, **labels) == 1


async def test_each_answer_is_counted_once_by_command_and_outcome(measured: tuple[Desk, Metrics]) -> None:
    desk, metrics = measured
    platform = desk.platform.value
    await desk.type("treat stress")
    await desk.sees("Calm your body")
    await counted(
        metrics, "spasmbot_answers_total", pack="spasm", command="treat", platform=platform, outcome="answered"
    )
    desk.look_away()
    await desk.press("How sure are we?")
    await desk.sees("How sure are we?")
    await counted(metrics, "spasmbot_answers_total", command="button", outcome="answered")
    await desk.type(f"ask {SENTINEL} qwertzuiop")
    await counted(metrics, "spasmbot_answers_total", command="ask", outcome="declined")
    assert total(metrics, "spasmbot_answer_seconds_count", platform=platform) == 3
    assert not total(metrics, "spasmbot_urgent_shown_total")
    assert not total(metrics, "spasmbot_platform_errors_total")


async def test_an_urgent_card_is_counted_by_its_tier_and_nothing_else(measured: tuple[Desk, Metrics]) -> None:
    desk, metrics = measured
    await desk.say("my chest hurts and I cannot breathe")
    await counted(metrics, "spasmbot_urgent_shown_total", tier="emergency", platform=desk.platform.value)


async def test_no_metric_says_who_asked_where_or_what(measured: tuple[Desk, Metrics]) -> None:
    desk, metrics = measured
    await desk.type(f"ask {SENTINEL} why does my calf hurt at night")
    await counted(metrics, "spasmbot_answers_total", command="ask")
    await desk.say(f"{SENTINEL} calf")
    text = generate_latest(metrics.registry).decode()
    assert {label for s in samples(metrics) for label in s.labels} <= LABELS
    assert not leaks(text)
    assert not any(place in text for place in (WHERE, "T0LOOPBACK", "C0", *_places(desk)))


def _places(desk: Desk) -> list[str]:
    if isinstance(desk, SlackDesk):
        return [desk.server.workspace.ids.channel(key) for key in desk.world.channels]
    return [desk.server.guild_id]  # type: ignore[attr-defined]


async def test_what_cannot_be_sent_is_counted_as_failed(parts_for: Callable[..., Parts]) -> None:
    metrics = Metrics()

    def counting(**settings: Any) -> Parts:
        parts = parts_for(**settings)
        parts.conversation.measure(metrics)
        return parts

    async with slack_desk(counting) as desk:
        desk.server.fail_next("chat.postMessage", error="channel_not_found")
        await desk.say(f"calf cramp {SENTINEL}")
        await counted(metrics, "spasmbot_answers_total", outcome="failed")
        await counted(metrics, "spasmbot_platform_errors_total", platform="slack", error="SlackApiError")


async def test_a_connection_that_comes_back_is_counted(measured: tuple[Desk, Metrics]) -> None:
    desk, metrics = measured
    if isinstance(desk, SlackDesk):
        if desk.server.request_url:
            return
        await desk.server.disconnect("refresh_requested")
    else:
        await desk.server.drop_gateway()  # type: ignore[attr-defined]
    await counted(metrics, "spasmbot_reconnections_total", platform=desk.platform.value)


async def test_every_line_of_one_request_has_its_number(parts_for: Callable[..., Parts]) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        async with slack_desk(parts_for) as desk:
            for _ in range(2):
                desk.server.fail_next("chat.postMessage", error="channel_not_found")
                await desk.say("calf cramp at night, again")
                await desk.sees("Something went wrong", channel="dm-ana")
                desk.look_away()
    failed = [line for line in lines if line["event"] == "slack request failed"]
    assert len(failed) == 2
    assert len({line["request"] for line in failed}) == 2
    assert all(len(line["request"]) == 8 and line["platform"] == "slack" for line in failed)
