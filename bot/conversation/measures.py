"""What is counted, with nobody in it: no person, no community, no typed text. `bot.web.metrics` tells Prometheus."""

from typing import Protocol


class Measures(Protocol):
    """Counts what the bot does. Each label has few values, all of them known beforehand."""

    def answered(self, *, pack: str, command: str, platform: str, outcome: str, seconds: float) -> None:
        """One answer, `seconds` after the question came in."""

    def urgent(self, *, pack: str, platform: str, tier: str) -> None:
        """An urgent card or notice was shown."""

    def failed(self, platform: str, error: str) -> None:
        """Answering, or sending, raised `error`, a class's name."""

    def reconnected(self, platform: str) -> None:
        """A connection that had been there came back."""

    def database_fault(self) -> None:
        """The database could not be used."""

    def content_problems(self, number: int) -> None:
        """So many findings has the content now."""


class TipMeasures(Protocol):
    """Counts daily tips."""

    def tip(self, platform: str, outcome: str, lateness: float | None = None) -> None:
        """A delivery was settled as `outcome`; one that was sent was so many seconds late."""

    def waiting(self, number: int) -> None:
        """So many deliveries are due and not settled."""


class Unmeasured:
    """Counts nothing: in a terminal, and in most tests."""

    def answered(self, *, pack: str, command: str, platform: str, outcome: str, seconds: float) -> None: ...
    def urgent(self, *, pack: str, platform: str, tier: str) -> None: ...
    def failed(self, platform: str, error: str) -> None: ...
    def reconnected(self, platform: str) -> None: ...
    def database_fault(self) -> None: ...
    def content_problems(self, number: int) -> None: ...
    def tip(self, platform: str, outcome: str, lateness: float | None = None) -> None: ...
    def waiting(self, number: int) -> None: ...


UNMEASURED = Unmeasured()
