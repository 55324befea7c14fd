"""Why the loopback Slack says no: the rule, where it is documented, and the answer in Slack's own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DOCS = "https://docs.slack.dev"
METHODS = f"{DOCS}/reference/methods"


@dataclass(frozen=True)
class Refusal:
    """One "no", kept for tests and for the page that shows why."""

    rule: str
    source: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a value, at a JSON pointer, in the words that Slack uses."""

    pointer: str
    words: str
    source: str

    def __str__(self) -> str:
        return f"{self.words} [json-pointer:{self.pointer}]"


class RefusedError(Exception):
    """Slack's answer to a request it does not take: `error` is its code, `fields` what else the body carries."""

    def __init__(
        self, error: str, source: str, detail: str = "", *, rule: str | None = None, status: int = 200, **fields: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.fields = fields
        self.headers: dict[str, str] = {}
        self.refusal = Refusal(rule or error, source, detail or error)

    @property
    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.error, **self.fields}


def refuse_problems(error: str, problems: Iterable[Problem]) -> None:
    """Raise one refusal for all `problems`, if there are any, shaped as Slack answers a bad block or argument."""
    found = list(problems)
    if not found:
        return
    words = [str(problem) for problem in found]
    raise RefusedError(
        error,
        found[0].source,
        "; ".join(words),
        errors=words,
        response_metadata={"messages": [f"[ERROR] {line}" for line in words]},
    )
