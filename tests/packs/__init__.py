"""The small pack (`knots`): a whole pack of its own, so that real content may change without touching a test."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from bot.app import Parts, assemble
from bot.conversation.place import PlaceSettings
from bot.conversation.view import Show, View
from bot.library.kept import Kept
from bot.library.model import Pack
from bot.settings import Settings

HERE = Path(__file__).parent
SMALL = HERE / "small"
KEPT = Kept(user_cache_path("spasmbot"))
"""Where the bot keeps what it learnt of its own pack, so that tests of that need not learn it again."""


@cache
def small_parts() -> Parts:
    """The bot on the small pack, with Share allowed."""
    return assemble(Settings(content_dir=HERE), PlaceSettings(share=True))


def small_pack() -> Pack:
    return small_parts().library.packs["knots"]


def every_view(pack: Pack, locale: str) -> Iterator[View]:
    """All that a person can be shown of a pack, but for the bot's own notices."""
    for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
        yield View(Show.TOPIC, topic.id)
        yield View(Show.SOURCES, topic.id)
        for section in topic.sections:
            yield View(Show.TOPIC, f"{topic.id}#{section.id}")
            yield View(Show.SOURCES, f"{topic.id}#{section.id}")
    yield from (View(Show.GROUP, group.id) for group in pack.groups)
    yield from (View(Show.TIP, tip.id) for tip in pack.tips[locale])
    yield from (View(show) for show in (Show.MENU, Show.HELP, Show.SOURCES, Show.MEAN))
    ids = pack.ordered_ids()
    yield from (View(Show.MEAN, ",".join(ids[start : start + 3])) for start in range(0, len(ids), 3))
