"""What makes a card hard to read or hard to bear: long sentences, hard words, names of diseases that nobody typed."""

import re
from collections.abc import Iterator

from bot.cards.markdown import to_nodes
from bot.cards.nodes import Picture
from bot.check import readability
from bot.check.readability import FKGL_LIMIT, INFLESZ_LEAST, RAW_SMOG_LIMIT, SENTENCE_LIMIT, SMOG_LIMIT, Grades
from bot.library.model import ABOUT, DOORS, Pack, Topic
from bot.library.problems import Problem, Severity

ALT_LIMIT = 400
"""Characters of a picture's alternative text; Discord takes 1,024, a listener less."""


def check_reading(pack: Pack) -> Iterator[Problem]:
    """Grades (where the readability extra is installed), sentences, words and names in every language of a pack."""
    for locale in pack.locales:
        for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
            if topic.locale != locale:
                continue
            yield from _words(pack, topic)
            yield from _pictures(topic)
            if readability.available():
                yield from _grades(topic, readability.grade(topic, pack.taught_terms.get(locale, ())))
        yield from _tip_names(pack, locale)


def _grades(topic: Topic, grades: Grades) -> Iterator[Problem]:
    too_high = (
        ("FKGL", grades.fkgl, FKGL_LIMIT),
        ("SMOG", grades.smog, SMOG_LIMIT),
        ("raw SMOG", grades.raw_smog, RAW_SMOG_LIMIT),
    )
    for name, value, limit in too_high:
        if value is not None and round(value, 1) > limit:
            fix = "use shorter words and shorter sentences"
            yield Problem(topic.file, 0, name, f"is {value:.1f}, at most {limit:.1f} is allowed.", fix)
    if grades.inflesz is not None and round(grades.inflesz) < INFLESZ_LEAST:
        fix = "use shorter words and shorter sentences"
        yield Problem(topic.file, 0, "INFLESZ", f"is {grades.inflesz:.0f}, at least {INFLESZ_LEAST:.0f} is asked.", fix)
    limit = SENTENCE_LIMIT.get(topic.locale, max(SENTENCE_LIMIT.values()))
    count = len(grades.longest_sentence.split())
    if count > limit:
        message = f"of {count} words: {grades.longest_sentence!r}. At most {limit}."
        yield Problem(topic.file, 0, "sentence", message, "make two of it", Severity.WARNING)


def _words(pack: Pack, topic: Topic) -> Iterator[Problem]:
    """Words that have a plain twin anywhere; names that nobody typed on what is shown unasked."""
    text = "\n".join(readability.prose(topic))
    for hard, plain in pack.plain_words.get(topic.locale, {}).items():
        if hard not in pack.taught_terms.get(topic.locale, ()) and has_word(text, hard):
            fix = f"write {plain!r}, or explain it and add it to taught_terms"
            yield Problem(topic.file, 0, "words", f"{hard!r} is not plain.", fix, Severity.WARNING)
    unasked = [topic.title, topic.headline, topic.gist, topic.body]
    unasked += [s.label for s in topic.sections if s.id not in DOORS]
    for name in pack.unasked_names.get(topic.locale, ()):
        if topic.id != ABOUT and has_word("\n".join(unasked), name):
            fix = "move it behind a button whose label says so, or name it in words that do not frighten"
            yield Problem(topic.file, 0, "first screen", f"names {name!r}, which nobody asked about.", fix)


def _pictures(topic: Topic) -> Iterator[Problem]:
    """A picture that informs has words of equal purpose (WCAG 1.1.1), short enough to be listened to."""
    for section in topic.sections:
        for node in to_nodes(section.body):
            if isinstance(node, Picture) and not (20 <= len(node.alt) <= ALT_LIMIT and node.alt.endswith(".")):  # noqa: PLR2004
                fix = f"say in 20 to {ALT_LIMIT} characters what it shows step by step, ending with a full stop"
                yield Problem(topic.file, section.line, f"picture {node.name}", "has no fit alternative text.", fix)


def _tip_names(pack: Pack, locale: str) -> Iterator[Problem]:
    for tip in pack.tips[locale]:
        for name in pack.unasked_names.get(locale, ()):
            if has_word(tip.text, name):
                fix = "leave the name out: a tip stands in a channel, before people who did not ask"
                yield Problem(f"{locale}/tips.yaml", 0, f"tip {tip.id}", f"names {name!r}.", fix)


def has_word(text: str, word: str) -> bool:
    """Whether the word stands in the text by itself; capitals count where the word has some (MS, ALS)."""
    flags = 0 if word != word.lower() else re.IGNORECASE
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags))
