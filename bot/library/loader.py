"""Packs from a content folder. A broken topic is reported and left out; the others serve."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.library import yaml_file
from bot.library.model import ABOUT, NOW, OVERVIEW, URGENT, Pack, Region, Source, Tip, Topic
from bot.library.pack_file import PackFile, RegionsFile, SourcesFile, TipsFile
from bot.library.problems import ContentError, Problem
from bot.library.topic_file import read_topic

PAGES = (NOW, ABOUT)


@dataclass(frozen=True)
class Library:
    """All packs by their root command, and what was wrong with their files."""

    packs: dict[str, Pack]
    problems: tuple[Problem, ...]


def load_library(content_dir: Path) -> Library:
    """Read every pack below `content_dir` (a folder with a pack.yaml is a pack).

    Raises:
        ContentError: when the folder cannot be read, or holds no pack that works.
    """
    try:
        folders = sorted(f for f in content_dir.iterdir() if (f / "pack.yaml").is_file())
    except OSError as error:
        reason = error.strerror or "cannot be read"
        fix = "set CONTENT_DIR to a folder that holds packs, or leave it unset for the packs that come along"
        raise ContentError([Problem(str(content_dir), 0, "CONTENT_DIR", f"{reason}.", fix)]) from None
    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    for folder in folders:
        try:
            pack = _PackReader(folder, content_dir).read(problems)
        except ContentError as error:
            problems += error.problems
            continue
        if pack.command in packs:
            fix = "give each pack a command of its own"
            message = f"{pack.command!r} is the command of another pack too."
            problems.append(Problem(f"{folder.name}/pack.yaml", 1, "command", message, fix))
            continue
        packs[pack.command] = pack
    if not packs:
        fix = "add a folder with a pack.yaml, or leave CONTENT_DIR unset for the packs that come along"
        missing = Problem(str(content_dir), 0, "CONTENT_DIR", "holds no pack that works.", fix)
        raise ContentError([*problems, missing])
    return Library(packs, tuple(problems))


class _PackReader:
    """Reads the files of one pack, and remembers their bytes for its revision."""

    def __init__(self, folder: Path, content_dir: Path) -> None:
        self._folder = folder
        self._root = content_dir
        self._hash = hashlib.sha256()

    def read(self, problems: list[Problem]) -> Pack:
        head = self._yaml("pack.yaml", PackFile)
        groups = tuple(entry.group() for entry in head.groups)
        listed = (OVERVIEW, *(t for g in groups for t in g.topics), URGENT)
        topics = {locale: self._topics(locale, listed, problems) for locale in head.locales}
        pages = {locale: self._topics(locale, PAGES, problems) for locale in head.locales}
        if not topics[head.locales[0]]:
            raise ContentError(
                [Problem(self._name("pack.yaml"), 1, "topics", "none could be read.", "mend the files named above")]
            )
        return Pack(
            command=head.command,
            titles=head.title,
            locales=head.locales,
            groups=groups,
            about=head.about(),
            review_years=head.review_years,
            taught_terms=head.taught_terms,
            topics=topics,
            pages=pages,
            tips={locale: self._tips(locale, problems) for locale in head.locales},
            sources=self._sources(problems),
            regions=self._regions(problems),
            revision=self._hash.hexdigest()[:12],
        )

    def _name(self, file: str) -> str:
        """The file as an author knows it, from the content folder on."""
        return (self._folder / file).relative_to(self._root.parent).as_posix()

    def _text(self, file: str) -> str:
        text = yaml_file.read_text(self._folder / file, self._name(file))
        self._hash.update(f"{file}\0{text}\0".encode())
        return text

    def _yaml(self, file: str, model: type[yaml_file.Model]) -> yaml_file.Model:
        return yaml_file.parse(self._text(file), model, name=self._name(file))

    def _topics(self, locale: str, ids: Iterable[str], problems: list[Problem]) -> dict[str, Topic]:
        found = {}
        for topic_id in ids:
            file = f"{locale}/{topic_id}.md"
            try:
                found[topic_id] = read_topic(self._text(file), name=self._name(file), topic_id=topic_id, locale=locale)
            except ContentError as error:
                problems += error.problems
        return found

    def _tips(self, locale: str, problems: list[Problem]) -> tuple[Tip, ...]:
        try:
            return tuple(entry.tip() for entry in self._yaml(f"{locale}/tips.yaml", TipsFile).tips)
        except ContentError as error:
            problems += error.problems
            return ()

    def _sources(self, problems: list[Problem]) -> dict[str, Source]:
        try:
            return self._yaml("sources.yaml", SourcesFile).sources()
        except ContentError as error:
            problems += error.problems
            return {}

    def _regions(self, problems: list[Problem]) -> dict[str, Region]:
        try:
            return self._yaml("regions.yaml", RegionsFile).plain()
        except ContentError as error:
            problems += error.problems
            return {}
