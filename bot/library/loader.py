"""Packs from a content folder. A broken topic is reported and left out; the others serve."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.library import yaml_file
from bot.library.files import PackFiles, Stamp, stamp
from bot.library.host import Host
from bot.library.model import ABOUT, NOW, OVERVIEW, URGENT, Pack, Region, Review, Source, Tip, Topic
from bot.library.pack_file import PackFile, RegionsFile, SourcesFile, TipsFile
from bot.library.pictures import Pictures
from bot.library.problems import ContentError, Problem, Severity
from bot.library.search.lexicon_file import Lexicon, QuestionsFile, WordsFile
from bot.library.search.stem import LANGUAGES
from bot.library.signable import Signable, SignedWords
from bot.library.signoff import SIGNS, TIPS, signs_to_sign, tips_to_sign
from bot.library.topic_file import read_topic
from bot.library.urgent.pattern import PatternError
from bot.library.urgent.signs import compiled
from bot.library.urgent.urgent_file import Examples, UrgentFile

PAGES = (NOW, ABOUT)


@dataclass(frozen=True)
class Library:
    """All packs by their root command, what was wrong with their files, and how these looked before they were read."""

    packs: dict[str, Pack]
    problems: tuple[Problem, ...]
    stamp: Stamp = frozenset()


def load_library(content_dir: Path, overlay: Path | None = None, *, unsigned: bool = False) -> Library:
    """Read every pack below `content_dir` (a folder with a pack.yaml is a pack).

    Args:
        content_dir: the folder of packs.
        overlay: a host's folder with the same layout: its files go before a pack's own, or add to them.
        unsigned: read what nobody signed too, whatever the host shows; for a check and a review.

    Raises:
        ContentError: when the folder cannot be read, or holds no pack that works.
    """
    before = stamp(f for f in (content_dir, overlay) if f)
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
            files = PackFiles(folder, content_dir, overlay / folder.name if overlay else None)
            pack = _PackReader(files, unsigned=unsigned).read(problems)
        except ContentError as error:
            problems += error.problems
            continue
        if pack.command in packs:
            fix = "give each pack a command of its own"
            message = f"{pack.command!r} is the command of another pack too."
            problems.append(Problem(f"{content_dir.name}/{folder.name}/pack.yaml", 1, "command", message, fix))
            continue
        packs[pack.command] = pack
    if not packs:
        fix = "add a folder with a pack.yaml, or leave CONTENT_DIR unset for the packs that come along"
        missing = Problem(str(content_dir), 0, "CONTENT_DIR", "holds no pack that works.", fix)
        raise ContentError([*problems, missing])
    return Library(packs, tuple(problems), before)


class _PackReader:
    """Reads the files of one pack."""

    def __init__(self, files: PackFiles, *, unsigned: bool) -> None:
        self._files, self._unsigned = files, unsigned

    def read(self, problems: list[Problem]) -> Pack:
        head = self._yaml("pack.yaml", PackFile)
        host = Host(self._files, unsigned=self._unsigned)
        groups = tuple(entry.group(host.choices.more.get(entry.id, ())) for entry in head.groups)
        listed = (OVERVIEW, *(t for g in groups for t in g.topics), URGENT)
        written = {locale: self._topics(locale, head.locales[0], listed, problems) for locale in head.locales}
        pages = {locale: self._topics(locale, head.locales[0], PAGES, problems) for locale in head.locales}
        tips = {locale: self._tips(locale, head.locales[0], problems) for locale in head.locales}
        urgent = self._urgent(problems)
        to_sign = [*self._tips_to_sign(tips), *self._signs_to_sign(urgent, head.locales)]
        signed = {(words.id, words.locale): review for words in to_sign if (review := host.signoffs.of(words))}
        readings = {code: review for (name, code), review in signed.items() if name == SIGNS}
        topics = {locale: _shown(by_id, host) for locale, by_id in written.items()}
        _answer_for_signs(topics, urgent, readings)
        if not topics[head.locales[0]]:
            fix = "mend the files named above; with signed_only, at least one topic needs a sign-off"
            raise ContentError([Problem(self._files.name("pack.yaml"), 1, "topics", "none can be shown.", fix)])
        return Pack(
            command=head.command,
            titles=head.title,
            locales=head.locales,
            groups=groups,
            about=head.about(),
            review_years=head.review_years,
            taught_terms=head.taught_terms,
            plain_words=head.plain_words,
            unasked_names=head.unasked_names,
            topics=topics,
            pages={locale: _shown(by_id, host) for locale, by_id in pages.items()},
            tips={locale: host.shown_tips(each, signed.get((TIPS, locale))) for locale, each in tips.items()},
            sources=self._sources(problems),
            regions=self._regions(problems),
            pictures=self._pictures(problems),
            void_signoffs=_void(host, (*written.values(), *pages.values()), to_sign),
            lexicons=self._lexicons(head.locales, problems),
            urgent=urgent,
            signs_reviews=readings,
            revision=self._files.revision,
        )

    def _tips_to_sign(self, tips: dict[str, tuple[Tip, ...]]) -> Iterator[SignedWords]:
        for locale, each in tips.items():
            if each:
                yield tips_to_sign(each, locale, self._files.name(f"{locale}/tips.yaml"))

    def _signs_to_sign(self, urgent: UrgentFile | None, locales: Iterable[str]) -> Iterator[SignedWords]:
        if urgent:
            for locale in locales:
                yield signs_to_sign(urgent, locale, self._files.name("urgent.yaml"))

    def _lexicons(self, locales: Iterable[str], problems: list[Problem]) -> dict[str, Lexicon]:
        """How people ask: words.yaml and questions.yaml of each language, where they are."""
        found = {}
        for language in dict.fromkeys((*locales, *LANGUAGES)):
            words = self._optional(f"{language}/words.yaml", WordsFile, problems)
            questions = self._optional(f"{language}/questions.yaml", QuestionsFile, problems)
            if words or questions:
                found[language] = Lexicon(language, words or WordsFile(), questions.root if questions else {})
        return found

    def _urgent(self, problems: list[Problem]) -> UrgentFile | None:
        """The urgent signs. A broken file stops the pack: it must not run deaf. Raises ContentError."""
        if not self._files.exists("urgent.yaml"):
            return None
        file = self._yaml("urgent.yaml", UrgentFile)
        try:
            compiled(file)
        except PatternError as error:
            lines = [line.strip() for line in self._files.text("urgent.yaml").splitlines()]
            line = lines.index(error.written) + 1 if error.written in lines else 0
            fix = "name groups that are in this file; its head explains the patterns"
            raise ContentError([Problem(self._files.name("urgent.yaml"), line, "patterns", f"{error}.", fix)]) from None
        examples = self._optional("urgent_examples.yaml", Examples, problems)
        return file.model_copy(update={"examples": examples}) if examples else file

    def _optional(self, file: str, model: type[yaml_file.Model], problems: list[Problem]) -> yaml_file.Model | None:
        """A file that a pack may have; None where it has none, or a broken one."""
        if not self._files.exists(file):
            return None
        try:
            return self._yaml(file, model)
        except ContentError as error:
            problems += error.problems
            return None

    def _yaml(self, file: str, model: type[yaml_file.Model]) -> yaml_file.Model:
        return yaml_file.parse(self._files.text(file), model, name=self._files.name(file))

    def _layers(self, file: str, model: type[yaml_file.Model]) -> Iterator[yaml_file.Model]:
        """The pack's file, then what the overlay adds to it."""
        for name, text in self._files.layers(file):
            yield yaml_file.parse(text, model, name=name)

    def _topics(self, locale: str, first: str, ids: Iterable[str], problems: list[Problem]) -> dict[str, Topic]:
        found, missing = {}, []
        for topic_id in ids:
            file = f"{locale}/{topic_id}.md"
            if locale != first and not self._files.exists(file):
                missing.append(topic_id)
                continue
            try:
                text, name = self._files.text(file), self._files.name(file)
                found[topic_id] = read_topic(text, name=name, topic_id=topic_id, locale=locale)
            except ContentError as error:
                problems += error.problems
        if missing:
            message = f"{len(missing)} have no {locale!r} text yet: {', '.join(missing)}. They are shown in {first!r}."
            fix = f"translate {locale}/{missing[0]}.md and the others"
            problems.append(Problem(self._files.name("pack.yaml"), 1, "locales", message, fix, Severity.WARNING))
        return found

    def _tips(self, locale: str, first: str, problems: list[Problem]) -> tuple[Tip, ...]:
        """The tips of a language by id; the overlay's go before the pack's, and new ones come last."""
        if locale != first and not self._files.exists(f"{locale}/tips.yaml"):
            return ()
        found: dict[str, Tip] = {}
        try:
            for name, text in self._files.layers(f"{locale}/tips.yaml"):
                file = yaml_file.parse(text, TipsFile, name=name)
                twice = [tip_id for tip_id, times in Counter(entry.id for entry in file.tips).items() if times > 1]
                fix = "give it an id of its own"
                problems += (Problem(name, 0, f"tip {tip_id}", "stands twice.", fix) for tip_id in twice)
                found |= {entry.id: entry.tip(machine_drafted=file.machine_drafted) for entry in file.tips}
        except ContentError as error:
            problems += error.problems
        return tuple(found.values())

    def _sources(self, problems: list[Problem]) -> dict[str, Source]:
        found: dict[str, Source] = {}
        try:
            for layer in self._layers("sources.yaml", SourcesFile):
                found |= layer.sources()
        except ContentError as error:
            problems += error.problems
        return found

    def _pictures(self, problems: list[Problem]) -> Pictures:
        pictures = Pictures(*self._files.folders("pictures"))
        found = pictures.problems()
        problems += found
        return pictures.without(found)

    def _regions(self, problems: list[Problem]) -> dict[str, Region]:
        try:
            return self._yaml("regions.yaml", RegionsFile).plain()
        except ContentError as error:
            problems += error.problems
            return {}


def _shown(by_id: dict[str, Topic], host: Host) -> dict[str, Topic]:
    return {topic_id: shown for topic_id, topic in by_id.items() if (shown := host.shown(topic))}


def _answer_for_signs(
    topics: dict[str, dict[str, Topic]], urgent: UrgentFile | None, signed: dict[str, Review]
) -> None:
    """The urgent card names a reviewer only where what brings it up was signed too."""
    for locale, by_id in topics.items():
        if urgent and URGENT in by_id and locale not in signed:
            by_id[URGENT] = replace(by_id[URGENT], review=None)


def _void(host: Host, topics: Iterable[dict[str, Topic]], others: Iterable[Signable]) -> tuple[Signable, ...]:
    words: list[Signable] = [topic for by_id in topics for topic in by_id.values()]
    return tuple(each for each in (*words, *others) if host.signoffs.void(each))
