"""A moderator's hands on either platform: they type the admin command, fill in forms, press, and see modals too."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bot.conversation.admin.words import understand
from tests import leaks
from tests.desks import SECONDS, WHERE, DiscordDesk, SlackDesk

MODERATOR = "max"
ROOT = "spasm-admin"
_NAMED = re.compile(r"\w+=([^;]*);?")
"""`zone=madrid;days=weekdays`: options on Discord; on Slack somebody types the words alone."""
Desk = SlackDesk | DiscordDesk


class Hands:
    """Over a desk of `tests.desks`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._seen: set[tuple[int, str]] = set()

    async def type(self, words: str, who: str = MODERATOR, channel: str = WHERE) -> None:
        self.desk.look_away()
        leaks.typed(words)
        if isinstance(self.desk, SlackDesk):
            self.desk.server._views.stacks.pop(who, None)
            typed = _NAMED.sub(r"\1 ", words).strip()
            self.desk.error = (await self.desk.server.command(who, channel, typed, f"/{ROOT}")).error
        else:
            path, options = as_options(words)
            self.desk.error = (await self.desk.server.command(who, channel, path, options)).error

    async def press(self, label: str, who: str = MODERATOR, channel: str = WHERE) -> None:
        self.desk.look_away()
        if isinstance(self.desk, SlackDesk) and (view := self.desk.server.views.get(who)):
            for element in _elements(view["blocks"]):
                if element["type"] == "button" and element["text"]["text"] == label:
                    self.desk.error = (await self.desk.server.press_in_view(who, element["action_id"])).error
                    return
        await self.desk.press(label, who, channel)

    async def fill(self, values: dict[str, Any], who: str = MODERATOR, channel: str = WHERE) -> None:
        """Fill in inputs by their labels. On Slack the modal is submitted; on Discord each choice is sent at once."""
        self.desk.look_away()
        if isinstance(self.desk, SlackDesk):
            await self._submit(values, who)
            return
        if modal := self._modal(self.desk, who):
            self.desk.error = (await self.desk.server.submit_modal(who, _filled(modal, values))).error
            return
        for label, value in values.items():
            await self._choose(self.desk, label, value, who, channel)

    @staticmethod
    def _modal(desk: Desk, who: str) -> dict[str, Any] | None:
        shown = desk.server.modals.get(who) if isinstance(desk, DiscordDesk) else None
        return shown.modal if shown else None

    async def _submit(self, values: dict[str, Any], who: str) -> None:
        assert isinstance(self.desk, SlackDesk)
        blocks = [b for b in self.desk.server.views[who]["blocks"] if b["type"] == "input"]
        filled = {}
        for label, value in values.items():
            element = next(b["element"] for b in blocks if b["label"]["text"] == label)
            by_label = {o["text"]["text"]: o["value"] for o in element.get("options", ())}
            one = by_label.get(value, value) if isinstance(value, str) else [by_label.get(v, v) for v in value]
            many = element["type"].startswith("multi_")
            filled[element["action_id"]] = [one] if many and isinstance(one, str) else one
        outcome = await self.desk.server.submit(who, filled)
        self.desk.error = f"{outcome.error} {outcome.ack}" if outcome.error else None

    async def _choose(self, desk: DiscordDesk, label: str, value: Any, who: str, channel: str) -> None:
        card = desk.cards(who, channel)[-1]
        rows = list(_rows(desk.world.message(card.id).payload["components"]))
        at = next(n for n, row in enumerate(rows) if f"**{label}**" in row.get("content", "").replace("\\", ""))
        for row in rows[at + 1 :]:
            if row["type"] != 1:
                break
            item = row["components"][0]
            if item["type"] == 2:  # a button that opens a modal
                assert (await desk.server.press(who, card.id, item["custom_id"])).modal, desk.refusals
                desk.error = (
                    await desk.server.submit_modal(who, {item["custom_id"].split("|")[3].split(".")[1]: value})
                ).error
                return
            by_label = {o["label"]: o["value"] for o in item.get("options", ())}
            chosen = [by_label.get(v, v) for v in ([value] if isinstance(value, str) else value)]
            if item["type"] != 3 or set(chosen) <= set(by_label.values()):
                desk.error = (await desk.server.choose(who, card.id, item["custom_id"], chosen)).error
                return
        raise AssertionError(f"no {value!r} under {label!r}")

    async def sees(self, text: str, who: str = MODERATOR, channel: str = WHERE) -> str:
        """Wait for `text` in a new message, or in the modal that is open. Drawn Markdown has no # (tests.desks)."""
        text = text.replace("#", "")
        with suppress(TimeoutError):
            await self.desk.world.wait_for(lambda: any(text in t for t in self.texts(who, channel)), SECONDS)
        found = [t for t in self.texts(who, channel) if text in t]
        saw = "\n---\n".join(self.texts(who, channel)) or "nothing new"
        assert found, f"expected {text!r}, saw:\n{saw}\n{self.desk.error}; refusals: {self.desk.refusals}"
        return found[-1]

    def texts(self, who: str = MODERATOR, channel: str = WHERE) -> list[str]:
        before = self.desk._before
        new = [c.text for c in self.desk.cards(who, channel) if (c.id, c.text) not in before]
        new += [self.desk.draw(m).text for m in self._direct(who)]
        if modal := self._modal(self.desk, who):
            new.append("\n".join([modal["title"], *(label["label"] for label in modal["components"])]))
        view = self.desk.server.views.get(who) if isinstance(self.desk, SlackDesk) else None
        return [text.replace("#", "") for text in (*new, *([view_text(view)] if view else []))]

    def _direct(self, who: str) -> Iterator[Any]:
        for message in self.desk.world.seen_by(who, self.desk.platform, f"dm-{who}"):
            if message.author == "bot" and (message.id, self.desk.draw(message).text) not in self.desk._before:
                yield message


