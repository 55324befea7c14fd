"""What in urgent.yaml does nothing, or too much: phrases that bring out no sign, calm texts that do."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.library.urgent.signs import Signs
from bot.library.urgent.urgent_file import UrgentFile


@dataclass(frozen=True)
class Slip:
    """One phrase that does not do what the file says; `wanted` tells whether it should bring out the sign."""

    sign: str
    phrase: str
    wanted: bool


def slips(file: UrgentFile) -> Iterator[Slip]:
    """Try every phrase and every calm text of the file."""
    signs = Signs(file)
    for name, entry in file.signs.items():
        for phrase in (*entry.phrases.en, *entry.phrases.es):
            if name not in signs.assess(phrase).signs:
                yield Slip(name, phrase, wanted=True)
        for text in entry.calm:
            if name in signs.assess(text).signs:
                yield Slip(name, text, wanted=False)
