"""Whether a payload has the shape that Slack documents, as far as bolt and this bot read it.

A signature says that Slack sent it, not that it is what we know: a payload of another shape is set aside with one line
in the log, where it would otherwise fail somewhere inside, with its content in the trace.
"""

from collections.abc import Callable, Iterable
from typing import Any

Body = dict[str, Any]
_TEXTS = (
    *("type", "team_id", "channel_id", "user_id", "command", "text", "response_url", "trigger_id", "event_id"),
    *("enterprise_id", "callback_id", "api_app_id"),
)
_OBJECTS = ("team", "user", "channel", "container", "event", "view", "enterprise")
_IDS = ("id", "team_id", "channel_id", "enterprise_id", "thread_ts", "view_id", "type")
_SPOKEN = ("message", "app_mention")
_COMMAND = ("team_id", "channel_id", "user_id", "response_url", "trigger_id")
_GIVEN = {
    "selected_option": dict,
    "selected_options": list,
    "selected_conversations": list,
    "selected_users": list,
}


def is_known(body: object) -> bool:
    """Whether this can be read. Kinds that the bot knows nothing of are, as long as bolt can read them."""
    if not isinstance(body, dict) or not _outside(body):
        return False
    if "command" in body:
        return _texts(body, _COMMAND, needed=True)
    read = _KINDS.get(body.get("type") or "")
    return read(body) if read else True


def _outside(body: Body) -> bool:
    objects = [body.get(key) for key in _OBJECTS]
    if not all(each is None or (isinstance(each, dict) and _texts(each, _IDS)) for each in objects):
        return False
    if not _all(body.get("actions") or [], _action):
        return False
    authorizations = body.get("authorizations")
    return _texts(body, _TEXTS) and (authorizations is None or _all(authorizations, lambda a: _texts(a, _IDS)))


def _pressed(body: Body) -> bool:
    place = body.get("container") or {}
    answerable = body.get("response_url") or (place.get("type") == "view" and place.get("view_id"))
    opens = _texts(body, ("trigger_id",), needed=True)
    return bool(answerable) and opens and _has_person(body) and bool(body.get("actions"))


def _action(action: Body) -> bool:
    option = action.get("selected_option")
    named = _texts(action, ("action_id",), needed=True) and _texts(action, ("type", "block_id"))
    return named and (option is None or _texts(option, ("value",)))


def _submitted(body: Body) -> bool:
    view = body.get("view") or {}
    state = view.get("state")
    if state is not None and not isinstance(state, dict):
        return False
    values = (state or {}).get("values") or {}
    filled = isinstance(values, dict) and _all(values.values(), lambda inputs: _all(inputs.values(), _filled))
    blocks = _all(view.get("blocks") or [], lambda _: True)
    return (
        _has_person(body)
        and _texts(view, ("id", "type"), needed=True)
        and _texts(view, ("callback_id",))
        and filled
        and blocks
    )


def _filled(given: Body) -> bool:
    typed = all(isinstance(given[key], kind) for key, kind in _GIVEN.items() if given.get(key))
    options = [given.get("selected_option"), *(given.get("selected_options") or ())] if typed else []
    return typed and all(each is None or (isinstance(each, dict) and "value" in each) for each in options)


def _happened(body: Body) -> bool:
    event = body.get("event") or {}
    if not _texts(event, ("type",), needed=True) or not isinstance(body.get("event_time", 0), int | float):
        return False
    if event["type"] in _SPOKEN:
        texts = ("user", "text", "channel_type", "subtype", "thread_ts")
        return _texts(event, ("channel",), needed=True) and _texts(event, texts)
    if event["type"] == "app_home_opened":
        return _texts(event, ("user",), needed=True)
    return isinstance(event.get("tokens") or {}, dict)


def _has_person(body: Body) -> bool:
    return _texts(body.get("user") or {}, ("id",), needed=True)


def _texts(holder: object, keys: Iterable[str], *, needed: bool = False) -> bool:
    if not isinstance(holder, dict):
        return False
    values = [holder.get(key) for key in keys]
    return all((isinstance(value, str) and value) or (value in (None, "") and not needed) for value in values)


def _all(values: object, holds: Callable[[Body], bool]) -> bool:
    """Whether these are objects of which each is so."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return False
    return all(isinstance(each, dict) and holds(each) for each in values)


_KINDS: dict[str, Callable[[Body], bool]] = {
    "block_actions": _pressed,
    "view_submission": _submitted,
    "event_callback": _happened,
}
