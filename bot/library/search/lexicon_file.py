"""What search is told besides the topics: `xx/questions.yaml` (how people ask) and `xx/words.yaml` (lay terms)."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel


def split_phrases(value: object) -> object:
    """`one, two words` -> its parts. YAML reads a lone `no` as false; here it is the word."""
    if value is False:
        return ("no",)
    if isinstance(value, str):
        return tuple(phrase for part in value.split(",") if (phrase := " ".join(part.split())))
    return value


Phrases = Annotated[tuple[str, ...], BeforeValidator(split_phrases)]
ELSEWHERE = "elsewhere"
"""The key in questions.yaml for questions that no topic answers, alone or as a group: `elsewhere/dose`."""


def is_elsewhere(key: str) -> bool:
    """Whether a key of questions.yaml stands for no topic: the weather, a poem, a dose, another disease."""
    return key.partition("/")[0] == ELSEWHERE


class QuestionsFile(RootModel[dict[str, tuple[str, ...]]]):
    """questions.yaml: topic id -> ways in which people ask for it."""


class WordsFile(BaseModel):
    """words.yaml of one language.

    Attributes:
        small: words that say nothing alone.
        common: everyday words that are spelt right and are no sign of a topic.
        alike: a name -> words and phrases that mean much the same.
        elsewhere: a name -> words of things that no topic answers.
        short: text-speak, or a misspelling that would be taken for something else -> what it stands for.
        refuse: a name -> phrases that ask for what no card may give, such as a dose.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    small: Phrases = ()
    common: Phrases = ()
    alike: dict[str, Phrases] = Field(default_factory=dict)
    short: dict[str, str] = Field(default_factory=dict)
    elsewhere: dict[str, Phrases] = Field(default_factory=dict)
    refuse: dict[str, Phrases] = Field(default_factory=dict)


@dataclass(frozen=True)
class Lexicon:
    """Both files of one language, read. `questions` is by topic id, or by group of `elsewhere`."""

    language: str
    words: WordsFile = field(default_factory=WordsFile)
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