def _filled(modal: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """What is filled in by labels, by the ids of the fields of a modal."""
    filled: dict[str, Any] = {}
    for label, value in values.items():
        field = next(c["component"] for c in modal["components"] if c["label"] == label)
        by_label = {o["label"]: o["value"] for o in field.get("options", ())}
        several = [by_label.get(v, v) for v in ([value] if isinstance(value, str) else value)]
        filled[field["custom_id"]] = value if field["type"] == 4 else several
    return filled


def _tip_options(rest: list[str]) -> dict[str, str]:
    """`add`, a channel and a time; of all else `=` tells the option."""
    names = ["do", "channel", "time"] if rest[0] == "add" else ["do", "which"]
    options = dict(zip(names, rest, strict=False))
    named = " ".join(rest[3:]) if rest[0] == "add" else ""
    options |= {k: v.strip() for k, _, v in (part.partition("=") for part in named.split(";")) if v}
    if "channel" in options:
        options["channel"] = options["channel"].removeprefix("#")
    return options


def as_options(words: str) -> tuple[list[str], dict[str, str]]:
    """The subcommand and options that somebody on Discord chooses where another types `words` on Slack."""
    name, *rest = words.split() or ["status"]
    joined = " ".join(rest)
    options = {
        "channels": lambda: _channel_options(rest),
        "language": lambda: {"language": joined},
        "region": lambda: {"region": joined},
        "contact": lambda: {"line": joined},
        "zone": lambda: {"zone": joined},
        "share": lambda: {"sharing": joined},
        "packs": lambda: {rest[1]: rest[0]},
        "tips": lambda: _tip_options(rest),
        "moderators": lambda: {rest[0]: rest[1].removeprefix("@")},
    }
    understood = understand(words)
    assert understood.do != "unclear", words
    return [ROOT, name], options[name]() if rest and name in options else {}


def _channel_options(rest: list[str]) -> dict[str, str]:
    options = {} if rest[0] == "all" else {"channel": rest[0].removeprefix("#")}
    if len(rest) > 1:
        options["answers"] = rest[1]
    return options | {name: rest[rest.index(name) + 1] for name in ("share", "language") if name in rest}


def _rows(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        if component["type"] == 17:
            yield from component["components"]


def _elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from block.get("elements", ()) if block["type"] == "actions" else ()


def view_text(view: dict[str, Any]) -> str:
    """All words of a modal, in reading order."""
    return "\n".join(_words(view["blocks"]))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        if isinstance(node.get("initial_value"), str):
            yield node["initial_value"]
        if node.get("type") == "rich_text_section":
            yield "".join(_words(node.get("elements")))
            return
        for value in node.values():
            if isinstance(value, (dict, list)):
                yield from _words(value)
    elif isinstance(node, list):
        for each in node:
            yield from _words(each)
