"""The kinds of tips that a pack has, with a word for each; a pack with kinds of its own is told by their ids."""

from bot.cards.words import Gettext
from bot.library.model import Pack
from bot.library.search.fold import words_of


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


_WORDS = {
    "stretch": _("Stretching"),
    "calm": _("Calm"),
    "drink-and-eat": _("Drinks and food"),
    "move": _("Moving"),
    "sleep": _("Sleep"),
    "self-care": _("Self-care"),
    "know": _("Good to know"),
}


def kinds_of(pack: Pack) -> tuple[str, ...]:
    """Of every language, in the order of the pack's first one."""
    return tuple(dict.fromkeys(tip.category for locale in pack.locales for tip in pack.tips_in(locale)))


def kind_words(kind: str, gettext: Gettext) -> str:
    return gettext(_WORDS.get(kind, kind.replace("-", " ").capitalize()))


def kind_of(said: str, pack: Pack, *languages: Gettext) -> str | None:
    """The kind that somebody names by its id, or by its word in one of these languages."""
    wanted = words_of(said)
    for kind in kinds_of(pack):
        if wanted in (words_of(kind), *(words_of(kind_words(kind, gettext)) for gettext in languages)):
            return kind
    return None
