"""Who signed the tips and the urgent signs: for exactly those words, in one language, and what "signed only" shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import wire
from bot.conversation.request import Question
from bot.library.lint import lint
from bot.library.loader import Library, load_library
from bot.library.model import Pack
from bot.library.signoff import SIGNS, TIPS, signs_to_sign, tips_to_sign
from bot.library.urgent.urgent_file import UrgentFile
from bot.library.yaml_file import parse
from bot.settings import Settings
from tests.conversation.talk import CHANNEL
from tests.packs import HERE, SMALL, small_pack

URGENT = """
groups:
  rope: {en: rope, es: cuerda}
  cut: {en: cut, es: corte}
context:
  {small: {}, denied: {}, not_denied: {}, but: {}, past: {}, now: {}, asked: {}, me: {}, figures: {}}
signs:
  rope-burn:
    sign: A rope that cut the skin
    tier: same-day
    patterns: <rope> <cut>
    phrases: {en: the rope cut me, es: la cuerda me hizo un corte}
    do: {en: Cool it with water., es: Enfríelo con agua.}
    calm: |
      cut the rope shorter
"""
Host = Callable[..., Library]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """The small pack with urgent signs and with the files of a host, by name with dots for what parts them."""

    def read(*signed: str, unsigned: bool = False, urgent: str = URGENT, **files: str) -> Library:
        written = {"urgent.yaml": urgent, "signoffs.yaml": "signoffs:\n" + "".join(signed) if signed else "", **files}
        for name, text in written.items():
            path = tmp_path / SMALL.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load_library(HERE, tmp_path, unsigned=unsigned)

    return read


def signed(what: str, digest: str, locale: str = "en") -> str:
    rest = "name: A. Tester, credentials: RN, date: 2026-01-02"
    return f"  - {{topic: {what}, locale: {locale}, digest: {digest}, {rest}}}\n"


def tips_digest(locale: str = "en") -> str:
    return tips_to_sign(small_pack().tips[locale], locale, "").digest


def signs_digest(locale: str = "en", text: str = URGENT) -> str:
    return signs_to_sign(parse(text, UrgentFile, name="urgent.yaml"), locale, "").digest


def topic_digest(topic: str, locale: str = "en") -> str:
    return small_pack().topics[locale][topic].digest


def knots(library: Library) -> Pack:
    return library.packs["knots"]


def test_signed_tips_name_who_signed_them_in_that_language_alone(host: Host) -> None:
    pack = knots(host(signed(TIPS, tips_digest())))
    assert {tip.review and tip.review.name for tip in pack.tips["en"]} == {"A. Tester"}
    assert {tip.review for tip in pack.tips["es"]} == {None}


def test_a_changed_tip_voids_the_sign_off_of_all_and_the_linter_says_so(host: Host) -> None:
    first = small_pack().tips["en"][0]
    changed = f"tips:\n  - {{id: {first.id}, text: Other., topic: {first.topic}, category: {first.category}}}\n"
    pack = knots(host(signed(TIPS, tips_digest()), **{"en/tips.yaml": changed}))
    assert {tip.review for tip in pack.tips["en"]} == {None}
    (finding,) = (p for p in lint(pack) if p.field == "sign-off")
    assert (finding.file.endswith("en/tips.yaml"), "tips (en)" in finding.message) == (True, True)
    assert tips_to_sign(pack.tips["en"], "en", "").digest in finding.fix


def test_the_order_of_tips_does_not_matter() -> None:
    tips = small_pack().tips["en"]
    assert tips_to_sign(reversed(tips), "en", "").digest == tips_digest()


def test_signed_only_shows_no_tip_that_nobody_signed(host: Host) -> None:
    only = {"host.yaml": "signed_only: true"}
    bow = signed("tie/bow", topic_digest("tie/bow"))
    assert knots(host(bow, **only)).tips == {"en": (), "es": ()}
    assert len(knots(host(bow, signed(TIPS, tips_digest()), **only)).tips["en"]) == len(small_pack().tips["en"])


def test_a_tip_goes_with_the_topic_that_the_host_hid(host: Host) -> None:
    pack = knots(host(**{"host.yaml": "hidden: [tie/bow]"}))
    assert pack.tips["en"]
    assert not [tip for tip in pack.tips["en"] if tip.topic == "tie/bow"]
    assert not [p for p in lint(pack) if "tie/bow" in p.message and p.field == "tips"]


@pytest.mark.parametrize(
    ("old", "new", "voids"),
    [
        ("the rope cut me", "this rope cut me", ("en",)),
        ("la cuerda me hizo", "una cuerda me hizo", ("es",)),
        ("Cool it with water.", "Cool it.", ("en",)),
        ("<rope> <cut>", "<rope> <cut> /20", ("en", "es")),
        ("same-day", "routine", ("en", "es")),
        ("cut the rope shorter", "cut the rope", ("en", "es")),
        ("rope, es: cuerda", "ropes, es: cuerda", ("en",)),
        ("denied: {}", "denied: {en: no}", ("en",)),
    ],
)
def test_a_change_of_the_signs_voids_the_languages_that_read_it(old: str, new: str, voids: tuple[str, ...]) -> None:
    changed = URGENT.replace(old, new, 1)
    assert changed != URGENT
    assert tuple(code for code in ("en", "es") if signs_digest(code, changed) != signs_digest(code)) == voids


def test_the_urgent_card_names_a_reviewer_only_when_the_signs_were_signed_too(host: Host) -> None:
    card = signed("urgent", topic_digest("urgent"))
    assert knots(host(card)).topics["en"]["urgent"].review is None
    review = knots(host(card, signed(SIGNS, signs_digest()))).topics["en"]["urgent"].review
    assert review
    assert review.name == "A. Tester"


def test_signed_only_keeps_the_urgent_card_and_the_signs_and_says_that_nobody_reviewed_them(host: Host) -> None:
    pack = knots(host(signed("tie/bow", topic_digest("tie/bow")), **{"host.yaml": "signed_only: true"}))
    assert pack.topics["en"]["urgent"].review is None
    assert pack.urgent
    assert pack.urgent.signs


async def answer(library: Library, words: str) -> str:
    conversation = wire(Settings(), library).conversation
    return (await conversation.answer(Question("knots", words, CHANNEL))).card.text()


UNREVIEWED = "Not yet reviewed by a clinician."
NOTICE_UNREVIEWED = "This notice is not yet reviewed by a clinician."


async def test_the_urgent_card_says_who_reviewed_it_or_that_nobody_did(host: Host) -> None:
    assert UNREVIEWED in await answer(host(), "urgent")
    both = signed("urgent", topic_digest("urgent")), signed(SIGNS, signs_digest())
    text = await answer(host(*both), "urgent")
    assert ("Reviewed by A. Tester, RN" in text, UNREVIEWED in text) == (True, False)


async def test_a_tip_says_who_reviewed_it_or_that_nobody_did(host: Host) -> None:
    assert UNREVIEWED in await answer(host(), "tip")
    text = await answer(host(signed(TIPS, tips_digest())), "tip")
    assert ("Reviewed by A. Tester, RN" in text, UNREVIEWED in text) == (True, False)


def test_a_daily_tip_says_it_too(host: Host) -> None:
    tip = small_pack().tips["en"][0].id
    unsigned, signed_too = (wire(Settings(), host(*each)) for each in ((), (signed(TIPS, tips_digest()),)))
    texts = [parts.conversation.daily_tip("knots", tip, "en") for parts in (unsigned, signed_too)]
    assert [UNREVIEWED in card.text() for card in texts if card] == [True, False]


async def test_a_tip_that_may_not_be_shown_is_told_kindly(host: Host) -> None:
    library = host(signed("tie/bow", topic_digest("tie/bow")), **{"host.yaml": "signed_only: true"})
    assert "not here at the moment" in await answer(library, "tip")


async def test_a_notice_above_a_reviewed_card_says_that_it_is_not_reviewed_itself(host: Host) -> None:
    bow = signed("tie/bow", topic_digest("tie/bow"))
    asked = "tie a bow after the rope cut me"
    assert "Cool it with water." in await answer(host(bow), asked)
    assert NOTICE_UNREVIEWED in await answer(host(bow), asked)
    assert NOTICE_UNREVIEWED not in await answer(host(bow, signed(SIGNS, signs_digest())), asked)
    assert NOTICE_UNREVIEWED not in await answer(host(), asked)


def test_who_checks_sees_what_nobody_signed(host: Host) -> None:
    pack = knots(host(unsigned=True, **{"host.yaml": "signed_only: true"}))
    assert set(pack.topics["en"]) == set(small_pack().topics["en"])
    assert pack.tips["en"]
