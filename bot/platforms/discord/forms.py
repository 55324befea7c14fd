"""A form as a Discord message with menus, and as a modal where words are written; what comes back as a wish."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from bot.cards.card import Card, Option
from bot.conversation.admin.form import Field, Form, Kind
from bot.conversation.admin.ids import OLD_WISH, AdminId
from bot.conversation.admin.request import TIP, TIP_ADD, Act, Do, Value, Values, Wish
from bot.conversation.view import OldActionError
from bot.platforms.discord import limits
from bot.platforms.discord.text import escape
from bot.platforms.discord.view import CALM, texts

_WRITTEN = (Kind.TEXT, Kind.TIME, Kind.DATE)
_SNOWFLAKE = 8
"""Bytes of a channel's id."""
Container = ui.Container[ui.LayoutView]


def form_view(card: Card, form: Form) -> ui.LayoutView:
    """A message with a menu for each field; each choice is saved at once. Stopped, as each view of ours is."""
    container: Container = ui.Container(accent_colour=CALM)
    for item in texts(card.body, most=1):
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
    field = next((f for f in form.fields if f.name == name and f.kind in _WRITTEN), None)
    if not field:
        return None
    modal = ui.Modal(title=field.label[: limits.MODAL_TITLE], custom_id=_id(Do.SET, form, field))
    modal.add_item(_label(form, field))
    modal.stop()
    return modal


def whole_modal(form: Form) -> ui.Modal:
    """The form as one modal. It holds five fields; the others can be changed afterwards."""
    about = AdminId(Do.SET, form.name, form.version, form.about)
    modal = ui.Modal(title=form.title[: limits.MODAL_TITLE], custom_id=str(about))
    for field in form.fields[: limits.MODAL_FIELDS]:
        modal.add_item(_label(form, field))
    modal.stop()
    return modal


def _label(form: Form, field: Field) -> ui.Item[Any]:
    item: Any
    if field.kind in _WRITTEN:
        item = ui.TextInput(custom_id=field.name, default=_first(field) or None, max_length=field.most)
    else:
        item = next(_selects(form, field))
        item.custom_id, item.min_values = field.name, int(field.needed)
    item.required = field.needed
    help_text = field.help[: limits.OPTION_LABEL] or None
    return ui.Label(text=field.label[: limits.MODAL_TITLE], description=help_text, component=item)


def wish_of(interaction: discord.Interaction[Any]) -> Wish:
    """What a pressed button, a chosen option or a written modal asks for."""
    data: Any = interaction.data or {}
    try:
        pressed = AdminId.read(str(data.get("custom_id", "")))
        if interaction.type is discord.InteractionType.modal_submit:
            written = dict(_written(data.get("components") or ()))
            return Wish(pressed.do, pressed.form, {**written, **_about(pressed)}, pressed.version)
        values = tuple(map(str, data["values"])) if "values" in data else None
        if values is None or not pressed.field:
            return pressed.wish()
        given = {Value(pressed.field): values} if values or _may_be_empty(pressed.field) else {}
        return Wish(pressed.do, pressed.form, {**given, **_about(pressed)}, pressed.version)
    except (OldActionError, ValueError):
        return OLD_WISH


def writes(interaction: discord.Interaction[Any]) -> AdminId | None:
    """The button that opens a modal, if that is what was pressed."""
    data: Any = interaction.data or {}
    try:
        pressed = AdminId.read(str(data.get("custom_id", "")))
    except OldActionError:
        return None
    opens = pressed.field or pressed.form == TIP_ADD
    return pressed if pressed.do is Do.FORM and opens and "values" not in data else None


def community_of(interaction: discord.Interaction[Any]) -> str:
    """The server that a button in direct messages is about; nothing where the button says none."""
    data: Any = interaction.data or {}
    try:
        return AdminId.read(str(data.get("custom_id", ""))).community
    except OldActionError:
        return ""


def _about(pressed: AdminId) -> Values:
    """The channels or the daily tip that a form is about."""
    return pressed.about if pressed.form in (TIP, TIP_ADD) else _channels(pressed.target)


def _may_be_empty(field: str) -> bool:
    """A menu of several with none chosen says that none is wanted; a single choice taken back says nothing."""
    return field in (Value.MODERATORS, Value.PACKS, Value.TIP_DAYS, Value.TIP_CATEGORIES)


def _written(components: Any) -> Iterator[tuple[Value, tuple[str, ...]]]:
    """What stands in each field of a modal."""
    for component in components:
        if "value" in component:
            yield Value(component["custom_id"]), (str(component["value"]),)
        elif "values" in component:
            yield Value(component["custom_id"]), tuple(map(str, component["values"]))
        yield from _written([component["component"]] if "component" in component else component.get("components") or ())


def _id(do: Do, form: Form, field: Field, part: int | None = None) -> str:
    name = f"{form.name}.{field.name}" + ("" if part is None else f".{part}")
    return str(AdminId(do, name, form.version, _packed(form.channels) if field.of_channels else form.about))


def _field(form: Form, field: Field) -> Iterator[ui.Item[Any]]:
    """What it is for, then its menu or button."""
    shown = _first(field) if field.kind in (Kind.TEXT, Kind.DATE) else ""
    lines = [f"**{escape(field.label)}**", f"-# {escape(field.help)}" if field.help else "", escape(shown)]
    yield ui.TextDisplay("\n".join(filter(None, lines)))
    for select in _selects(form, field):
        yield ui.ActionRow(select)
    if field.kind in _WRITTEN:
        label = f"{form.write}: {field.label}"[: limits.LABEL]
        yield ui.ActionRow(ui.Button(label=label, custom_id=_id(Do.FORM, form, field)))


def _selects(form: Form, field: Field) -> Iterator[ui.Item[Any]]:
    if field.kind is Kind.CHANNELS:
        yield ui.ChannelSelect(
            custom_id=_id(Do.FORM, form, field),
            placeholder=field.label[: limits.PLACEHOLDER],
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            max_values=field.most,
            default_values=[discord.Object(int(c)) for c in field.current if c.isdecimal()],
        )
    elif field.kind is Kind.CHANNEL:
        yield ui.ChannelSelect(
            custom_id=_id(Do.SET, form, field),
            placeholder=field.label[: limits.PLACEHOLDER],
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
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
    if form.about:
        wish = AdminId(Do.TIPS, f"{Act.ONE}.{Value.WHICH}", None, form.about)
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
