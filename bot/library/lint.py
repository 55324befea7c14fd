"""What a pack's files must agree on: ids, links, sources. Each finding names file, line, field and fix."""

import re
from collections.abc import Iterator
from datetime import date

from bot.library.model import ABOUT, NOW, URGENT, Pack, Topic
from bot.library.problems import Problem, Severity
from bot.library.urgent.lint import slips

_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_NEEDED = ("sure", "careful", "note", "check")
_FREE = (NOW, ABOUT, URGENT)
"""Pages and the urgent card have sections of their own."""


def lint(pack: Pack, today: date | None = None) -> list[Problem]:
    """Check one pack; rendering and lengths are checked where cards are drawn (bot.check).

    Without `today` nothing is overdue.
    """
    found: list[Problem] = []
    for locale in pack.locales:
        for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
            found += _topic(pack, topic)
        found += _tips(pack, locale)
        found += _aliases(pack, locale)
    found += _unused_sources(pack)
    found += _urgent(pack)
    found += _reviews(pack)
    return found + list(_overdue(pack, today)) if today else found


def _overdue(pack: Pack, today: date) -> Iterator[Problem]:
    for by_id in (*pack.topics.values(), *pack.pages.values()):
        for topic in by_id.values():
            due = topic.review_due(pack.review_years)
            if due < today:
                fix = "read it against its sources again, mend it, then set `updated` to that day"
                yield Problem(topic.file, 1, "updated", f"review was due on {due}.", fix, Severity.WARNING)


def _topic(pack: Pack, topic: Topic) -> Iterator[Problem]:
    ids = pack.ordered_ids()
    for other in topic.related:
        if other not in ids or other == topic.id:
            yield Problem(topic.file, 1, "related", f"{other!r} is no other topic.", f"choose from {', '.join(ids)}")
    for evidence in topic.evidence:
        for source in evidence.sources:
            if source not in pack.sources:
                fix = "add the source to sources.yaml, or mend its id"
                yield Problem(topic.file, 0, f"note {evidence.label}", f"{source!r} is not in sources.yaml.", fix)
    for picture in _PICTURE.findall("\n".join((topic.body, *(s.body for s in topic.sections)))):
        if picture not in pack.pictures.names():
            fix = f"name one of: {', '.join(pack.pictures.names()) or 'none there yet'}"
            yield Problem(topic.file, 0, f"picture {picture}", "is not in the pictures folder.", fix)
    if topic.id in _FREE:
        return
    have = {s.id for s in topic.sections}
    for section_id in _NEEDED:
        if section_id not in have:
            fix = f"add a section `## … {{#{section_id}}}`; docs/authors.md says what it holds"
            yield Problem(topic.file, 0, f"section {section_id}", "is missing.", fix)
    if not topic.evidence:
        yield Problem(topic.file, 0, "sources", "no claim has a source.", "put [^1] behind a claim and define it below")


def _tips(pack: Pack, locale: str) -> Iterator[Problem]:
    file = _file(pack, f"{locale}/tips.yaml")
    for tip in pack.tips[locale]:
        if tip.topic not in pack.ordered_ids():
            yield Problem(file, 0, f"tip {tip.id}", f"leads to {tip.topic!r}, which is no topic.", "name a topic id")
        if tip.picture and tip.picture not in pack.pictures.names():
            fix = f"name one of: {', '.join(pack.pictures.names()) or 'none there yet'}"
            yield Problem(file, 0, f"tip {tip.id}", f"{tip.picture} is not in the pictures folder.", fix)
        elif tip.picture and not pack.drawing(tip.picture, locale):
            message = f"no card in {locale!r} shows {tip.picture}, so nothing says what is on it."
            yield Problem(file, 0, f"tip {tip.id}", message, "show it on a card with alternative text, or name another")
    led_to = {tip.topic for tip in pack.tips[locale]}
    for topic_id in pack.ordered_ids():
        if topic_id not in led_to and pack.topic(topic_id, pack.default_locale):
            yield Problem(file, 0, "tips", f"none leads to {topic_id}.", "write one that does", Severity.WARNING)


