"""How well search and urgent signs do: `make measure`, or `python -m tests.measure [--json]`.

The questions in tests/questions were written by readers who had not seen the lexicon, and labelled by two of them apart:
`a` and `b` hold the ids (or the tier) that each chose. A stable hash of the question parts them into two halves, `tune`
and `report`; `fresh` are questions of other writers again, labelled by one reader each. All three parts were looked at
while search and signs were bettered, `fresh` too, so none of them tells how strangers fare: they only tell when something
gets worse. `kept` were written by the one who bettered the signs last, and kept out of the examples: near to these in
style, and so a little too kind.

`unseen` come from three further groups of writers, who saw nothing of the bot; second labellers, who saw no first label,
read the first two, and the writer again, without the labels, the third (all November 2026). Nobody who worked on words,
examples, signs or weights has read one of them. Their totals were read, though: the bars of `search/scope.py` and the
weights and bars of `urgent` stand where they do because of these totals too, so a stranger's set may come out a point or
two lower. Writers and labellers are sessions of one language model; that they agree in all but a few rows says less than
it seems. When somebody has read them they belong to `fresh`.
"""

import hashlib
import json
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.conversation.hearing import Hearing
from bot.library.loader import load_library

ROOT = Path(__file__).parent.parent
QUESTIONS = Path(__file__).parent / "questions"
LANGUAGES = ("en", "es")
PARTS = ("tune", "report", "fresh", "kept", "unseen")
OTHERS = PARTS[2:]
"""Parts with files of their own."""
Row = dict[str, Any]


def part_of(query: str) -> str:
    """Half of the questions are for tuning, half for the report; a question never changes sides."""
    return PARTS[:2][hashlib.sha256(query.encode()).digest()[0] % 2]


def rows(name: str, part: str = "") -> list[Row]:
    """The questions of one file, of one part or of both halves; other writers' stand in files of their own."""
    file = QUESTIONS / (f"{part}_{name}.jsonl" if part in OTHERS else f"{name}.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    found = [json.loads(line) for line in lines if line.strip()]
    return [row for row in found if part in ("", *OTHERS) or part_of(row["query"]) == part]


def share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return round(100 * sum(found) / len(found), 1) if found else float("nan")


def labels(row: Row) -> set[str]:
    """Every id that a labeller holds right."""
    return {label for key in ("a", "b") for label in row.get(key) or ()}


def recall(hearing: Hearing, language: str, part: str) -> Iterator[tuple[str, str, float]]:
    """recall@1 and @3, all in all and by kind, and false declines."""
    hits: defaultdict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for row in rows(language, part):
        found = hearing.ask(row["query"], language_of(hearing, language))
        ids, right = [m.topic for m in found.topics], labels(row)
        hit = (bool(right.intersection(ids[:1])), bool(right.intersection(ids[:3])), found.declined)
        hits["all"].append(hit)
        hits[row["kind"]].append(hit)
    for kind, found in hits.items():
        for place, name in enumerate(("recall@1", "recall@3", "false decline")):
            yield name, kind, share(hit[place] for hit in found)


def urgency(hearing: Hearing, language: str, part: str) -> Iterator[tuple[str, str, float]]:
    """Sensitivity by tier (a notice comes first) and specificity, all in all and by kind."""
    by_tier: defaultdict[str, list[bool]] = defaultdict(list)
    calm: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows(f"urgent_{language}", part):
        urgent = hearing.urgency(row["query"]).urgent
        if row["a"] in ("emergency", "same-day"):
            by_tier[row["a"]].append(urgent)
            by_tier[f"{row['a']}, {row['kind']}"].append(urgent)
        else:
            for kind in ("all", row["kind"]):
                calm[kind].append(not urgent)
    yield from (("sensitivity", tier, share(hits)) for tier, hits in by_tier.items())
    yield from (("specificity", kind, share(hits)) for kind, hits in calm.items())


def scope(hearing: Hearing, language: str, part: str) -> Iterator[tuple[str, str, float]]:
    """Declines of what no card answers. An urgent notice is no guessed card."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows(f"scope_{language}", part):
        declined = hearing.ask(row["query"], language_of(hearing, language)).declined
        for kind in ("all", row["kind"]):
            hits[kind].append(declined)
    yield from (("decline", kind, share(found)) for kind, found in hits.items())


def agreement(language: str) -> Iterator[tuple[str, str, float]]:
    """How often the two labellers share an id (or the tier): no system can be judged beyond that."""
    both = [row for row in rows(language) if row.get("b")]
    yield "agreement", "topics", share(bool(set(row["a"]) & set(row["b"])) for row in both)
    both = [row for row in rows(f"urgent_{language}") if row.get("b")]
    yield "agreement", "tiers", share(row["a"] == row["b"] for row in both)


def language_of(hearing: Hearing, language: str) -> str:
    """The pack's own language where it has no cards in this one yet; the question is read in its own all the same."""
    return language if language in hearing.locales else hearing.locales[0]


def cost(hearing: Hearing) -> dict[str, float]:
    """Milliseconds of CPU a question, signs and search together."""
    asked = [
        (row["query"], language_of(hearing, lang))
        for lang in LANGUAGES
        for row in (*rows(lang), *rows(f"urgent_{lang}"))
    ]
    times = []
    for query, locale in asked:
        start = time.process_time_ns()
        hearing.urgency(query)
        hearing.ask(query, locale)
        times.append((time.process_time_ns() - start) / 1e6)
    times.sort()
    return {"mean ms": round(sum(times) / len(times), 3), "p95 ms": round(times[int(0.95 * len(times))], 3)}


def measured() -> dict[str, Any]:
    """Everything, as one record."""
    library = load_library(ROOT / "content")
    pack = library.packs["spasm"]
    tracemalloc.start()
    hearing = Hearing(pack)
    memory = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    table = {
        language: {
            part: [*recall(hearing, language, part), *urgency(hearing, language, part), *scope(hearing, language, part)]
            for part in PARTS
        }
        for language in LANGUAGES
    }
    return {
        "table": table,
        "agreement": {language: list(agreement(language)) for language in LANGUAGES},
        "cost": cost(hearing),
        "memory MB": round(memory, 1),
    }


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print the table."""
    record = measured()
    if "--json" in sys.argv:
        say(json.dumps(record, ensure_ascii=False))
        return
    say(f"{'':24}{'':26}" + "".join(f"{language} {part:>8}  " for language in LANGUAGES for part in PARTS))
    values: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for language, parts in record["table"].items():
        for part, entries in parts.items():
            for name, kind, value in entries:
                values.setdefault((name, kind), {})[language, part] = value
    for (name, kind), found in sorted(values.items(), key=lambda item: (item[0][0], item[0][1] != "all", item[0][1])):
        cells = (found.get((language, part)) for language in LANGUAGES for part in PARTS)
        say(f"{name:24}{kind:26}" + "".join(f"{'' if c is None else c!s:>11}  " for c in cells))
    for language, entries in record["agreement"].items():
        for name, kind, value in entries:
            say(f"{name:24}{kind:26}{language} {value}")
    say(f"cost: {record['cost']}, memory: {record['memory MB']} MB")


if __name__ == "__main__":
    main()
