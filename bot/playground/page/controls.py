"""Buttons and menus of both platforms, as the page makes them: plain buttons, and a list that opens under one."""

from collections.abc import Iterable
from dataclasses import dataclass

from .element import Element, Node, el, link


@dataclass(frozen=True)
class Choice:
    """One option of a menu. `group` is the heading it stands under."""

    label: str
    value: str
    description: str = ""
    group: str = ""


@dataclass(frozen=True)
class Select:
    """What can be chosen, and what is. `most` is None where one option is chosen, else how many may be."""

    placeholder: str
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None

    @property
    def shown(self) -> str:
        """What is chosen, in words; empty where nothing is."""
        return ", ".join(c.label for c in self.choices if c.value in self.chosen)


def button(label: list[Node], style: str, action: str, *, block: str | None = None, name: str | None = None) -> Element:
    """A button that the bot hears of."""
    return el("button", f"press {style}", *label, type="button", data_press=action, data_block=block, aria_label=name)


def link_button(label: list[Node], style: str, url: str) -> Element:
    return link(url, [*label, el("span", "leaves", "↗", aria_hidden="true")], f"press {style}")


def menu(select: Select, action: str, *, block: str | None = None) -> Element:
    """A menu: a button that shows what is chosen, and its list. static/listbox.js opens and closes it."""
    shown, placeholder = select.shown, select.placeholder
    return el(
        "div",
        "menu",
        el(
            "button",
            "menu-button",
            el("span", "menu-label" if shown else "menu-label empty", shown or placeholder),
            el("span", "chevron", aria_hidden="true"),
            type="button",
            data_menu="",
            aria_haspopup="listbox",
            aria_expanded="false",
            aria_label=f"{placeholder}: {shown}" if shown else placeholder,
        ),
        _list(select, action, block) if select.most is None else _list_of_several(select, action, block),
    )


def _list(select: Select, action: str, block: str | None) -> Element:
    named = {"role": "listbox", "aria_label": select.placeholder}
    return el("ul", "options", *_rows(select), hidden="", data_choose=action, data_block=block, **named)


def _list_of_several(select: Select, action: str, block: str | None) -> Element:
    """Stays open while options are ticked. What is ticked is sent when it closes."""
    named = {"role": "listbox", "aria_label": select.placeholder, "aria_multiselectable": "true"}
    return el(
        "div",
        "options several",
        el("ul", "ticks", *_rows(select), **named),
        el("button", "press primary done", "Done", type="button", data_done=""),
        hidden="",
        data_choose=action,
        data_block=block,
        data_least=str(select.least),
        data_most=str(select.most),
    )


def _rows(select: Select) -> Iterable[Node]:
    group = ""
    for choice in select.choices:
        if choice.group and choice.group != group:
            yield el("li", "option-group", choice.group, role="presentation")
        group = choice.group
        yield _option(choice, selected=choice.value in select.chosen)


def _option(choice: Choice, *, selected: bool) -> Element:
    described = [el("span", "option-note", choice.description)] if choice.description else []
    return el(
        "li",
        "option",
        el("span", "option-label", choice.label),
        *described,
        role="option",
        tabindex="-1",
        data_value=choice.value,
        aria_selected="true" if selected else "false",
    )
