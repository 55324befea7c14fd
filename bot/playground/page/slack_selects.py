"""Slack's selects, checkboxes and radio buttons as one: docs.slack.dev/reference/block-kit/block-elements."""

from typing import Any

from .controls import Choice, Select
from .known import Known

Block = dict[str, Any]
_PLACEHOLDERS = {"overflow": "More actions"}
_LISTED = ("static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes")


def select_of(element: Block, known: Known) -> Select | None:
    """The select that `element` is; None where it is none, or one whose options only the bot knows."""
    kind = str(element.get("type"))
    what = kind.removeprefix("multi_").removesuffix("s_select")
    if kind in _LISTED:
        choices, chosen = _choices(element), _values(element)
    elif what in ("user", "channel", "conversation") and kind.endswith("s_select"):
        choices = known.people if what == "user" else known.channels
        initial = element.get(f"initial_{what}s") or [element.get(f"initial_{what}")]
        chosen = known.chosen([each for each in initial if each])
    else:
        return None
    several = kind.startswith("multi_") or kind == "checkboxes"
    most = (element.get("max_selected_items") or len(choices)) if several else None
    placeholder = words(element.get("placeholder")) or _PLACEHOLDERS.get(kind, "Choose")
    return Select(placeholder, choices, chosen, 0, most)


def words(text: Any) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _choices(element: Block) -> tuple[Choice, ...]:
    groups = [("", element.get("options") or [])]
    groups += [(words(g.get("label")), g.get("options") or []) for g in element.get("option_groups") or []]
    return tuple(
        Choice(words(o.get("text")), str(o.get("value", "")), words(o.get("description")), group)
        for group, options in groups
        for o in options
    )


def _values(element: Block) -> tuple[str, ...]:
    initial = element.get("initial_options") or [element.get("initial_option")]
    return tuple(str(option["value"]) for option in initial if option)
