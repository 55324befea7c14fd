"""What `spasmbot doctor` finds: how bad, what, and how to mend it; and how it ends."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class Ends(IntEnum):
    """The exit status of the command."""

    WELL = 0
    ERRORS = 1
    NO_PLATFORM = 2
    """Nothing is wrong, but nothing is set to run either; `run` ends with the same."""
    WARNINGS = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. Holds no secret: neither text nor fix may be made from one."""

    check: str
    level: Level
    what: str
    fix: str = ""


def ok(check: str, what: str) -> Finding:
    return Finding(check, Level.OK, what)


def warn(check: str, what: str, fix: str) -> Finding:
    return Finding(check, Level.WARN, what, fix)


def error(check: str, what: str, fix: str) -> Finding:
    return Finding(check, Level.ERROR, what, fix)


def status(findings: Iterable[Finding], *, platform: bool) -> Ends:
    """`platform` says whether any platform is set."""
    levels = {finding.level for finding in findings}
    if Level.ERROR in levels:
        return Ends.ERRORS
    if not platform:
        return Ends.NO_PLATFORM
    return Ends.WARNINGS if Level.WARN in levels else Ends.WELL


def as_json(findings: list[Finding], ends: Ends) -> str:
    told = {"status": int(ends), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_text(findings: list[Finding]) -> str:
    """A line for each finding, one more for its fix, and how many there are."""
    width = max((len(finding.check) for finding in findings), default=0)
    lines = []
    for each in findings:
        lines.append(f"{each.level:<6} {each.check:<{width}}  {each.what}")
        if each.fix:
            lines.append(f"{'':<6} {'':<{width}}  Fix: {each.fix}")
    numbers = [sum(f.level is level for f in findings) for level in (Level.ERROR, Level.WARN)]
    return "\n".join([*lines, f"{numbers[0]} errors, {numbers[1]} warnings"])
