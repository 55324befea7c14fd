"""Content that changes while the bot runs: what is new is taken, what is broken keeps its last good words."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.library.loader import Library
from bot.library.model import Pack, Topic
from bot.library.problems import Problem, Severity


def keep_last_good(old: Library, new: Library) -> Library:
    """The new library, with the old words of every file that can no longer be read."""
    broken = {p.file for p in new.problems if p.severity is Severity.ERROR}
    packs = {name: _pack(old.packs.get(name), pack, broken) for name, pack in new.packs.items()}
    lost = {name: pack for name, pack in old.packs.items() if name not in packs and _is_broken(pack, new.problems)}
    return Library({**packs, **lost}, new.problems, new.stamp)


def _is_broken(pack: Pack, problems: Iterable[Problem]) -> bool:
    """Whether a pack is missing because its files are broken, and not because somebody removed it."""
    folders = {topic.file.split("/")[1] for by_id in pack.topics.values() for topic in by_id.values()}
    return any(p.file.split("/")[1:2] == [folder] for p in problems for folder in folders)


def _pack(old: Pack | None, new: Pack, broken: set[str]) -> Pack:
    if not old:
        return new
    return replace(
        new,
        topics={locale: _topics(old.topics.get(locale, {}), new.topics[locale], broken) for locale in new.locales},
        pages={locale: _topics(old.pages.get(locale, {}), new.pages[locale], broken) for locale in new.locales},
        tips={
            locale: old.tips.get(locale, ()) if _any_ends(broken, f"/{locale}/tips.yaml") else new.tips[locale]
            for locale in new.locales
        },
        sources=old.sources if _any_ends(broken, "/sources.yaml") else new.sources,
        regions=old.regions if _any_ends(broken, "/regions.yaml") else new.regions,
    )


def _topics(old: Mapping[str, Topic], new: Mapping[str, Topic], broken: set[str]) -> dict[str, Topic]:
    kept = {i: t for i, t in old.items() if i not in new and t.file in broken}
    return {**new, **kept}


def _any_ends(files: set[str], end: str) -> bool:
    return any(file.endswith(end) for file in files)
