"""The same conversations on Slack (Socket Mode and signed HTTP) and Discord, over real sockets."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import Parts
from bot.conversation.commands import commands
from tests.conftest import PLATFORMS, marks_of
from tests.desks import WHERE, WHO, Desk, Shown

TRANSCRIPTS = [
    transcript
    for file in sorted((Path(__file__).parent.parent / "transcripts").glob("*.yaml"))
    if file.name != "admin.yaml"  # tests/admin follows these
    for transcript in yaml.safe_load(file.read_text(encoding="utf-8"))
]


CASES = [
    pytest.param(
        platform, transcript, id=f"{platform}-{transcript['name'].replace(' ', '-')}", marks=marks_of(platform)
    )
    for transcript in TRANSCRIPTS
    for platform in PLATFORMS
    if platform.startswith(transcript.get("only", ""))
]


@pytest.mark.parametrize(("desk", "transcript"), CASES, indirect=["desk"])
async def test_what_a_person_sees(desk: Desk, transcript: dict[str, Any]) -> None:
    for step in transcript["steps"]:
        await follow(desk, {"who": transcript.get("who", WHO), "where": transcript.get("where", WHERE), **step})
    rules = [str(refusal.rule) for refusal in desk.refusals]
    assert [rule.partition(":")[0] for rule in rules] == transcript.get("refused", [])
    desk.refusals.clear()


async def follow(desk: Desk, step: dict[str, Any]) -> None:
    """Do what one step says, then look."""
    who, where = step["who"], step["where"]
    desk.look_away()
    if "type" in step:
        await desk.type(step["type"], who, where)
    elif "say" in step:
        desk.here = f"dm-{who}"
        await desk.say(step["say"], who)
    elif "press" in step:
        await desk.press(step["press"], who, desk.here or where)
    else:
        shared = next(c for c in desk.cards(who, where) if not c.private)
        await desk.press(step["press_shared"], who, where, on=shared)
    look(await desk.sees(step["see"], who, desk.here or where), step)
    if "dm" in step:
        await desk.sees(step["dm"], who, f"dm-{who}")
    if "everyone" in step:
        shared = next(c for c in desk.cards("lucia", where) if not c.private)
        assert step["everyone"] in shared.text
        assert "Ana" not in shared.text


def look(card: Shown, step: dict[str, Any]) -> None:
    missing = set(step.get("buttons", ())) - set(card.labels)
    assert not missing, f"{missing} not among {card.labels}"
    assert not set(step.get("without", ())) & set(card.labels)
    if "private" in step:
        assert card.private == step["private"]


def test_every_command_has_a_transcript(parts: Parts) -> None:
    typed = {step["type"].partition(" ")[0] for t in TRANSCRIPTS for step in t["steps"] if "type" in step}
    assert {c.name for c in commands(parts.packs[0])} <= typed
