"""The same moderators' conversations on Slack (Socket Mode and signed HTTP) and Discord, over real sockets."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation.admin.commands import COMMANDS
from tests.admin.hands import MODERATOR, Hands
from tests.conftest import PLATFORMS
from tests.desks import WHERE

TRANSCRIPTS = yaml.safe_load((Path(__file__).parent.parent / "transcripts" / "admin.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(
        platform,
        transcript,
        id=f"{platform}-{transcript['name'].replace(' ', '-')}",
        # slack-http is the same code behind another door
        marks=[pytest.mark.slow] if platform == "slack-http" or transcript.get("slow") else [],
    )
    for transcript in TRANSCRIPTS
    for platform in PLATFORMS
    if platform.startswith(transcript.get("only", ""))
]


@pytest.mark.parametrize(("hands", "transcript"), CASES, indirect=["hands"])
async def test_what_a_moderator_sees(hands: Hands, transcript: dict[str, Any]) -> None:
    for step in transcript["steps"]:
        await follow(hands, step, step.get("who", transcript.get("who", MODERATOR)))
    assert not hands.desk.refusals


async def follow(hands: Hands, step: dict[str, Any], who: str) -> None:
    if "ask" in step:
        hands.desk.look_away()
        await hands.desk.type(step["ask"], who)
        card = await hands.desk.sees(step["see"], who, WHERE)
        assert set(step.get("buttons", ())) <= set(card.labels)
        assert not set(step.get("without", ())) & set(card.labels)
        return
    if "admin" in step:
        await hands.type(step["admin"], who)
    elif "press" in step:
        await hands.press(step["press"], who)
    else:
        await hands.fill(step["fill"], who)
    await hands.sees(step["see"], who)
    private = [c.private for c in hands.desk.cards(who, WHERE)]
    assert all(private), "what a moderator sees is theirs alone"


def test_every_subcommand_has_a_transcript() -> None:
    typed = {step["admin"].partition(" ")[0] for t in TRANSCRIPTS for step in t["steps"] if "admin" in step}
    pressed = {"resume", "set-up"}
    assert {c.name for c in COMMANDS} <= typed | pressed