def _aliases(pack: Pack, locale: str) -> Iterator[Problem]:
    """Two topics with the same alias leave the choice to chance."""
    owner: dict[str, str] = {}
    for topic in pack.topics[locale].values():
        for alias in topic.aliases:
            other = owner.setdefault(alias.casefold(), topic.id)
            if other != topic.id:
                fix = "keep it where a person who types it is served best"
                message = f"{alias!r} is an alias of {other} too."
                yield Problem(topic.file, 1, "aliases", message, fix, Severity.WARNING)


def _urgent(pack: Pack) -> Iterator[Problem]:
    """Phrases of urgent.yaml that match nothing, calm texts that match, and sources that are not there."""
    file = _file(pack, "urgent.yaml")
    for slip in slips(pack.urgent) if pack.urgent else ():
        message = "matches nothing." if slip.wanted else "brings out the sign, though it is calm."
        fix = "add its words to a group, or a pattern" if slip.wanted else "add `-<group>` to a pattern, or remove one"
        yield Problem(file, 0, f"{slip.sign}: {slip.phrase!r}", message, fix, Severity.WARNING)
    for name, entry in pack.urgent.signs.items() if pack.urgent else ():
        for source in entry.sources:
            if source not in pack.sources:
                fix = "add the source to sources.yaml, or mend its id"
                yield Problem(file, 0, f"{name}, sources", f"{source!r} is not in sources.yaml.", fix)


def _unused_sources(pack: Pack) -> Iterator[Problem]:
    used = {
        s
        for by_id in (*pack.topics.values(), *pack.pages.values())
        for t in by_id.values()
        for e in t.evidence
        for s in e.sources
    }
    numbers = (n for r in pack.regions.values() for n in (r.emergency, r.poison, r.crisis) if n)
    used |= {n.source for n in numbers if n.source}
    used |= {s for entry in (pack.urgent.signs.values() if pack.urgent else ()) for s in entry.sources}
    for source_id in pack.sources.keys() - used:
        fix = "cite it, or remove it"
        yield Problem(_file(pack, "sources.yaml"), 0, source_id, "no card cites it.", fix, Severity.WARNING)


def _file(pack: Pack, name: str) -> str:
    """A file of the pack as an author knows it: its folder is that of the topics."""
    topic = next(iter(pack.topics[pack.default_locale].values()))
    return topic.file.removesuffix(f"{topic.locale}/{topic.id}.md") + name


def _reviews(pack: Pack) -> Iterator[Problem]:
    for words in pack.void_signoffs:
        message = f"of {words.id} ({words.locale}) is void: the words were changed after it. No reviewer is named now."
        fix = f"have them read again, then sign digest {words.digest} (spasmbot check --review-pack)"
        yield Problem(words.file, 0, "sign-off", message, fix, Severity.WARNING)
    for by_id in (*pack.topics.values(), *pack.pages.values()):
        for topic in by_id.values():
            yield from _translation(pack, topic)


def _translation(pack: Pack, topic: Topic) -> Iterator[Problem]:
    """A translation names the words it was made from: when those change, it is out of step."""
    if topic.locale == pack.default_locale:
        return
    original = pack.topic(topic.id, pack.default_locale)
    if original and topic.translated_from != original.digest:
        message = f"was made from other words than {original.file} has now."
        fix = f'read both, mend this one, then write `translated_from: "{original.digest}"`'
        yield Problem(topic.file, 1, "translated_from", message, fix, Severity.WARNING)
    theirs = [s.id for s in original.sections] if original else []
    ours = [s.id for s in topic.sections]
    if original and ours != theirs:
        fix = f"have the sections {', '.join(theirs)}, in this order"
        yield Problem(topic.file, 0, "sections", f"are {', '.join(ours)}.", fix)
