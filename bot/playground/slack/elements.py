"""Finds buttons, menus and inputs in blocks, and says what a person's use of one looks like."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .workspace import Workspace

Block = dict[str, Any]
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
DATED = {"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time"}
WORLDLY = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
}


@dataclass(frozen=True)
class Found:
    """One element that acts, and the block it is in."""

    block: Block
    element: dict[str, Any]

    @property
    def names(self) -> dict[str, Any]:
        return {"action_id": self.element["action_id"], "block_id": self.block["block_id"]}


def interactive(blocks: list[Block]) -> Iterator[Found]:
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield Found(block, element)


def find(blocks: list[Block], action_id: str, block_id: str | None = None) -> Found:
    """Find the element a person means. Raises LookupError, with what there is instead."""
    names = []
    for found in interactive(blocks):
        if found.element["action_id"] == action_id and block_id in (None, found.block["block_id"]):
            return found
        names.append(found.element["action_id"])
    raise LookupError(f"no {action_id!r} here; there is {', '.join(names) or 'nothing to press'}")


def options(element: dict[str, Any]) -> list[dict[str, Any]]:
    groups = [group["options"] for group in element.get("option_groups", [])]
    return [*element.get("options", []), *(option for group in groups for option in group)]


def option(element: dict[str, Any], value: str) -> dict[str, Any]:
    """Pick the option with this value. Raises LookupError; a menu fed by the app may hold any."""
    for candidate in options(element):
        if candidate.get("value") == value:
            return candidate
    if element["type"] in ("external_select", "multi_external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    raise LookupError(f"no option {value!r}; there is {', '.join(str(o.get('value')) for o in options(element))}")


def takes_several(kind: str) -> bool:
    return kind == "checkboxes" or kind.startswith("multi_")


def initial(element: dict[str, Any]) -> dict[str, Any]:
    """Say what an input holds that nobody has touched, as `view.state.values` tells it."""
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    if kind in DATED:
        return {"type": kind, DATED[kind]: element.get(DATED[kind].replace("selected", "initial"))}
    if kind in WORLDLY:
        name = WORLDLY[kind]
        return {
            "type": kind,
            name: element.get(name.replace("selected", "initial"), [] if takes_several(kind) else None),
        }
    if takes_several(kind):
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "selected_option": element.get("initial_option")}


def emptied(element: dict[str, Any]) -> dict[str, Any]:
    """Say what an input holds that somebody has emptied."""
    kept = {key: value for key, value in element.items() if not key.startswith("initial_")}
    return initial(kept)


def answer(ws: Workspace, element: dict[str, Any], value: Any) -> dict[str, Any]:
    """Say what choosing or typing `value` is in a payload; people and channels are named by their World keys."""
    kind = element["type"]
    if isinstance(value, list) and not takes_several(kind):
        (value,) = value
    if kind in TYPED:
        return {"type": kind, "value": value}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": value}
    if kind in DATED:
        return {"type": kind, DATED[kind]: value}
    if kind in WORLDLY:
        many = takes_several(kind)
        ids = [_id(ws, kind, key) for key in (value if many else [value])]
        return {"type": kind, WORLDLY[kind]: ids if many else ids[0]}
    if takes_several(kind):
        return {"type": kind, "selected_options": [option(element, one) for one in value]}
    return {"type": kind, "selected_option": option(element, value)}


def _id(ws: Workspace, kind: str, key: str) -> str:
    return ws.ids.person(key) if "users" in kind else ws.ids.channel(key)


def pressed(element: dict[str, Any]) -> dict[str, Any]:
    """Say what pressing a button is in a payload."""
    shown: dict[str, Any] = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    return {"type": element["type"], **shown}
