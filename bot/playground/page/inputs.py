"""The inputs of a modal on either platform, made of the browser's own controls, each with its label, hint and error."""

from dataclasses import dataclass

from .controls import Choice, Select
from .element import Element, Node, el


@dataclass(frozen=True)
class About:
    """What stands around an input. `name` is what its value is sent under, `field` what an error names."""

    platform: str
    name: str
    field: str
    label: tuple[Node, ...]
    hint: tuple[Node, ...] = ()
    required: bool = False

    @property
    def id(self) -> str:
        return f"{self.platform}-{self.name}"

    @property
    def described(self) -> str:
        return f"{self.id}-hint {self.id}-error" if self.hint else f"{self.id}-error"


@dataclass(frozen=True)
class Text:
    """A line or more to write. `kind` is what HTML calls the type of an input."""

    value: str = ""
    kind: str = "text"
    placeholder: str = ""
    least: int | None = None
    most: int | None = None
    multiline: bool = False


def text_field(about: About, text: Text) -> Element:
    limits = {"minlength": _number(text.least), "maxlength": _number(text.most)}
    shared = {"id": about.id, "name": about.name, "placeholder": text.placeholder or None, **limits}
    shared |= {"aria_describedby": about.described, "required": "" if about.required else None}
    if text.multiline:
        return _labelled(about, el("textarea", "field-input", text.value, rows="3", **shared))
    return _labelled(about, el("input", "field-input", type=text.kind, value=text.value, **shared))


def select_field(about: About, select: Select, *, radio: bool = False) -> Element:
    """One of a list in the browser's own menu; any of it, or one of few, as boxes to tick."""
    if select.most is not None or radio:
        return _ticked(about, select, "radio" if select.most is None else "checkbox")
    nothing = [] if about.required and select.chosen else [el("option", "", select.placeholder, value="")]
    options = [_option(c, selected=c.value in select.chosen) for c in select.choices]
    named = {"id": about.id, "name": about.name, "aria_describedby": about.described}
    required = "" if about.required else None
    return _labelled(about, el("select", "field-input", *nothing, *options, required=required, **named))


def _option(choice: Choice, *, selected: bool) -> Element:
    words = f"{choice.label} · {choice.description}" if choice.description else choice.label
    return el("option", "", words, value=choice.value, selected="" if selected else None)


def _ticked(about: About, select: Select, kind: str) -> Element:
    boxes = []
    for choice in select.choices:
        note = [el("span", "option-note", choice.description)] if choice.description else []
        ticked = "" if choice.value in select.chosen else None
        box = el("input", "", type=kind, name=about.name, value=choice.value, checked=ticked)
        boxes.append(el("label", "check", box, el("span", "", choice.label, *note)))
    limits = {"data_least": str(max(select.least, 1) if about.required else 0), "data_most": str(select.most or 1)}
    return el(
        "fieldset",
        "field",
        el("legend", "field-label", *about.label, *_optional(about)),
        el("div", "checks", *boxes),
        *_below(about),
        id=about.id,
        data_field=about.field,
        aria_describedby=about.described,
        **limits,
    )


def _labelled(about: About, control: Element) -> Element:
    label = el("label", "field-label", *about.label, *_optional(about), **{"for": about.id})
    return el("div", "field", label, control, *_below(about), data_field=about.field)


def _optional(about: About) -> list[Node]:
    return [] if about.required else [el("span", "optional", " (optional)")]


def _below(about: About) -> list[Node]:
    hint: list[Node] = [el("p", "field-hint", *about.hint, id=f"{about.id}-hint")] if about.hint else []
    return [*hint, el("p", "field-error", id=f"{about.id}-error", hidden="")]


def _number(number: int | None) -> str | None:
    return None if number is None else str(number)
