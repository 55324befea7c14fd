"""A document for a clinician without git: every claim with its sources, a box to tick, and a line to sign."""

from collections.abc import Iterable, Iterator

from bot.library.model import URGENT, Pack, Topic
from bot.library.signoff import signs_to_sign, tips_to_sign
from bot.library.urgent.urgent_file import Context, Examples, Tier, UrgentFile

_BOX = "[ ]"
_TIERS = {
    Tier.EMERGENCY: "The urgent card comes first: call the emergency number now",
    Tier.SAME_DAY: "A notice comes first: get this checked today",
    Tier.ROUTINE: "A line on the card: book a visit",
}


def review_pack(packs: tuple[Pack, ...], locale: str | None) -> Iterator[str]:
    """Lines of Markdown, to be printed or mailed: a part for each topic, one for the tips, one for the urgent signs.

    Args:
        packs: every pack, in order.
        locale: one language, or None for all.
    """
    for pack in packs:
        for language in (one for one in pack.locales if locale in (None, one)):
            yield f"# {pack.titles.get(language, pack.command)} ({language}): for review"
            yield ""
            yield "Tick a claim when it is true and its source fits. Write beside it what should change."
            yield "Sign a part when all of it may be shown to patients. The digest stands for exactly these words."
            yield ""
            for topic in (*pack.topics[language].values(), *pack.pages[language].values()):
                yield from _topic(pack, topic)
            if pack.tips[language]:
                yield from _tips(pack, language)
            if pack.urgent:
                yield from _signs(pack, pack.urgent, language)


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
    return f"{source.title}. {f'{source.publisher}{year}{checked}'.rstrip('.')}. {source.url or 'no address'}"


def _tips(pack: Pack, locale: str) -> Iterator[str]:
    signed = tips_to_sign(pack.tips[locale], locale, "")
    yield f"## Tips ({locale})"
    yield ""
    yield f"{len(pack.tips[locale])} tips, one a day in the channels that chose them. Digest `{signed.digest}`."
    yield ""
    for tip in pack.tips[locale]:
        yield f"- {_BOX} {tip.text} (`{tip.id}`, leads to {tip.topic})"
    yield ""
    yield from _signature(signed.id, locale, signed.digest)


def _signs(pack: Pack, urgent: UrgentFile, locale: str) -> Iterator[str]:
    """Every word that the digest stands for: the signs first, then the lists that their patterns name."""
    signed = signs_to_sign(urgent, locale, "")
    yield f"## Urgent signs ({locale})"
    yield ""
    yield "What people write, how soon help is needed then, and what is not taken for the sign. The patterns say which"
    yield f"words together make it; a name in `<>` is a list of words below. Digest `{signed.digest}`."
    yield ""
    for name, entry in urgent.signs.items():
        yield f"### {entry.sign} (`{name}`)"
        yield ""
        yield f"- {_BOX} {_TIERS[entry.tier]}"
        if entry.do:
            yield f"- {_BOX} The notice adds: {entry.do.get(locale, '(nothing in this language)')}"
        yield f"- {_BOX} Found in: {_list(getattr(entry.phrases, locale, ()))}"
        if entry.calm:
            yield f"- {_BOX} Not found in: {_list(entry.calm)}"
        yield f"- Patterns: {_list(f'`{pattern}`' for pattern in entry.patterns)}"
        if entry.unless:
            yield f"- Unless there is a word of: {_list(f'`<{group}>`' for group in entry.unless)}"
        yield f"- Sources: {'; '.join(_source(pack, i) for i in entry.sources) or 'none'}"
        yield ""
    yield from _word_lists(urgent, locale)
    yield from _signature(signed.id, locale, signed.digest)


def _word_lists(urgent: UrgentFile, locale: str) -> Iterator[str]:
    yield "### Lists of words"
    yield ""
    for name, words in urgent.groups.items():
        yield f"- `<{name}>`: {_list(getattr(words, locale, ()))}"
    yield ""
    yield "### What takes a sign back or keeps it, and text-speak"
    yield ""
    for name in Context.model_fields:
        yield f"- {name}: {_list(getattr(getattr(urgent.context, name), locale, ()))}"
    yield f"- short for: {_list(f'{short} = {long}' for short, long in urgent.short.items())}"
    for name in Examples.model_fields:
        yield f"- reads like {name}: {_list(getattr(urgent.examples, name))}"
    yield ""


def _list(words: Iterable[str]) -> str:
    return "; ".join(words) or "nothing"


def _signature(topic: str, locale: str, digest: str) -> Iterator[str]:
    yield f"{_BOX} may be shown as it stands   {_BOX} may be shown after the changes above   {_BOX} must not be shown"
    yield ""
    yield "Name: ______________________  Credentials: ______________________  Date: ____________"
    yield ""
    yield "For the host, in content/<pack>/signoffs.yaml of the overlay:"
    yield ""
    # In quotes: one of digits alone would be read as a number.
    yield f'    - {{topic: {topic}, locale: {locale}, digest: "{digest}", name: …, credentials: …, date: …}}'
    yield ""
