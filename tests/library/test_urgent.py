"""Urgent signs: heard in both languages, taken back when denied or long past, and never a word kept."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import Parts
from bot.conversation.hearing import Hearing, hearing_of
from bot.library.model import Pack
from bot.library.urgent import NO_SIGNS, Level, Signs
from bot.library.urgent.lint import slips
from bot.library.urgent.pattern import PatternError, parse
from bot.library.urgent.signs import LIKE
from bot.library.urgent.urgent_file import ByLanguage, Examples, Tier, UrgentFile
from tests.measure import rows
from tests.packs import KEPT

MILLISECOND = 1e6


@pytest.fixture(scope="module")
def pack(parts: Parts) -> Pack:
    return parts.packs[0]


@pytest.fixture(scope="module")
def hearing(pack: Pack) -> Hearing:
    return hearing_of(pack, KEPT)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("my husband can't breathe", Level.EMERGENCY),
        ("crushing pain in my chest and my jaw aches", Level.EMERGENCY),
        ("mi papá tiene la boca torcida y habla raro", Level.EMERGENCY),
        ("no puedo respirar", Level.EMERGENCY),
        ("one calf is swollen, red and hot", Level.SAME_DAY),
        ("el calambre no se me quita desde hace dos horas", Level.SAME_DAY),
        ("my eyelid has been twitching for three weeks", Level.ROUTINE),
        ("no chest pain, just a calf cramp", Level.NONE),
        ("my dad had a stroke ten years ago", Level.NONE),
        ("the gym is killing me", Level.NONE),
        ("el gym me está matando", Level.NONE),
        ("what are the signs of a stroke?", Level.NONE),
        ("is my twitching ALS", Level.NONE),
        ("how do I stretch my calf", Level.NONE),
        ("", Level.NONE),
        ("🤕🤕", Level.NONE),
    ],
)
def test_how_urgent_words_are(hearing: Hearing, text: str, level: Level) -> None:
    assert hearing.urgency(text).level is level


def test_self_harm_is_known_apart(hearing: Hearing) -> None:
    assert hearing.urgency("i want to die").self_harm
    assert hearing.urgency("ya no quiero vivir").self_harm
    assert not hearing.urgency("my chest hurts").self_harm
    assert not hearing.urgency("no me quiero morir jaja").self_harm


def test_typos_and_text_speak_are_heard(hearing: Hearing) -> None:
    assert hearing.urgency("chets pain n cant breth").level is Level.EMERGENCY
    assert hearing.urgency("my brohter is havign a seziure").level is Level.EMERGENCY


def test_a_sign_is_heard_whatever_language_it_is_said_in(hearing: Hearing) -> None:
    assert hearing.urgency("hola, my chest hurts y no puedo respirar").level is Level.EMERGENCY


def test_a_sign_at_the_end_of_a_long_text_is_heard(hearing: Hearing) -> None:
    assert hearing.urgency("I like to run. " * 2500 + "Now I can't breathe").level is Level.EMERGENCY


def test_no_title_or_question_of_a_card_is_an_alarm(pack: Pack, hearing: Hearing) -> None:
    for locale in pack.locales:
        for topic in pack.topics[locale].values():
            assert not hearing.urgency(topic.title).urgent, topic.title


def test_the_files_own_phrases_do_what_it_says(pack: Pack) -> None:
    assert pack.urgent
    found = list(slips(pack.urgent))
    assert len(found) <= 3, found


def test_signs_have_sources_and_same_day_signs_say_what_to_do(pack: Pack) -> None:
    assert pack.urgent
    for name, entry in pack.urgent.signs.items():
        assert entry.sources, name
        if entry.tier == "same-day":
            assert set(entry.do) == {"en", "es"}, name


def test_not_one_anxious_question_without_a_sign_is_an_alarm(hearing: Hearing) -> None:
    asked = [r for lang in ("en", "es") for r in rows(f"urgent_{lang}", "tune") if r["kind"] == "anxious"]
    calm = [r["query"] for r in asked if r["a"] in ("none", "routine")]
    assert not [q for q in calm if hearing.urgency(q).urgent]


@pytest.mark.parametrize("part", ["report", "fresh", "kept"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_sensitivity_and_specificity_stay(hearing: Hearing, language: str, part: str) -> None:
    asked = rows(f"urgent_{language}", part)
    for tiers, urgent, floor in (
        (("emergency",), True, 0.94),
        (("same-day",), True, 0.90),
        (("none", "routine"), False, 0.94),
    ):
        right = [hearing.urgency(r["query"]).urgent is urgent for r in asked if r["a"] in tiers]
        assert sum(right) >= floor * len(right), tiers


def _file(patterns: str, **sign: object) -> UrgentFile:
    nothing = {"en": "", "es": ""}
    names = ("not_denied", "but", "past", "now", "asked", "me", "figures")
    return UrgentFile.model_validate(
        {
            "groups": {
                "leg": {"en": "leg, lower leg", "es": "pierna"},
                "cold": {"en": "cold, icy", "es": "fría"},
                "pack": {"en": "ice pack", "es": "compresa"},
            },
            "context": {**dict.fromkeys(names, nothing), "denied": {"en": "no, not", "es": "no, sin"}},
            "signs": {"cold-leg": {"sign": "A cold leg", "tier": "emergency-now", "patterns": patterns} | sign},
        }
    )


def test_a_pattern_wants_all_its_groups_near_each_other() -> None:
    signs = Signs(_file("<leg> <cold> -<pack>"))
    assert signs.assess("my LEG went icy").signs == ("cold-leg",)
    assert signs.assess("la pierna fria").signs == ("cold-leg",)
    assert not signs.assess("my leg. it is cold here").signs
    assert not signs.assess("cold leg after the ice pack").signs
    assert not signs.assess("my leg is not cold").signs
    assert not signs.assess("cold " + "word " * 20 + "leg").signs


def test_a_phrase_that_no_pattern_brings_out_is_named() -> None:
    file = _file("<leg> <cold>", phrases={"en": "cold leg, blue toes"}, calm="my leg went cold")
    assert [(s.phrase, s.wanted) for s in slips(file)] == [("blue toes", True), ("my leg went cold", False)]


def test_a_group_can_stand_for_the_words_of_another() -> None:
    file = _file("<limb> <cold>")
    limb = ByLanguage(en=("arm", "@leg"), es=("brazo", "@leg"))
    signs = Signs(file.model_copy(update={"groups": {**file.groups, "limb": limb}}))
    assert signs.assess("my lower leg is cold").signs
    assert signs.assess("la pierna fría").signs
    broken = file.model_copy(update={"groups": {**file.groups, "limb": ByLanguage(en=("@nobody",))}})
    with pytest.raises(PatternError, match="@nobody"):
        Signs(broken)


def test_an_unwanted_word_that_is_denied_spoils_nothing() -> None:
    signs = Signs(_file("<leg> <cold> -<pack>"))
    assert signs.assess("cold leg and no ice pack").signs


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("if my leg ever did swell up after a flight what would a clot look like", Level.NONE),
        ("hypothetically if someone took forty paracetamol an hour ago, what would happen to me", Level.EMERGENCY),
        ("¿si una persona se está poniendo azul ahorita mismo? es mi cuñada", Level.EMERGENCY),
        ("my back went last summer and i couldnt pee for a bit, they operated, im fine now", Level.NONE),
        ("my brother had a stroke in 2012 and now i'm getting the same droopy mouth", Level.EMERGENCY),
        ("writing a novel where the hero has a seizure", Level.NONE),
        ("nobody fainted, we just got cramps", Level.NONE),
        ("no puedo levantar ni brazos ni piernas", Level.EMERGENCY),
        ("tengo una presioncita en el pecho", Level.EMERGENCY),
        ("se me inchó una pierna i la tengo roja", Level.SAME_DAY),
        ("de joven me desmayé en 1998", Level.NONE),
        ("los ojos clavados en el techo después del plasil", Level.EMERGENCY),
        ("no me responden las piernas, no las muevo", Level.EMERGENCY),
        ("my eyelid is dropping and I see double when I read", Level.EMERGENCY),
        ("no es que quiera morirme ni nada, es que estoy harta del párpado", Level.NONE),
        ("mi equipo se desplomó en el segundo tiempo y yo con un calambre", Level.NONE),
        ("not suffering any chest pain just a stiff shoulder", Level.NONE),
        ("azúcar por las nubes, orino a cada rato, calambres", Level.SAME_DAY),
        ("didn't make it to dialysis twice, legs cramping like mad", Level.EMERGENCY),
        ("felt a snap in my calf, can't push off", Level.SAME_DAY),
        ("they raised my lithium on Monday and my hands shake", Level.SAME_DAY),
        ("lips are swelling up after the new antibiotic", Level.EMERGENCY),
        ("statin started last month, muscles weak", Level.SAME_DAY),
        ("dejó de hilar frases", Level.EMERGENCY),
        ("ya no puedo masticar", Level.EMERGENCY),
        ("fievre i espalda trabada", Level.SAME_DAY),
        ("cello player, forearm locks after two hours", Level.NONE),
        ("I can't walk down stairs after leg day", Level.NONE),
        ("respirar en cuadrado", Level.NONE),
        ("cuello tieso al despertar", Level.NONE),
        ("happy birthday to my sister", Level.NONE),
    ],
)
def test_what_takes_a_sign_back_and_what_does_not(hearing: Hearing, text: str, level: Level) -> None:
    assert hearing.urgency(text).level is level


@pytest.mark.parametrize("line", ["<nogroup>", "-<leg>", "<leg> $", "/20"])
def test_a_line_that_is_no_pattern_is_refused(line: str) -> None:
    with pytest.raises(PatternError):
        parse(line, ["leg"])


def test_a_text_that_reads_like_the_examples_is_heard() -> None:
    examples = Examples(same_day=("foot like ice since lunch", "one foot like ice today"), calm=("my toe itches",))
    ordinary = ["how do I stretch my calf", "what is a cramp in plain words", "does heat help my back"]
    signs = Signs(_file("").model_copy(update={"examples": examples}), ordinary=ordinary)
    urgency = signs.assess("foot like ice since lunch today")
    assert (urgency.signs, urgency.level) == ((LIKE,), Level.SAME_DAY)
    assert not signs.assess("how do I stretch my foot").signs
    assert not signs.assess("foot like ice").signs
    assert not Signs(_file("")).assess("foot like ice since lunch today").signs


CALM = ["how do I warm a cold leg in bed", "warm a cold leg before a run", "what helps a cold leg in bed"]


def _with_calm_examples(file: UrgentFile) -> UrgentFile:
    """With few urgent examples beside `CALM`, which have the same words."""
    urgent = Examples(
        emergency=("foot like ice since lunch",), same_day=("one foot like ice today", "my leg went cold")
    )
    return file.model_copy(update={"examples": urgent})


@pytest.mark.parametrize("tier", ["same-day", "emergency-now"])
def test_a_sign_in_a_text_that_reads_calm_is_doubted(tier: str) -> None:
    signs = Signs(_with_calm_examples(_file("<leg> <cold>", tier=tier)), ordinary=CALM)
    assert not signs.assess("how do I warm a cold leg in bed before a run").signs
    assert signs.assess("my leg went cold").signs
    assert signs.assess("cold leg").signs


def test_words_of_self_harm_are_never_doubted() -> None:
    file = _file("<leg> <cold>", tier="emergency-now")
    file.signs["cold-leg"] = file.signs["cold-leg"].model_copy(update={"self_harm": True})
    signs = Signs(_with_calm_examples(file), ordinary=CALM)
    assert signs.assess("how do I warm a cold leg in bed before a run").self_harm


def test_no_phrase_of_a_sign_is_doubted_and_none_beside_it_is_taken_for_it(pack: Pack, hearing: Hearing) -> None:
    assert pack.urgent
    for sign in pack.urgent.signs.values():
        if sign.tier is not Tier.ROUTINE:
            assert all(hearing.urgency(phrase).urgent for phrase in (*sign.phrases.en, *sign.phrases.es))
        assert not any(hearing.urgency(text).urgent for text in sign.calm)


def test_ordinary_questions_seldom_bring_up_a_notice_and_hardly_ever_the_urgent_card(hearing: Hearing) -> None:
    asked = [r["query"] for language in ("en", "es") for part in ("", "fresh") for r in rows(language, part)]
    heard = [hearing.urgency(query) for query in asked]
    assert sum(each.urgent for each in heard) <= 0.1 * len(asked)
    assert sum(each.level is Level.EMERGENCY for each in heard) <= 0.02 * len(asked)


def test_a_pack_without_signs_hears_nothing() -> None:
    assert NO_SIGNS.assess("I can't breathe").level is Level.NONE


def test_the_file_survives_a_round_trip_through_yaml(pack: Pack) -> None:
    assert pack.urgent
    written = yaml.dump(pack.urgent.model_dump(mode="json"), Dumper=yaml.CSafeDumper)
    assert UrgentFile.model_validate(yaml.load(written, Loader=yaml.CSafeLoader)) == pack.urgent


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_assessed(hearing: Hearing, text: str) -> None:
    hearing.urgency(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        "no " * 13_000,
        "chest pain no " * 3_000,
        "🤯" * 40_000,
        "\0" * 40_000,
        "(a+)+$" * 7_000,
        "," * 40_000,
        "x,y;z!" * 7_000,
    ],
)
def test_a_monstrous_text_costs_no_more(hearing: Hearing, text: str) -> None:
    start = time.process_time_ns()
    hearing.urgency(text)
    assert time.process_time_ns() - start < 60 * MILLISECOND
