"""A document for a clinician without git: every claim with its sources, a box to tick, and a line to sign."""

from collections.abc import Iterator

from bot.library.model import URGENT, Pack, Topic

_BOX = "[ ]"


def review_pack(packs: tuple[Pack, ...], locale: str | None) -> Iterator[str]:
    """Lines of Markdown, to be printed or mailed: a part for each topic.

    Args:
        packs: every pack, in order.
        locale: one language, or None for all.
    """
    for pack in packs:
        for language in (one for one in pack.locales if locale in (None, one)):
            yield f"# {pack.titles.get(language, pack.command)} ({language}): for review"
            yield ""
            yield "Tick a claim when it is true and its source fits. Write beside it what should change."
            yield "Sign a topic when all of it may be shown to patients. The digest stands for exactly these words."
            yield ""
            for topic in pack.topics[language].values():
                yield from _topic(pack, topic)
            yield from _tips(pack, language)


def _topic(pack: Pack, topic: Topic) -> Iterator[str]:
    yield f"## {topic.title} (`{topic.id}`, {topic.locale})"
    yield ""
    yield f"File {topic.file}. Updated {topic.updated.isoformat()}. Digest `{topic.digest}`."
    if topic.machine_drafted:
        yield "Drafted by a machine: please read the language as well as the facts."
    yield ""
    yield f"### {topic.headline}"
    yield ""
    if topic.id != URGENT:
        yield topic.gist
        yield ""
    yield topic.body
    for section in topic.sections:
        yield ""
        yield f"### {section.label}"
        yield ""
        yield section.body
    yield ""
    yield "### Claims and sources"
    yield ""
    for evidence in topic.evidence:
        for claim in evidence.claims:
            yield f"- {_BOX} {claim}"
            yield f"  - {evidence.strength}: {'; '.join(_source(pack, i) for i in evidence.sources)}"
    yield ""
    yield from _signature(topic.id, topic.locale, topic.digest)


def _source(pack: Pack, source_id: str) -> str:
    source = pack.sources.get(source_id)
    if not source:
        return source_id
    year = f", {source.year}" if source.year else ""
    checked = "" if source.read else " (cited from memory)"
    return f"{source.title}. {source.publisher}{year}{checked}. {source.url or 'no address'}"


def _tips(pack: Pack, locale: str) -> Iterator[str]:
    yield f"## Tips ({locale})"
    yield ""
    for tip in pack.tips[locale]:
        yield f"- {_BOX} {tip.text} (`{tip.id}`, leads to {tip.topic})"
    yield ""


def _signature(topic: str, locale: str, digest: str) -> Iterator[str]:
    yield f"{_BOX} may be shown as it stands   {_BOX} may be shown after the changes above   {_BOX} must not be shown"
    yield ""
    yield "Name: ______________________  Credentials: ______________________  Date: ____________"
    yield ""
    yield "For the host, in content/<pack>/signoffs.yaml of the overlay:"
    yield ""
    yield f"    - {{topic: {topic}, locale: {locale}, digest: {digest}, name: …, credentials: …, date: …}}"
    yield ""
