"""One topic from one Markdown file: front matter, first screen, sections, footnotes. The format: docs/authors.md."""

import re
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from bot.library import yaml_file
from bot.library.model import Evidence, Section, Strength, Topic
from bot.library.problems import ContentError, Problem

_MARK = re.compile(r"\[\^(\w+)\]")
_NOTE = re.compile(r"^\[\^(\w+)\]:[ \t]*(.*)$")
_SECTION = re.compile(r"^##\s+(?P<label>.*?)\s*(?:\{#(?P<id>[\w-]+)\})?\s*$")
_SENTENCE_WITH_MARKS = re.compile(r"(?<![^.!?\]\n])[^.!?\n][^.!?]*[.!?:]?[*\")]*\s*(?:\[\^\w+\])+")
"""It may begin only where one can begin: else each letter is tried, which takes half of the time that a pack takes."""
TITLE_LIMIT = LABEL_LIMIT = 40


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?$")
    title: str = Field(min_length=1, max_length=TITLE_LIMIT)
    gist: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    updated: date
    codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    machine_drafted: bool = False
    translated_from: str = Field(default="", pattern=r"^([0-9a-f]{12})?$")


@dataclass
class _Body:
    """The lines under the front matter, sorted by what they are."""

    headline: str
    first_screen: str
    sections: list[Section]
    notes: dict[str, tuple[int, str]]


def read_topic(text: str, *, name: str, topic_id: str, locale: str) -> Topic:
    """Read one topic file.

    Args:
        text: the whole file.
        name: the file's name for messages.
        topic_id: the id that folder and file name give.
        locale: the language of the folder.

    Raises:
        ContentError: with a problem for each thing to mend.
    """
    head, body_text, body_line = _split(text, name)
    front = yaml_file.parse(head, _FrontMatter, name=name, first_line=2)
    problems: list[Problem] = []
    if front.id != topic_id:
        fix = f"write `id: {topic_id}`, or move the file"
        problems.append(Problem(name, 2, "id", f"is {front.id!r}, but the file stands for {topic_id!r}.", fix))
    body = _read_body(body_text, body_line, name, problems)
    evidence = _read_evidence(front.gist, body, name, problems)
    if problems:
        raise ContentError(problems)
    return Topic(
        id=front.id,
        locale=locale,
        title=front.title,
        gist=without_marks(front.gist),
        headline=body.headline,
        body=without_marks(body.first_screen),
        sections=tuple(Section(s.id, s.label, without_marks(s.body), s.line) for s in body.sections),
        aliases=front.aliases,
        related=front.related,
        evidence=evidence,
        updated=front.updated,
        file=name,
        codes=front.codes,
        machine_drafted=front.machine_drafted,
        translated_from=front.translated_from,
    )


def without_marks(text: str) -> str:
    """Remove the footnote marks: readers see sources behind a button of their own."""
    return _MARK.sub("", text)


def _split(text: str, name: str) -> tuple[str, str, int]:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        fix = "start the file with `---`, the lines id, title, gist, aliases, related, updated, then `---`"
        raise ContentError([Problem(name, 1, "front matter", "is missing.", fix)])
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _read_body(text: str, first_line: int, name: str, problems: list[Problem]) -> _Body:
    body = _Body("", "", [], {})
    parts: list[tuple[int, str, str, list[str]]] = [(first_line, "", "", [])]
    for number, line in enumerate(text.splitlines(), first_line):
        if note := _NOTE.match(line):
            if note[1] in body.notes:
                problems.append(Problem(name, number, f"note {note[1]}", "is defined twice.", "give it another number"))
            body.notes[note[1]] = (number, note[2].strip())
        elif line.startswith("# "):
            if body.headline:
                problems.append(
                    Problem(name, number, "headline", "stands twice.", "keep one line that starts with `# `")
                )
            body.headline = line[2:].strip()
        elif section := _SECTION.match(line):
            parts.append((number, section["label"], section["id"] or "", []))
        else:
            parts[-1][3].append(line)
    if not body.headline:
        fix = "put one line such as `# Calm your body` under the front matter"
        problems.append(Problem(name, first_line, "headline", "is missing.", fix))
    body.first_screen = "\n".join(parts[0][3]).strip()
    for number, label, section_id, lines in parts[1:]:
        _add_section(Section(section_id, label, "\n".join(lines).strip(), number), body, name, problems)
    return body


def _add_section(section: Section, body: _Body, name: str, problems: list[Problem]) -> None:
    line, label, section_id, text = section.line, section.label, section.id, section.body
    field = f"section {section_id}" if section_id else f"section {label!r}"
    if not section_id:
        problems.append(Problem(name, line, field, "has no name.", "write `## Label {#name}`, such as {#sure}"))
    if section_id in {s.id for s in body.sections}:
        problems.append(Problem(name, line, field, "stands twice.", "give each section a name of its own"))
    if not label or len(label) > LABEL_LIMIT:
        fix = f"write a label of 1 to {LABEL_LIMIT} characters that makes sense alone"
        problems.append(Problem(name, line, field, f"has a label of {len(label)} characters.", fix))
    if not text:
        problems.append(Problem(name, line, field, "is empty.", "write its text, or remove its heading"))
    body.sections.append(section)


def _read_evidence(gist: str, body: _Body, name: str, problems: list[Problem]) -> tuple[Evidence, ...]:
    claims, places = _read_claims(gist, body)
    for label in places.keys() - body.notes.keys():
        fix = f"add a line `[^{label}]: some proof: source-id`, or remove the mark"
        problems.append(Problem(name, 0, f"note {label}", "is used, but not defined.", fix))
    found = []
    for label, (line, text) in body.notes.items():
        if label not in places:
            fix = f"put [^{label}] behind the sentence that it proves, or remove this line"
            problems.append(Problem(name, line, f"note {label}", "is never used.", fix))
        strength, _, ids = text.partition(":")
        sources = tuple(i.strip() for i in ids.split(",") if i.strip())
        if strength.strip() not in set(Strength) or not sources:
            fix = f"write `[^{label}]: STRENGTH: source-id, source-id`; STRENGTH is one of: {', '.join(Strength)}"
            problems.append(Problem(name, line, f"note {label}", f"reads {text!r}.", fix))
            continue
        proof = Strength(strength.strip())
        found.append(Evidence(label, proof, sources, tuple(claims.get(label, ())), tuple(places.get(label, ()))))
    return tuple(found)


def _read_claims(gist: str, body: _Body) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By note: the sentences that carry its mark, and the sections they stand in."""
    claims: dict[str, list[str]] = {}
    places: dict[str, list[str]] = {}
    for place, text in (("", gist), ("", body.first_screen), *((s.id, s.body) for s in body.sections)):
        for sentence in _SENTENCE_WITH_MARKS.finditer(text):
            words = re.sub(r"\s+", " ", without_marks(sentence[0])).strip(" -*#")
            for label in _MARK.findall(sentence[0]):
                claims.setdefault(label, []).append(words)
        for label in dict.fromkeys(_MARK.findall(text)):
            if place not in places.setdefault(label, []):
                places[label].append(place)
    return claims, places
