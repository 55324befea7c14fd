"""The web pages that somebody sees who adds the bot to a workspace, in the language of their browser."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.cards.words import Words
from bot.library.model import Pack
from bot.settings import data_folder

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Nothing is loaded, no page elsewhere shows this one within itself, and no address with a code in it is passed on."""


class Page(StrEnum):
    ADD = "add"
    ADDED = "added"
    CANCELLED = "cancelled"
    AGAIN = "again"
    """The link was too old, was used already, or began in another browser."""
    ORGANISATION = "organisation"
    LATER = "later"


class InstallPages:
    """`packs` gives the packs as they are now; a page is in a language that the first of them speaks."""

    def __init__(
        self, folder: Path, overlay: Path | None, words: Words, packs: Callable[[], Mapping[str, Pack]]
    ) -> None:
        folders = [f / "install" for f in (overlay, folder, data_folder("templates")) if f]
        self._jinja = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._words, self._packs = words, packs

    def html(self, page: Page, languages: Sequence[str], link: str) -> str:
        """`link` leads on: to Slack, or back to the first page."""
        pack = next(iter(self._packs().values()))
        locale = next(filter(None, map(pack.locale_for, languages)), pack.default_locale)
        words = {"locale": locale, "title": pack.titles.get(locale, pack.titles[pack.default_locale]), "link": link}
        gettext = self._words.gettext(locale)
        return self._jinja.get_template(f"{page}.html.j2").render(words, _=gettext, command=pack.command)
