"""Search in people's own words: the right card first, no guessed one, and any text at all within its bounds."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import Parts
from bot.library.model import Pack, Topic
from bot.library.search.fold import fold, words_of
from bot.library.search.language import Language
from bot.library.search.lexicon_file import Lexicon, WordsFile
from bot.library.search.matcher import Match, Matcher, normalise, one_clear
from bot.library.search.spelling import Speller, sound
from bot.library.search.stem import stem_en, stem_es
from tests.measure import rows

MILLISECOND = 1e6


@pytest.fixture(scope="module")
def pack(parts: Parts) -> Pack:
    return parts.packs[0]


@pytest.fixture(scope="module")
def matcher(pack: Pack) -> Matcher:
    return Matcher(pack, "en")


def first(matcher: Matcher, words: str) -> str:
    found = matcher.ask(words)
    return found.topics[0].topic if found.topics else ""


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("why does my eyelid keep jumping", "symptoms/twitching"),
        ("TENS", "treat/electrotherapy"),
        ("PT", "treat/physical-therapy"),
        ("MS", "causes/nervous-system"),
        ("ALS", "causes/nervous-system"),
        ("PAD", "causes/conditions"),
        ("stress", "causes/stress"),
        ("what helps when I am stressed and tense", "treat/stress"),
        ("can stress cause cramps", "causes/stress"),
        ("treat/stress", "treat/stress"),
        ("me tiembla el párpado", "symptoms/twitching"),
        ("me tiembla el parpado", "symptoms/twitching"),
    ],
)
def test_words_bring_their_card(matcher: Matcher, words: str, topic: str) -> None:
    assert first(matcher, words) == topic


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("strech my caff", "treat/stretching"),
        ("magnezium for craps", "causes/minerals"),
        ("elektrolyte imbalence", "causes/electrolytes"),
        ("fisiotherapy", "treat/physical-therapy"),
        ("legcramps after gym", "causes/overuse"),
    ],
)
def test_misspelt_words_are_mended_by_the_packs_own_words(matcher: Matcher, words: str, topic: str) -> None:
    assert first(matcher, words) == topic


@pytest.mark.parametrize(
    "words",
    [
        "will it rain tomorrow",
        "write a poem about muscle cramps",
        "what is the dose of baclofen",
        "how many mg of ibuprofen can I take",
        "diagnose me",
        "best cream for acne",
        "how do I stream on twitch",
        "escribe un poema",
        "cuántos mg de baclofeno",
        "asdfghjkl",
        "",
        "   ",
        "🤷🤷🤷",
    ],
)
def test_what_no_card_answers_is_declined(matcher: Matcher, words: str) -> None:
    found = matcher.ask(words)
    assert found.declined
    assert found.topics == ()


def test_an_exact_name_is_certain_and_a_doubtful_one_is_not() -> None:
    assert one_clear((Match("a", 1.0), Match("b", 0.3))) == "a"
    assert one_clear((Match("a", 0.55), Match("b", 0.45))) is None
    assert one_clear((Match("a", 0.3),)) is None
    assert one_clear(()) is None


def test_a_scope_keeps_to_its_list(matcher: Matcher) -> None:
    assert matcher.match("stress", "treat")[0] == Match("treat/stress", 1.0)
    assert all(m.topic.startswith("treat/") for m in matcher.match("cramps at night", "treat"))


def test_half_a_word_completes(matcher: Matcher) -> None:
    assert matcher.complete("stre", "treat")[0] == "treat/stretching"
    assert "causes/minerals" in matcher.complete("magn")
    assert len(matcher.complete("")) == 25
    assert matcher.complete("stress", "treat")[0] == "treat/stress"


def test_each_title_and_id_finds_its_topic(pack: Pack) -> None:
    for locale in pack.locales:
        matcher = Matcher(pack, locale)
        for topic in pack.topics[locale].values():
            assert first(matcher, topic.id) == topic.id
            titles = [t.id for t in pack.topics[locale].values() if normalise(t.title) == normalise(topic.title)]
            assert first(matcher, topic.title) in titles


def test_questions_of_a_topic_that_is_not_shown_do_not_bring_it(pack: Pack) -> None:
    topics = {**pack.topics, "en": {k: v for k, v in pack.topics["en"].items() if k != "treat/massage"}}
    matcher = Matcher(replace(pack, topics=topics), "en")
    assert all(m.topic != "treat/massage" for m in matcher.match("massage a cramp"))


def test_folding_drops_case_accents_apostrophes_and_drawn_out_letters() -> None:
    assert words_of("Can't MÚSCULO sooooo") == ["cant", "musculo", "soo"]
    assert fold("¿Párpado?") == "¿parpado?"


@pytest.mark.parametrize(
    "forms", [("cramp", "cramps", "cramping", "cramped"), ("calf", "calves"), ("stiff", "stiffness")]
)
def test_english_forms_fall_together(forms: tuple[str, ...]) -> None:
    assert len({stem_en(f) for f in forms}) == 1


@pytest.mark.parametrize("forms", [("calambre", "calambres"), ("duele", "duelen"), ("tiembla", "temblar")])
def test_spanish_forms_fall_together(forms: tuple[str, ...]) -> None:
    assert len({stem_es(f) for f in forms}) == 1


def test_the_speller_offers_known_words_only() -> None:
    speller = Speller({"magnesium": 3, "cramp": 9, "camp": 1, "physio": 2})
    assert speller.repair("magneesium") == "magnesium"
    assert speller.repair("crmap") == "cramp"
    assert speller.repair("fisio") == "physio"
    assert speller.repair("zebra") is None
    assert speller.split("crampcamp") == ("cramp", "camp")
    assert sound("knee") == sound("nee")


def test_text_speak_is_written_out() -> None:
    language = Language(Lexicon("en", WordsFile(short={"nite": "night"})), ["cramps at night"])
    assert language.read(["nite"]).words == ("night",)


def test_recall_on_the_report_part_stays(matcher: Matcher) -> None:
    """A floor for changes to content and code; `make measure` prints the whole table."""
    asked = rows("en", "report")
    hits = [bool(set(row["a"]) & {m.topic for m in matcher.ask(row["query"]).topics[:1]}) for row in asked]
    assert sum(hits) >= 0.84 * len(hits)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(matcher: Matcher, text: str) -> None:
    found = matcher.ask(text)
    assert found.declined == (found.topics == ())
    matcher.match(text, "treat")
    matcher.complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        "cramp " * 7_000,
        "🤯" * 40_000,
        "\0" * 40_000,
        "(a+)+" * 8_000,
        "xqzwv kjhgf " * 3_000,
        "ñ́" * 20_000,
    ],
)
def test_a_monstrous_text_costs_no_more(matcher: Matcher, text: str) -> None:
    start = time.process_time_ns()
    matcher.ask(text)
    assert time.process_time_ns() - start < 20 * MILLISECOND


def test_a_question_is_cheap_with_a_thousand_topics(pack: Pack) -> None:
    """Bounds with room for a busy machine; `make measure` prints what it costs here and now."""
    matcher = Matcher(_a_thousand(pack), "en")
    asked = [row["query"] for row in rows("en", "tune")]
    start = time.process_time_ns()
    for query in asked:
        matcher.ask(query)
    assert (time.process_time_ns() - start) / len(asked) < 15 * MILLISECOND


def _a_thousand(pack: Pack) -> Pack:
    """The pack forty times over, each copy with words of its own among the others."""
    found: dict[str, Topic] = {}
    for number in range(38):
        for topic in pack.topics["en"].values():
            own = f" {'abcdefghijklmnopqrstuvwxyz'[number % 26]}{topic.id.replace('/', '')}{number}"
            copy = replace(topic, id=f"{topic.id}-{number}", title=topic.title + own, gist=topic.gist + own)
            found[copy.id] = copy
    groups = tuple(replace(g, topics=tuple(t for t in found if t.startswith(f"{g.id}/"))) for g in pack.groups)
    return replace(pack, topics={"en": found}, groups=groups, locales=("en",))
