"""What a clinician can sign: words of one language, known by their digest."""

from dataclasses import dataclass
from typing import Protocol


class Signable(Protocol):
    """What a sign-off is for; a topic is one."""

    @property
    def id(self) -> str: ...

    @property
    def locale(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def file(self) -> str: ...


@dataclass(frozen=True)
class SignedWords:
    """The tips or the urgent signs in one language."""

    id: str
    locale: str
    digest: str
    file: str
