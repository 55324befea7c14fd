"""Buttons and menus of both platforms, as the page makes them: plain buttons, and a list that opens under one."""

from dataclasses import dataclass

from .element import Element, Node, el, link


@dataclass(frozen=True)
class Choice:
    """One option of a menu. `group` is the heading it stands under."""

    label: str
    value: str
    description: str = ""
    group: str = ""


def button(label: list[Node], style: str, action: str, *, block: str | None = None, name: str | None = None) -> Element:
    """A button that the bot hears of."""
    return el("button", f"press {style}", *label, type="button", data_press=action, data_block=block, aria_label=name)


def link_button(label: list[Node], style: str, url: str) -> Element:
    return link(url, [*label, el("span", "leaves", "↗", aria_hidden="true")], f"press {style}")


def menu(
    placeholder: str, choices: list[Choice], action: str, *, block: str | None = None, chosen: str | None = None
) -> Element:
    """A menu: a button that shows what is chosen, and its list. static/listbox.js opens and closes it."""
    rows: list[Node] = []
    group = ""
    for choice in choices:
        if choice.group and choice.group != group:
            rows.append(el("li", "option-group", choice.group, role="presentation"))
        group = choice.group
        rows.append(_option(choice, selected=choice.value == chosen))
    shown = next((c.label for c in choices if c.value == chosen), placeholder)
    return el(
        "div",
        "menu",
        el(
            "button",
            "menu-button",
            el("span", "menu-label", shown),
            el("span", "chevron", aria_hidden="true"),
            type="button",
            data_menu="",
            aria_haspopup="listbox",
            aria_expanded="false",
            aria_label=placeholder if shown == placeholder else f"{placeholder}: {shown}",
        ),
        el(
            "ul",
            "options",
            *rows,
            role="listbox",
            hidden="",
            aria_label=placeholder,
            data_choose=action,
            data_block=block,
        ),
    )


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
