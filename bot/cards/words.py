"""Interface words by language: gettext catalogues (.po) read at start through Babel; English is the message id."""

import gettext
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.cards.templates import CardTemplateError

Gettext = Callable[[str], str]


class Words:
    """Translations from `folder`/locale/*.po; a language without a file speaks English."""

    def __init__(self, catalogues: Mapping[str, gettext.NullTranslations]) -> None:
        self._catalogues = catalogues
        self._none = gettext.NullTranslations()

    @classmethod
    def load(cls, folder: Path, overlay: Path | None = None) -> "Words":
        """Read each catalogue; one of the overlay goes before ours, message by message."""
        found: dict[str, gettext.NullTranslations] = {}
        for base in (f for f in (folder, overlay) if f is not None):
            for file in sorted((base / "locale").glob("*.po")):
                translations = _translations(file)
                if file.stem in found:
                    translations.add_fallback(found[file.stem])
                found[file.stem] = translations
        return cls(found)

    def gettext(self, locale: str) -> Gettext:
        return self._catalogues.get(locale, self._none).gettext


def _translations(file: Path) -> gettext.GNUTranslations:
    try:
        with file.open("rb") as handle:
            catalogue = read_po(handle, locale=file.stem, abort_invalid=True)
    except (UnknownLocaleError, ValueError) as error:
        raise CardTemplateError(f"locale/{file.name}: {error}; name it after a language, such as fr.po") from error
    except PoFileError as error:
        raise CardTemplateError(f"locale/{file.name}: {error}") from error
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return gettext.GNUTranslations(binary)
