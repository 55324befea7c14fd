"""A form as a Discord message with menus, and as a modal where words are written; what comes back as a wish."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from bot.cards.card import Card, Option
from bot.conversation.admin.form import Field, Form, Kind
from bot.conversation.admin.ids import OLD_WISH, AdminId
from bot.conversation.admin.request import Do, Value, Wish
from bot.conversation.view import OldActionError
from bot.platforms.discord import limits
from bot.platforms.discord.text import escape
from bot.platforms.discord.view import CALM, texts

_SNOWFLAKE = 8
"""Bytes of a channel's id."""
Container = ui.Container[ui.LayoutView]


def form_view(card: Card, form: Form) -> ui.LayoutView:
    """A message with a menu for each field; each choice is saved at once. Stopped, as each view of ours is."""
    container: Container = ui.Container(accent_colour=CALM)
    for item in texts(card.body):
        container.add_item(item)
    for field in form.fields:
        if form.channels or not field.of_channels:
            for item in _field(form, field):
                container.add_item(item)
    container.add_item(ui.ActionRow(_done(form)))
    for item in texts(card.small_print):
        container.add_item(item)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def modal_of(form: Form, name: str) -> ui.Modal | None:
    """The modal in which one field of a form is written; None when the form has no such field."""
    field = next((f for f in form.fields if f.name == name and f.kind is Kind.TEXT), None)
    if not field:
        return None
    modal = ui.Modal(title=field.label[: limits.MODAL_TITLE], custom_id=_id(Do.SET, form, field))
    written: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=field.name, default=_first(field) or None, max_length=field.most, required=False
    )
    modal.add_item(
        ui.Label(
            text=field.label[: limits.MODAL_TITLE], description=field.help[: limits.OPTION_LABEL], component=written
        )
    )
    modal.stop()
    return modal


def wish_of(interaction: discord.Interaction[Any]) -> Wish:
    """What a pressed button, a chosen option or a written modal asks for."""
    data: Any = interaction.data or {}
    try:
        pressed = AdminId.read(str(data.get("custom_id", "")))
        values = tuple(map(str, data["values"])) if "values" in data else None
        if interaction.type is discord.InteractionType.modal_submit:
            values = tuple(_written(data.get("components") or ()))
        if values is None or not pressed.field:
            return pressed.wish()
        given = {Value(pressed.field): values} if values or _may_be_empty(pressed.field) else {}
        return Wish(pressed.do, pressed.form, {**given, **_channels(pressed.target)}, pressed.version)
    except (OldActionError, ValueError):
        return OLD_WISH


def writes(interaction: discord.Interaction[Any]) -> AdminId | None:
    """The button that opens a modal, if that is what was pressed."""
    data: Any = interaction.data or {}
    try:
        pressed = AdminId.read(str(data.get("custom_id", "")))
    except OldActionError:
        return None
    return pressed if pressed.do is Do.FORM and pressed.field and "values" not in data else None


def _may_be_empty(field: str) -> bool:
    """A menu of several with none chosen says that none is wanted; a single choice taken back says nothing."""
    return field in (Value.MODERATORS, Value.PACKS, Value.CONTACT, Value.ZONE)


def _written(components: Any) -> Iterator[str]:
    for component in components:
        if "value" in component:
            yield str(component["value"])
        yield from _written([component["component"]] if "component" in component else component.get("components") or ())


def _id(do: Do, form: Form, field: Field, part: int | None = None) -> str:
    name = f"{form.name}.{field.name}" + ("" if part is None else f".{part}")
    return str(AdminId(do, name, form.version, _packed(form.channels) if field.of_channels else ""))


def _field(form: Form, field: Field) -> Iterator[ui.Item[Any]]:
    """What it is for, then its menu or button."""
    shown = _first(field) if field.kind is Kind.TEXT else ""
    lines = [f"**{escape(field.label)}**", f"-# {escape(field.help)}" if field.help else "", escape(shown)]
    yield ui.TextDisplay("\n".join(filter(None, lines)))
    if field.kind is Kind.TEXT:
        yield ui.ActionRow(ui.Button(label=form.write[: limits.LABEL], custom_id=_id(Do.FORM, form, field)))
        return
    for select in _selects(form, field):
        yield ui.ActionRow(select)


def _selects(form: Form, field: Field) -> Iterator[ui.Item[Any]]:
    if field.kind is Kind.CHANNELS:
        yield ui.ChannelSelect(
            custom_id=_id(Do.FORM, form, field),
            placeholder=field.label[: limits.PLACEHOLDER],
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            max_values=field.most,
            default_values=[discord.Object(int(c)) for c in field.current if c.isdecimal()],
        )
    elif field.kind is Kind.MODERATORS:
        yield ui.RoleSelect(
            custom_id=_id(Do.SET, form, field),
            placeholder=field.label[: limits.PLACEHOLDER],
            min_values=0,
            max_values=field.most,
            default_values=[discord.Object(int(r)) for r in field.current if r.isdecimal()],
        )
    else:
        parts = list(_in_parts(field.options))
        for number, options in enumerate(parts):
            yield _string_select(form, field, options, number if len(parts) > 1 else None)


def _in_parts(options: tuple[Option, ...]) -> Iterator[tuple[Option, ...]]:
    """A menu holds 25 options: a longer list goes into several, each named after its first and last one."""
    size = limits.OPTIONS
    for start in range(0, len(options), size):
        yield options[start : start + size]


def _string_select(form: Form, field: Field, options: tuple[Option, ...], part: int | None) -> ui.Item[Any]:
    several = field.kind is Kind.SEVERAL
    chosen = [o for o in options if o.value in field.current]
    label = field.label if part is None else f"{options[0].label} … {options[-1].label}"
    return ui.Select(
        custom_id=_id(Do.SET, form, field, part),
        placeholder=label[: limits.PLACEHOLDER],
        min_values=0 if several or part is not None else 1,
        max_values=len(options) if several else 1,
        options=[
            discord.SelectOption(
                label=o.label[: limits.OPTION_LABEL],
                value=o.value,
                description=o.description[: limits.OPTION_LABEL] or None,
                default=o in chosen,
            )
            for o in options
        ],
    )


def _done(form: Form) -> ui.Button[Any]:
    """Everything is saved already; the first form, looked at and left as it is, counts as set up."""
    wish = AdminId(Do.SET, form.name) if form.name == "set-up" else AdminId(Do.STATUS)
    return ui.Button(label=form.done[: limits.LABEL], custom_id=str(wish), style=discord.ButtonStyle.primary)


def _first(field: Field) -> str:
    return field.current[0] if field.current else ""


def _packed(channels: tuple[str, ...]) -> str:
    """Channels' ids in so few characters that four of them fit into the id of a menu."""
    numbers = b"".join(int(c).to_bytes(_SNOWFLAKE) for c in channels if c.isdecimal())
    return urlsafe_b64encode(numbers).decode().rstrip("=")


def _channels(packed: str) -> dict[Value, tuple[str, ...]]:
    if not packed:
        return {}
    numbers = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if len(numbers) % _SNOWFLAKE:
        raise ValueError(packed)
    starts = range(0, len(numbers), _SNOWFLAKE)
    return {Value.CHANNELS: tuple(str(int.from_bytes(numbers[at : at + _SNOWFLAKE])) for at in starts)}
