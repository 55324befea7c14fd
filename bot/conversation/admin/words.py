"""What a moderator types, as a wish: the same wishes that forms and buttons make."""

import re

from bot.conversation.admin.commands import find
from bot.conversation.admin.request import HERE, NONE, OFF, ON, SAME, Do, Value, Wish
from bot.conversation.admin.tips.words import understand_tips
from bot.conversation.place import Mode

_SWITCH = {
    **dict.fromkeys(("on", "yes", "true", "allow", "allowed", "1", "sí", "si"), ON),
    **dict.fromkeys(("off", "no", "false", "forbid", "0"), OFF),
}
_MODES = {
    **{mode.value: mode.value for mode in Mode},
    **dict.fromkeys(("on", "yes", "ephemeral", "privado"), Mode.PRIVATE.value),
    **dict.fromkeys(("visible", "everyone", "público", "publico"), Mode.PUBLIC.value),
    **dict.fromkeys(("no", "silent"), Mode.OFF.value),
}
_SAME = ("same", "default", "reset", "inherit")
_NONE = ("none", "clear", "remove", "default", "nothing", "-")
_EVERYWHERE = ("all", "everywhere", "*", "default")
_ADD, _REMOVE = ("add", "+"), ("remove", "rm", "delete", "-")
_CONFIRMED = ("yes", "now", "confirm")
_CHANNEL = re.compile(r"^(<#[^>]*>|#.+|[CG][A-Z0-9]{6,}|\d{15,20})$")


def understand(words: str) -> Wish:
    """Turn what stands behind `/spasm-admin` into a wish; UNCLEAR names the subcommand that was begun."""
    first, *rest = words.split() or ["status"]
    command = find(first)
    if not command:
        return Wish(Do.UNCLEAR)
    if not rest:
        return command.wish
    read = _READERS.get(command.name)
    wish = read(rest) if read else None
    return wish or Wish(Do.UNCLEAR, command.name)


def _set(command: str, **values: tuple[str, ...]) -> Wish:
    return Wish(Do.SET, command, {Value[name]: value for name, value in values.items()})


def _channels(rest: list[str]) -> Wish | None:
    """Channels first, then what holds there: `#a #b off share on language es`."""
    named = [w for w in rest if _CHANNEL.match(w) or w.casefold() in (HERE, *_EVERYWHERE)]
    told = rest[len(named) :]
    if rest[: len(named)] != named or not named:
        return None
    everywhere = named[0].casefold() in _EVERYWHERE
    if len(named) > 1 and any(w.casefold() in _EVERYWHERE for w in named):
        return None
    if not told:
        return None if everywhere else Wish(Do.FORM, "channels", {Value.CHANNELS: tuple(named)})
    found = _choices_of_channel(told, everywhere=everywhere)
    if not found:
        return None
    return Wish(Do.SET, "channels", found if everywhere else {Value.CHANNELS: tuple(named), **found})


def _choices_of_channel(told: list[str], *, everywhere: bool) -> dict[Value, tuple[str, ...]] | None:
    mode, share, language = (
        (Value.MODE, Value.SHARE, Value.LANGUAGE) if everywhere else (Value.IN_MODE, Value.IN_SHARE, Value.IN_LANGUAGE)
    )
    found: dict[Value, tuple[str, ...]] = {}
    words = [w.casefold() for w in told]
    while words:
        word = words.pop(0)
        if word in ("share", "sharing", "language", "answers") and words:
            value = words.pop(0)
            key = {"language": language, "answers": mode}.get(word, share)
            chosen = SAME if value in _SAME and not everywhere else _read(key, value)
        else:
            key, chosen = mode, (SAME if word in _SAME and not everywhere else _MODES.get(word))
        if chosen is None or key in found:
            return None
        found[key] = (chosen,)
    return found


def _read(key: Value, word: str) -> str | None:
    if key in (Value.LANGUAGE, Value.IN_LANGUAGE):
        return NONE if word in _NONE else word
    return _MODES.get(word) if key in (Value.MODE, Value.IN_MODE) else _SWITCH.get(word)


def _one(value: Value, command: str, rest: list[str]) -> Wish:
    """All words together are the value."""
    said = " ".join(rest)
    return Wish(Do.SET, command, {value: (NONE if said.casefold() in _NONE else said,)})


def _share(rest: list[str]) -> Wish | None:
    chosen = _SWITCH.get(rest[0].casefold())
    return _set("share", SHARE=(chosen,)) if chosen and len(rest) == 1 else None


def _packs(rest: list[str]) -> Wish | None:
    """`spasm off`, or `off spasm`."""
    switches = [_SWITCH[w.casefold()] for w in rest if w.casefold() in _SWITCH]
    names = tuple(w.casefold().removeprefix("/") for w in rest if w.casefold() not in _SWITCH)
    if len(switches) != 1 or not names:
        return None
    return _set("packs", PACKS_ON=names) if switches[0] == ON else _set("packs", PACKS_OFF=names)


def _moderators(rest: list[str]) -> Wish | None:
    """`@kim`, `add @kim`, `remove @kim` or `none`; a name alone is added."""
    first = rest[0].casefold()
    if first in _NONE and len(rest) == 1:
        return _set("moderators", MODERATORS=())
    names = tuple(rest[1:] if first in (*_ADD, *_REMOVE) else rest)
    if not names:
        return None
    return _set("moderators", MODERATORS_REMOVE=names) if first in _REMOVE else _set("moderators", MODERATORS_ADD=names)


def _forget(rest: list[str]) -> Wish | None:
    return Wish(Do.ERASE) if [w.casefold() for w in rest] in ([w] for w in _CONFIRMED) else None


_READERS = {
    "channels": _channels,
    "language": lambda rest: _one(Value.LANGUAGE, "language", rest),
    "region": lambda rest: _one(Value.REGION, "region", rest),
    "zone": lambda rest: _one(Value.ZONE, "zone", rest),
    "contact": lambda rest: _one(Value.CONTACT, "contact", rest),
    "share": _share,
    "packs": _packs,
    "moderators": _moderators,
    "tips": understand_tips,
    "forget": _forget,
}
