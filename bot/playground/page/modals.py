"""The modal that is open for a person on each platform: what it shows, and filling it in, using and closing it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from bot.playground.world import Person, Platform

from .actions import ActionError
from .element import Node
from .stage import Stage

Json = dict[str, Any]
FAILED = "Something went wrong. Try again."
"""What Slack and Discord say when the bot did not answer."""


def modal(stage: Stage, person: Person, platform: Platform) -> Json | None:
    """What is open: `save` is the word on the button that sends it, None where there is nothing to send."""
    if platform is Platform.SLACK:
        return _at_slack(stage, person)
    shown = stage.discord.modals.get(person.key)
    if shown is None or shown.modal is None:
        return None
    drawn = stage.discord_drawing.modal(shown.modal["components"])
    return _told(str(shown.id), shown.modal["title"], "Submit", "Cancel", drawn)


def _at_slack(stage: Stage, person: Person) -> Json | None:
    view = stage.slack.view_of(person.key)
    if view is None:
        return None
    words = {name: (view.sent.get(name) or {}).get("text") for name in ("title", "submit", "close")}
    drawn = stage.slack_drawing.blocks(view.blocks)
    close = words["close"] or ("Cancel" if words["submit"] else "Close")
    return _told(f"{view.id}.{view.version}", words["title"], words["submit"], close, drawn)


def _told(id_: str, title: str | None, save: str | None, close: str, body: list[Node]) -> Json:
    drawn = [node if isinstance(node, str) else node.json() for node in body]
    return {"id": id_, "title": title or "", "save": save, "close": close, "body": drawn}


@dataclass(frozen=True)
class Modals:
    """What a person does in a modal. Raises ActionError when it cannot be done."""

    stage: Stage

    async def submit(self, person: Person, platform: Platform, values: Json) -> Json:
        """Send what was filled in; `errors` say what is wrong by input, `error` what is wrong altogether."""
        await self.stage.bot.ready()
        if platform is Platform.DISCORD:
            outcome = await self.stage.discord.submit_modal(person.key, values)
            return {"errors": {}, "error": outcome.error}
        sent = await _there(self.stage.slack.submit(person.key, values))
        if sent.error == "errors":
            return {"errors": sent.ack["errors"], "error": None}
        return {"errors": {}, "error": sent.error and FAILED}

    async def close(self, person: Person, platform: Platform) -> None:
        if platform is Platform.DISCORD:
            self.stage.discord.close_modal(person.key)
        elif self.stage.slack.view_of(person.key):
            await self.stage.slack.close(person.key)

    async def use(self, person: Person, action: str, values: list[str] | None) -> None:
        """Press a button of a Slack modal, or choose from a menu in it."""
        await self.stage.bot.ready()
        slack = self.stage.slack
        used = (
            slack.press_in_view(person.key, action)
            if values is None
            else slack.choose_in_view(person.key, action, values)
        )
        outcome = await _there(used)
        if outcome.error:
            raise ActionError(FAILED, 409)

    async def visit(self, person: Person) -> None:
        """Open the bot's direct messages in Slack, which the bot hears of."""
        await self.stage.bot.ready()
        await self.stage.slack.open_home(person.key, tab="messages")


async def _there(use: Awaitable[Any]) -> Any:
    try:
        return await use
    except LookupError as error:
        raise ActionError(f"That is not there any more: {error}.", 409) from None
