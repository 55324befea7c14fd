"""The rules for a list of blocks: its schema, its counts, and what must be unique or fit the surface it stands on."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from .refusals import DOCS, Problem
from .shapes import problems

BLOCK_KIT = f"{DOCS}/reference/block-kit"
MARKDOWN_CHARACTERS = (
    12_000  # in all markdown blocks of a message: docs.slack.dev/reference/block-kit/blocks/markdown-block
)
ABSOLUTE = re.compile(r"https?://|mailto:|slack://")
LISTED_SELECTS = ("static_select", "multi_static_select")


class Surface(StrEnum):
    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
# docs.slack.dev/blocks.json, "available-in-surfaces"
NOT_ON = {
    Surface.MESSAGE: {"alert", "file_input"},
    Surface.MODAL: {"markdown"},
    Surface.HOME: {"alert", "file_input", "markdown"},
}


def judge_blocks(blocks: list[Any], pointer: str, surface: Surface) -> Iterator[Problem]:
    """Yield what is wrong with `blocks`, which stand at `pointer` in the request."""
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        yield Problem(pointer, f"no more than {most} items allowed", f"{BLOCK_KIT}/blocks")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"{pointer}/{number}"
        yield from problems("AnyBlock", block, where)
        if not isinstance(block, dict):
            continue
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield Problem(f"{where}/block_id", f"`block_id` {name!r} already exists", f"{BLOCK_KIT}/blocks")
        if isinstance(name, str):
            seen.add(name)
        if block.get("type") == "section" and not block.get("text") and not block.get("fields"):
            yield Problem(where, "missing required field: text", f"{BLOCK_KIT}/blocks/section-block")
        yield from _judge_inside(block, where, surface)
    markdown = sum(len(text) for text in _markdown(blocks))
    if markdown > MARKDOWN_CHARACTERS:
        words = f"markdown blocks must be less than {MARKDOWN_CHARACTERS + 1} characters together"
        yield Problem(pointer, words, f"{BLOCK_KIT}/blocks/markdown-block")


def _markdown(blocks: list[Any]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, dict) and block.get("type") == "markdown" and isinstance(block.get("text"), str):
            yield block["text"]


def walk(node: Any, pointer: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every object inside `node`, itself first, with its JSON pointer."""
    if isinstance(node, dict):
        yield node, pointer
        for key, value in node.items():
            yield from walk(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from walk(value, f"{pointer}/{number}")


def _judge_inside(block: dict[str, Any], pointer: str, surface: Surface) -> Iterator[Problem]:
    names: set[str] = set()
    for node, where in walk(block, pointer):
        kind = node.get("type")
        if isinstance(kind, str) and kind in NOT_ON[surface]:
            yield Problem(f"{where}/type", f"unsupported type: {kind}", f"{DOCS}/blocks.json")
        name = node.get("action_id")
        if isinstance(name, str):
            if name in names:
                words = f"`action_id` {name!r} already exists for this block"
                yield Problem(f"{where}/action_id", words, f"{BLOCK_KIT}/block-elements")
            names.add(name)
        for field in ("url", "image_url"):
            address = node.get(field)
            if isinstance(address, str) and not ABSOLUTE.match(address):
                yield Problem(f"{where}/{field}", "must be a valid URL", f"{BLOCK_KIT}/block-elements/button-element")
        yield from _judge_options(node, where)


def _judge_options(element: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """A menu has either options or groups of them, each with a value of its own; what is preset is among them."""
    source = f"{BLOCK_KIT}/block-elements/select-menu-element"
    if element.get("type") in LISTED_SELECTS and ("options" in element) == ("option_groups" in element):
        yield Problem(pointer, "exactly one of `options` and `option_groups` is required", source)
    options = element.get("options")
    if not isinstance(options, list):
        return
    values = [option.get("value") for option in options if isinstance(option, dict)]
    if len(values) != len(set(map(str, values))):
        yield Problem(f"{pointer}/options", "option values must be unique", source)
    initial = element.get("initial_option")
    if initial is not None and initial not in options:
        yield Problem(f"{pointer}/initial_option", "must exactly match one of the options", source)


def characters(blocks: list[Any]) -> int:
    """Count the text in blocks, as `msg_blocks_too_long` seems to."""
    texts = (node.get("text") for node, _ in walk(blocks) if node.get("type") in ("mrkdwn", "plain_text", "text"))
    return sum(len(text) for text in texts if isinstance(text, str)) + sum(len(text) for text in _markdown(blocks))
