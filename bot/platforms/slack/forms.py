"""A form as a Slack modal, and what somebody filled in as a wish."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.cards.card import Card, Option
from bot.conversation.admin.form import Field, Form, Kind
from bot.conversation.admin.ids import OLD_WISH, AdminId
from bot.conversation.admin.request import AdminReply, Do, Value, Wish
from bot.conversation.view import OldActionError
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import blocks_of

Block = dict[str, Any]


def view_of(reply: AdminReply, title: str) -> Block:
    """The modal that shows a reply: its form where it has one and nothing was saved yet, else its card."""
    return form_view(reply.card, reply.form, title) if reply.form and not reply.saved else card_view(reply.card, title)


def card_view(card: Card, title: str) -> Block:
    """A modal with something to read, and the card's buttons."""
    return {
        "type": "modal",
        "title": _plain(title[: limits.MODAL_TITLE]),
        "blocks": blocks_of(card)[: limits.MODAL_BLOCKS],
    }


def form_view(card: Card, form: Form, title: str) -> Block:
    """A modal to fill in. Its callback id says which form it is, and on which version of the choices."""
    return {
        **card_view(replace(card, actions=()), title),
        "blocks": [*blocks_of(replace(card, actions=())), *(_input(field) for field in form.fields)],
        "callback_id": str(AdminId(Do.SET, form.name, form.version, form.about)),
        "submit": _plain(form.save[: limits.MODAL_TITLE]),
        "close": _plain(form.cancel[: limits.MODAL_TITLE]),
    }


def wish_of(view: Block) -> Wish:
    """What a submitted modal asks for. What was left open is not asked for."""
    try:
        form = AdminId.read(str(view.get("callback_id", "")))
        if form.do is not Do.SET:
            return OLD_WISH
        return Wish(Do.SET, form.name, {**dict(_values(view)), **form.about}, form.version)
    except (OldActionError, ValueError):
        return OLD_WISH


def errors_of(reply: AdminReply, view: Block) -> dict[str, str]:
    """What is wrong, by the input it stands at; empty where no input of the view is meant."""
    inputs = {block.get("block_id") for block in view.get("blocks") or () if block.get("type") == "input"}
    return {str(value): words for value, words in reply.wrong.items() if value in inputs}


def _values(view: Block) -> Iterator[tuple[Value, tuple[str, ...]]]:
    state: Block = (view.get("state") or {}).get("values") or {}
    for elements in state.values():
        for name, given in elements.items():
            value = _given(given)
            if value is not None:
                yield Value(name), value


def _given(given: Block) -> tuple[str, ...] | None:
    """The values of one input; None where a single choice was left open."""
    match given.get("type"):
        case "static_select":
            option = given.get("selected_option")
            return (str(option["value"]),) if option else None
        case "conversations_select":
            return (str(given.get("selected_conversation") or ""),)
        case "timepicker":
            return (str(given["selected_time"]),) if given.get("selected_time") else None
        case "datepicker":
            return (str(given.get("selected_date") or ""),)
        case "multi_static_select":
            return tuple(str(o["value"]) for o in given.get("selected_options") or ())
        case "multi_conversations_select":
            return tuple(map(str, given.get("selected_conversations") or ()))
        case "multi_users_select":
            return tuple(map(str, given.get("selected_users") or ()))
        case "plain_text_input":
            return (str(given.get("value") or ""),)
    return None


def _input(field: Field) -> Block:
    hint = {"hint": _plain(field.help)} if field.help else {}
    return {
        "type": "input",
        "block_id": field.name,
        "optional": not field.needed,
        "label": _plain(field.label),
        "element": {"action_id": field.name, **_element(field)},
        **hint,
    }


def _element(field: Field) -> Block:
    options = [_option(o) for o in field.options[: limits.OPTIONS]]
    chosen = [o for o in options if o["value"] in field.current]
    current = list(field.current)
    match field.kind:
        case Kind.CHOICE:
            return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}
        case Kind.SEVERAL:
            initial = {"initial_options": chosen} if chosen else {}
            return {"type": "multi_static_select", "options": options, **initial}
        case Kind.CHANNELS:
            only = {"filter": {"include": ["public", "private"], "exclude_bot_users": True}}
            preset: Block = {"initial_conversations": current} if current else {}
            return {"type": "multi_conversations_select", "max_selected_items": field.most, **only, **preset}
        case Kind.CHANNEL:
            only = {"filter": {"include": ["public", "private"], "exclude_bot_users": True}}
            preset = {"initial_conversation": current[0]} if current else {}
            return {"type": "conversations_select", **only, **preset}
        case Kind.TIME:
            return {"type": "timepicker", **({"initial_time": current[0]} if current else {})}
        case Kind.DATE:
            return {"type": "datepicker", **({"initial_date": current[0]} if current else {})}
        case Kind.MODERATORS:
            preset = {"initial_users": current} if current else {}
            return {"type": "multi_users_select", "max_selected_items": field.most, **preset}
        case Kind.TEXT:
            preset = {"initial_value": current[0]} if current and current[0] else {}
            return {"type": "plain_text_input", "multiline": False, "max_length": field.most, **preset}


def _option(option: Option) -> Block:
    description = option.description[: limits.OPTION_TEXT]
    return {
        "text": _plain(option.label[: limits.OPTION_TEXT]),
        "value": option.value,
        **({"description": _plain(description)} if description else {}),
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
