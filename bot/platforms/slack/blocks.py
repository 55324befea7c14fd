"""A card as a Slack message: Block Kit for the eye, and `text` with the whole card for screen readers."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.cards.card import Action, Button, Card, LinkButton, Menu, Style
from bot.cards.nodes import (
    Bullets,
    Callout,
    Divider,
    Emphasis,
    Inline,
    Inlines,
    Link,
    Node,
    Note,
    Paragraph,
    Picture,
    Steps,
    Strong,
    Text,
    Title,
    plain,
)
from bot.platforms.slack import limits
from bot.platforms.slack.text import escape, has_phone_link, mrkdwn

Block = dict[str, Any]
PictureSource = Callable[[str], Block | None]
"""What of an image block says where the picture is: `image_url` or `slack_file`; None where it is nowhere."""
_STYLES = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


def no_pictures(name: str) -> None:
    """Nobody can fetch pictures from here; the words of the card say the same."""
    del name


def message(card: Card, source: PictureSource = no_pictures) -> dict[str, Any]:
    """The `text` and `blocks` of a message that shows `card`; a picture that is nowhere is left out."""
    return {"text": _fallback(card), "blocks": blocks_of(card, source)[: limits.BLOCKS]}


def blocks_of(card: Card, source: PictureSource = no_pictures) -> list[Block]:
    """Every block of the card, whether or not Slack takes so many."""
    return list(_blocks(card, source))


def _fallback(card: Card) -> str:
    """Screen readers read this, not the blocks: the whole card, cut between lines where Slack would cut it."""
    text = escape(card.text())
    if len(text) <= limits.FALLBACK_TEXT:
        return text
    return text[: limits.FALLBACK_TEXT].rpartition("\n")[0]


def _blocks(card: Card, source: PictureSource) -> Iterator[Block]:
    for node in card.body:
        if not isinstance(node, Picture):
            yield from _node(node)
        elif where := source(node.name):
            yield _image(node, where)
    for group in card.actions:
        elements = [_element(action) for action in group]
        for start in range(0, len(elements), limits.ACTION_ELEMENTS):
            yield {"type": "actions", "elements": elements[start : start + limits.ACTION_ELEMENTS]}
    for note in card.small_print:
        yield from _node(note)


def _node(node: Node) -> Iterator[Block]:
    match node:
        case Title(children, 1):
            text = plain(children)[: limits.HEADER]
            yield {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}
        case Title(children):
            yield _rich({"type": "rich_text_section", "elements": _elements((Strong(children),))})
        case Paragraph(children) if has_phone_link(children):
            yield _section(mrkdwn(children))
        case Paragraph(children):
            yield _rich({"type": "rich_text_section", "elements": _elements(children)})
        case Bullets(items):
            yield _rich(_list("bullet", items))
        case Steps(items):
            yield _rich(_list("ordered", items))
        case Callout(_, nodes):
            for inner in nodes:
                yield from _in_callout(inner)
        case Note(children):
            yield {"type": "context", "elements": [_mrkdwn(mrkdwn(children))]}
        case Divider():
            yield {"type": "divider"}
        case Picture():
            return  # only at the top of a card, see _blocks


def _in_callout(node: Node) -> Iterator[Block]:
    """A paragraph gets the quote's bar. A phone number needs mrkdwn: rich text takes http links only."""
    if not isinstance(node, Paragraph):
        yield from _node(node)
    elif has_phone_link(node.children):
        yield _section(f">{mrkdwn(node.children)}")
    else:
        yield _rich({"type": "rich_text_quote", "elements": _elements(node.children)})


def _image(picture: Picture, where: Block) -> Block:
    caption = {"type": "plain_text", "text": picture.caption[: limits.ALT_TEXT], "emoji": False}
    block = {"type": "image", **where, "alt_text": picture.alt[: limits.ALT_TEXT]}
    return {**block, "title": caption} if picture.caption else block


def _mrkdwn(text: str) -> Block:
    """`verbatim`: Slack makes no links or mentions of its own out of bare words."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text[: limits.SECTION_TEXT]), "expand": True}


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [element]}


def _list(style: str, items: tuple[Inlines, ...]) -> Block:
    lines = [{"type": "rich_text_section", "elements": _elements(item)} for item in items]
    return {"type": "rich_text_list", "style": style, "elements": lines}


def _elements(children: Inlines, style: tuple[str, ...] = ()) -> list[Block]:
    """Rich text takes text as it is: nothing in it can mention, link or format."""
    return [element for child in children for element in _element_of(child, style)]


def _element_of(child: Inline, style: tuple[str, ...]) -> list[Block]:
    marks: Block = {"style": dict.fromkeys(style, True)} if style else {}
    match child:
        case Text(text):
            return [{"type": "text", "text": text, **marks}]
        case Strong(children):
            return _elements(children, (*style, "bold"))
        case Emphasis(children):
            return _elements(children, (*style, "italic"))
        case Link(children, url):
            return [{"type": "link", "url": url, "text": plain(children), **marks}]


def _element(action: Action) -> Block:
    match action:
        case Button(label, action_id, style):
            text = {"type": "plain_text", "text": label[: limits.BUTTON_TEXT], "emoji": False}
            look = {"style": _STYLES[style]} if style in _STYLES else {}
            return {"type": "button", "text": text, "action_id": action_id, **look}
        case LinkButton(label, url):
            text = {"type": "plain_text", "text": label[: limits.BUTTON_TEXT], "emoji": False}
            return {"type": "button", "text": text, "url": url, "action_id": f"link:{url}"[:255]}
        case Menu(label, action_id, options):
            return {
                "type": "static_select",
                "action_id": action_id,
                "placeholder": {"type": "plain_text", "text": label[: limits.PLACEHOLDER], "emoji": False},
                "options": [
                    {
                        "text": {"type": "plain_text", "text": o.label[: limits.OPTION_TEXT], "emoji": False},
                        "value": o.value,
                        **(
                            {
                                "description": {
                                    "type": "plain_text",
                                    "text": o.description[: limits.OPTION_TEXT],
                                    "emoji": False,
                                }
                            }
                            if o.description
                            else {}
                        ),
                    }
                    for o in options
                ],
            }
