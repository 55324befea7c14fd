"""What is wrong with a content file, told so that an author can mend it: file, line, field, what to write instead."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One finding. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    field: str
    message: str
    fix: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.severity}: {self.field}: {self.message} Fix: {self.fix}"


class ContentError(Exception):
    """A content file that cannot be used; carries each problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
