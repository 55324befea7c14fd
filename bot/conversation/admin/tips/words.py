"""What a moderator types behind `tips`, as a wish."""

from collections.abc import Mapping

from bot.conversation.admin.request import TIP, TIP_ADD, Act, Do, Value, Values, Wish

_ACTS = {
    **dict.fromkeys(("list", "lista"), Act.LIST),
    **dict.fromkeys(("pause", "stop", "pausar"), Act.PAUSE),
    **dict.fromkeys(("resume", "continue", "on", "reanudar"), Act.RESUME),
    **dict.fromkeys(("skip", "saltar"), Act.SKIP),
    **dict.fromkeys(("quiet", "silencio"), Act.QUIET),
    **dict.fromkeys(("now", "send", "ahora"), Act.NOW),
    **dict.fromkeys(("preview", "next"), Act.PREVIEW),
    **dict.fromkeys(("remove", "rm", "quitar"), Act.REMOVE),
    **dict.fromkeys(("deliveries", "history", "log"), Act.DELIVERIES),
    **dict.fromkeys(("hidden",), Act.HIDDEN),
    **dict.fromkeys(("hide", "ocultar"), Act.HIDE),
    **dict.fromkeys(("show", "unhide", "mostrar"), Act.SHOW),
    **dict.fromkeys(("delete", "borrar"), Act.DELETE),
}
_ADD, _EDIT = ("add", "new", "+"), ("edit", "change")
_ALONE = (Act.LIST, Act.DELIVERIES, Act.HIDDEN)
_OF_A_TIP = (Act.HIDE, Act.SHOW)
ACTS = (
    *("add", "edit", "pause", "resume", "skip", "quiet", "now", "preview", "remove"),
    *("deliveries", "hide", "show", "hidden", "delete"),
)
"""The first words there are, as Discord offers them."""


def understand_tips(rest: list[str]) -> Wish | None:
    """`add #channel 9:30 madrid`, `pause 2`, `hide toes-to-shin`, `delete today`; None for what makes no sense."""
    first, *more = rest
    word = first.casefold()
    if word in _ADD:
        return Wish(Do.SET, TIP_ADD, {Value.TIP_WORDS: tuple(more)}) if more else Wish(Do.FORM, TIP_ADD)
    if word in _EDIT:
        number = _number(more)
        return None if number is None else Wish(Do.FORM, TIP, number)
    act = _ACTS.get(word)
    if act is None:
        return None
    if act in _ALONE:
        return None if more else Wish(Do.TIPS, act)
    if act in _OF_A_TIP:
        return Wish(Do.TIPS, act, {Value.OF_TIP: (more[0],)}) if len(more) == 1 else None
    if act is Act.DELETE:
        return Wish(Do.TIPS, act, {Value.DAY: (" ".join(more),)} if more else {})
    number = _number(more)
    return None if number is None else Wish(Do.TIPS, act, number)


def wish_about_tips(given: Mapping[Value, tuple[str, ...]]) -> Wish:
    """The same from arguments that have names."""
    act, which = given.get(Value.TIP_WORDS, ()), given.get(Value.NUMBER, ())
    values: Values = {value: said for value, said in given.items() if value not in (Value.TIP_WORDS, Value.NUMBER)}
    if values and act in ((), ("add",)):
        return Wish(Do.SET, TIP_ADD, values)
    if values and act == ("edit",):
        return Wish(Do.SET, TIP, {**values, **(_number(list(which)) or {})})
    return understand_tips([*act, *which] if act else ["list"]) or Wish(Do.UNCLEAR, "tips")


def _number(more: list[str]) -> Values | None:
    """The place in the list; none where nothing is said, which is enough where there is one alone."""
    if not more:
        return {}
    said = more[0].lstrip("#")
    return {Value.NUMBER: (said,)} if len(more) == 1 and said.isdecimal() else None
