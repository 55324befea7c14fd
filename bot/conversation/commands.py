"""The one list of commands. Help, the Discord tree, the Slack manifest, docs and the playground are made from it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.view import Show, View
from bot.library.model import ABOUT, NOW, URGENT, Pack


class Takes(StrEnum):
    NOTHING = "nothing"
    TOPIC = "a topic"
    WORDS = "own words"


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


@dataclass(frozen=True)
class Command:
    """One subcommand. `also` are other words people type for it; `scope` is the group its topic comes from."""

    name: str
    description: str
    view: View
    takes: Takes = Takes.NOTHING
    scope: str = ""
    also: tuple[str, ...] = ()


_FIRST = (
    Command("menu", _("See everything you can ask about"), View(Show.MENU), also=("start", "inicio", "menú")),
    Command("now", _("Three steps for a cramp right now"), View(Show.TOPIC, NOW), also=("ahora", "ya")),
    Command(
        "urgent",
        _("When to get help at once"),
        View(Show.TOPIC, URGENT),
        also=("emergency", "urgente", "emergencia", "urgencia"),
    ),
)
_LAST = (
    Command("ask", _("Ask in your own words"), View(Show.MEAN), Takes.WORDS, also=("preguntar", "pregunta")),
    Command("tip", _("One small thing to try"), View(Show.TIP), also=("tips", "consejo")),
    Command(
        "sources", _("Where the facts come from"), View(Show.SOURCES), Takes.TOPIC, also=("source", "fuentes", "fuente")
    ),
    Command(
        "about",
        _("Who wrote this, and what is kept"),
        View(Show.TOPIC, ABOUT),
        also=("privacy", "acerca", "privacidad"),
    ),
    Command("help", _("All commands"), View(Show.HELP), also=("commands", "ayuda", "comandos", "?")),
)
_GROUP_WORDS = {
    "causes": (_("What can set off a cramp, spasm or twitch"), ("cause", "causa", "causas")),
    "symptoms": (_("What you may see or feel"), ("symptom", "síntoma", "síntomas", "sintoma", "sintomas")),
    "treat": (
        _("What can help, and how sure we are"),
        ("treatment", "treatments", "tratar", "tratamiento", "tratamientos"),
    ),
}


ARGUMENTS = {
    Takes.TOPIC: _("Start typing, then choose a topic"),
    Takes.WORDS: _("Your question. No names or personal health details, please"),
}
"""What is said about the words behind a command."""


RESERVED = frozenset(c.name for c in (*_FIRST, *_LAST))
"""Names that no group of a pack may take."""


def commands(pack: Pack) -> tuple[Command, ...]:
    """Every subcommand of a pack's root word, in the order that help shows."""
    groups = []
    for group in pack.groups:
        description, also = _GROUP_WORDS.get(group.id, (_("Topics of this list"), ()))
        groups.append(Command(group.id, description, View(Show.GROUP, group.id), Takes.TOPIC, group.id, also))
    return (_FIRST[0], *(g for g in groups if g.name not in RESERVED), *_FIRST[1:], *_LAST)


def find(pack: Pack, word: str) -> Command | None:
    """The command that `word` names, by its name or another word for it."""
    wanted = word.casefold()
    return next((c for c in commands(pack) if wanted == c.name or wanted in c.also), None)
