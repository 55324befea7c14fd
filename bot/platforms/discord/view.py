"""A card as a Discord message: Components V2."""

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import discord
from discord import ui

from bot.cards.card import Action, Button, Card, LinkButton, Menu, Style
from bot.cards.nodes import Divider, Node, Note, Picture, Text
from bot.cards.pictures import PictureShelf
from bot.platforms.discord import limits
from bot.platforms.discord.text import markdown

CALM, URGENT = 0x2F9E77, 0xDA373C
"""The bar beside a card; its words say the same."""
_STYLES = {
    Style.NORMAL: discord.ButtonStyle.secondary,
    Style.PRIMARY: discord.ButtonStyle.primary,
    Style.DANGER: discord.ButtonStyle.danger,
}


def view_of(card: Card) -> ui.LayoutView:
    """The card as a view that discord.py sends.

    It is stopped at once: its buttons carry their meaning in their ids and are answered by `on_interaction`, so
    discord.py need not keep each view in memory.
    """
    container: ui.Container[ui.LayoutView] = ui.Container(accent_colour=URGENT if card.urgent else CALM)
    for item in texts(card.body):
        container.add_item(item)
    if card.actions:
        container.add_item(ui.Separator())
    for group in card.actions:
        for row in _rows(group):
            container.add_item(row)
    for item in texts(card.small_print):
        container.add_item(item)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def body(card: Card, *, private: bool) -> dict[str, Any]:
    """The message body that carries the card: `flags` and `components`."""
    flags = discord.MessageFlags(components_v2=True, ephemeral=private)
    return {"flags": flags.value, "components": view_of(card).to_components()}  # type: ignore[no-untyped-call]  # discord.py leaves it so


def files_of(card: Card, shelf: PictureShelf) -> list[discord.File]:
    """The card's pictures, to be uploaded with it; their descriptions are what a screen reader says."""
    return [
        discord.File(io.BytesIO(shelf.png(p.name)), filename=_file_name(p), description=p.alt[: limits.DESCRIPTION])
        for p in card.pictures
    ]


def _file_name(picture: Picture) -> str:
    return f"{picture.name.replace('/', '-')}.png"


def _gallery(picture: Picture) -> ui.MediaGallery[Any]:
    item = discord.MediaGalleryItem(
        f"attachment://{_file_name(picture)}", description=picture.alt[: limits.DESCRIPTION]
    )
    return ui.MediaGallery(item)


def texts(nodes: tuple[Node, ...], *, most: int = limits.TEXT_DISPLAYS) -> Iterator[ui.Item[Any]]:
    """A text display for each node, which Discord sets apart; more than `most` share one: 40 components is all."""
    for is_text, run in groupby(nodes, lambda n: not isinstance(n, (Divider, Picture))):
        if not is_text:
            for node in run:
                yield _gallery(node) if isinstance(node, Picture) else ui.Separator()
                if isinstance(node, Picture) and node.caption:
                    yield ui.TextDisplay(markdown(Note((Text(node.caption),))))
            continue
        texts = [markdown(node) for node in run]
        if len(nodes) <= most:
            yield from (ui.TextDisplay(text[: limits.TEXT]) for text in texts)
        else:
            yield ui.TextDisplay("\n\n".join(texts)[: limits.TEXT])


def _rows(group: tuple[Action, ...]) -> Iterator[ui.ActionRow[Any]]:
    """Up to five buttons a row; a menu has a row of its own."""
    for is_menu, run in groupby(group, lambda a: isinstance(a, Menu)):
        actions, size = list(run), 1 if is_menu else limits.BUTTONS_A_ROW
        for start in range(0, len(actions), size):
            yield ui.ActionRow(*(_item(a) for a in actions[start : start + size]))


def _item(action: Action) -> ui.Item[Any]:
    match action:
        case Button(label, action_id, style):
            return ui.Button(label=label[: limits.LABEL], custom_id=action_id, style=_STYLES[style])
        case LinkButton(label, url):
            return ui.Button(label=label[: limits.LABEL], url=url)
        case Menu(label, action_id, options):
            return ui.Select(
                custom_id=action_id,
                placeholder=label,
                options=[
                    discord.SelectOption(
                        label=o.label[: limits.OPTION_LABEL],
                        value=o.value,
                        description=o.description[: limits.OPTION_LABEL] or None,
                    )
                    for o in options[: limits.OPTIONS]
                ],
            )
