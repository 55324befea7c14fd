"""Walks a message's components in reading order: what they say, and which of them can be pressed."""

from collections.abc import Iterator
from typing import Any

from bot.playground.discord.constants import Component, Json
from bot.playground.world import Message

Place = tuple[str | int, ...]


def walk(components: Any, at: Place = ("components",)) -> Iterator[tuple[Place, Json]]:
    """Yield each component with its place, a container before its content, an accessory after its section."""
    for index, component in enumerate(components or []):
        if isinstance(component, dict):
            yield from walk_one(component, (*at, index))


def walk_one(component: Json, at: Place) -> Iterator[tuple[Place, Json]]:
    yield at, component
    yield from walk(component.get("components"), (*at, "components"))
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from walk_one(component[key], (*at, key))


def media(component: Json) -> Iterator[tuple[Place, Json]]:
    """Yield the pictures and files which one component shows."""
    for key in ("media", "file"):
        if isinstance(component.get(key), dict):
            yield (key,), component[key]
    for index, item in enumerate(component.get("items") or []):
        if isinstance(item, dict) and isinstance(item.get("media"), dict):
            yield ("items", index, "media"), item["media"]


def texts(content: str | None, components: Any) -> list[str]:
    """List what a person reads, from top to bottom."""
    shown = [content] if content else []
    return shown + [c["content"] for _, c in walk(components) if c.get("type") == Component.TEXT_DISPLAY]


def find(components: Any, custom_id: str) -> Json | None:
    return next((c for _, c in walk(components) if c.get("custom_id") == custom_id), None)


def numbered(components: Any) -> list[Json]:
    """Give each component the `id` which Discord adds: https://docs.discord.com/developers/components/reference."""
    taken = {c["id"] for _, c in walk(components) if c.get("id")}
    free = (n for n in range(1, 1 << 16) if n not in taken)

    def copy(component: Json) -> Json:
        made = {**component, "id": component.get("id") or next(free)}
        if "components" in made:
            made["components"] = [copy(c) for c in made["components"]]
        for key in ("accessory", "component"):
            if isinstance(made.get(key), dict):
                made[key] = copy(made[key])
        return made

    return [copy(component) for component in components or []]


def text_of(message: Message) -> str:
    """Return all that `message` says, in reading order."""
    return "\n".join(texts(message.payload.get("content"), message.payload.get("components")))


def buttons(message: Message) -> list[tuple[str, str]]:
    """List the buttons of `message`: the label, and the custom id or the address it opens."""
    return [
        (c.get("label") or "", c.get("custom_id") or c.get("url") or "")
        for _, c in walk(message.payload.get("components"))
        if c.get("type") == Component.BUTTON
    ]
