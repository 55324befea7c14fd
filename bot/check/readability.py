"""How easy authored prose is to read: FKGL and SMOG for English, INFLESZ for Spanish. Used by `check` alone.

textstat stands in an extra (`spasmbot[readability]`) that `run` never imports.
"""

import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.cards.markdown import to_nodes
from bot.cards.nodes import Bullets, Callout, Node, Note, Paragraph, Steps, Title, plain
from bot.library.model import Topic

FKGL_LIMIT, SMOG_LIMIT, RAW_SMOG_LIMIT, INFLESZ_LEAST = 6.0, 8.0, 10.0, 65.0
"""design.md, A pack; health-literacy.md, section 1."""
SENTENCE_LIMIT = {"en": 15, "es": 20}
"""Words of a sentence; Spanish needs more small words for the same thing."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+")


@dataclass(frozen=True)
class Grades:
    """Reading grades of one topic with all its sections. Formulas that are not for its language are None.

    `raw_smog` counts taught terms too.
    """

    words: int
    longest_sentence: str
    fkgl: float | None = None
    smog: float | None = None
    raw_smog: float | None = None
    inflesz: float | None = None


def available() -> bool:
    """Whether the readability extra is installed."""
    try:
        _textstat()
    except ImportError:
        return False
    return True


def grade(topic: Topic, taught: Iterable[str]) -> Grades:
    """Measure a topic: gist, first screen and sections, a stop behind each list item and label.

    Args:
        topic: in any language.
        taught: terms that the cards explain; they count as short words in FKGL and SMOG.

    Raises:
        ImportError: when the readability extra is not installed.
    """
    sentences = [s for text in prose(topic) for s in _SENTENCE_END.split(text) if _WORD.search(s)]
    words = [w for s in sentences for w in _WORD.findall(s)]
    longest = max(sentences, key=lambda s: len(s.split()))
    if topic.locale == "es":
        return Grades(len(words), longest, inflesz=_inflesz(" ".join(sentences)))
    if topic.locale != "en":
        return Grades(len(words), longest)
    known = {t.casefold() for t in taught}
    counted = ["term" if w.casefold() in known else w for w in words]
    syllables = [_syllables(w) for w in counted]
    fkgl = 0.39 * len(words) / len(sentences) + 11.8 * sum(syllables) / len(words) - 15.59
    return Grades(
        len(words),
        longest,
        fkgl=fkgl,
        smog=_smog(syllables, len(sentences)),
        raw_smog=_smog([_syllables(w) for w in words], len(sentences)),
    )


def prose(topic: Topic) -> list[str]:
    """The authored sentences of a topic, one text for each paragraph or list item, each ending with a stop."""
    parts = [topic.gist, f"# {topic.headline}", topic.body]
    parts += [f"## {s.label}\n\n{s.body}" for s in topic.sections]
    return [_stopped(text) for part in parts for node in to_nodes(part) for text in _texts(node) if text.strip()]


def _texts(node: Node) -> list[str]:
    match node:
        case Title(children) | Paragraph(children) | Note(children):
            return [plain(children)]
        case Bullets(items) | Steps(items):
            return [plain(item) for item in items]
        case Callout(_, nodes):
            return [text for inner in nodes for text in _texts(inner)]
        case _:
            return []  # a picture's alternative text is no running prose; it has rules of its own


def _stopped(text: str) -> str:
    return text if text.rstrip("\"'\u201d) ").endswith((".", "?", "!", ":")) else f"{text}."


def _smog(syllables: list[int], sentences: int) -> float:
    """SMOG = 1.0430 x sqrt(words of 3+ syllables x 30 / sentences) + 3.1291 (health-literacy.md, section 1)."""
    long_words = sum(count >= 3 for count in syllables)  # noqa: PLR2004 - SMOG's own definition
    return 1.0430 * math.sqrt(long_words * 30 / sentences) + 3.1291


@cache
def _syllables(word: str) -> int:
    return int(_textstat().syllable_count(word))


def _inflesz(text: str) -> float:
    """Szigriszt-Pazos, read on the INFLESZ scale: 65 and more is easy."""
    textstat = _textstat()
    textstat.set_lang("es")
    try:
        return float(textstat.szigriszt_pazos(text))
    finally:
        textstat.set_lang("en_US")


@cache
def _textstat() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # textstat 0.7.8 uses pkg_resources
        import textstat
    return textstat
