"""A small Slack and a bare slack-bolt program for it: no adapter of ours, only the library as it comes."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LoopbackSlack
from bot.playground.world import Channel, Person, World

CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "A *card*"}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "more", "value": "v1", "text": {"type": "plain_text", "text": "More"}},
            {
                "type": "static_select",
                "action_id": "pick",
                "options": [
                    {"text": {"type": "plain_text", "text": "One"}, "value": "1"},
                    {"text": {"type": "plain_text", "text": "Two"}, "value": "2"},
                ],
            },
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        },
        {"type": "actions", "block_id": "row", "elements": [CARD[1]["elements"][0]]},
    ],
}
EVERY_SCOPE = (
    *("commands", "chat:write", "users:read", "im:history", "im:write", "app_mentions:read"),
    *("channels:read", "im:read", "channels:history"),
)


def small_world(**options: Any) -> World:
    world = World(**options)
    world.add_person(Person("ada", "Ada L", locale="es-419", moderator=True))
    world.add_person(Person("ben", "Ben"))
    world.add_channel(Channel("general", "General talk"))
    world.add_channel(Channel("elsewhere", "Elsewhere", bot_is_member=False))
    return world


@dataclass
class Bolt:
    """A bolt app over Socket Mode; `heard` holds the bodies of what it acknowledged."""

    slack: LoopbackSlack
    app: AsyncApp
    client: AsyncWebClient
    handler: AsyncSocketModeHandler
    heard: list[dict[str, Any]] = field(default_factory=list)

    def answer_commands(self, **answer: Any) -> None:
        async def on_command(ack: Callable[..., Any], body: dict[str, Any]) -> None:
            self.heard.append(body)
            await ack(**answer)

        self.app.command("/spasm")(on_command)

    def ack_actions(self, then: Callable[..., Any] | None = None) -> None:
        async def on_action(ack: Callable[..., Any], body: dict[str, Any], respond: Any) -> None:
            self.heard.append(body)
            await ack()
            if then is not None:
                await then(respond)

        for name in ("more", "pick"):
            self.app.action(name)(on_action)


def bolt_app(slack: LoopbackSlack) -> tuple[AsyncApp, AsyncWebClient]:
    client = AsyncWebClient(token="xoxb-loopback", base_url=f"{slack.url}/api/", retry_handlers=[])
    app = AsyncApp(client=client, signing_secret="loopback-signing-secret", process_before_response=True)
    return app, client


@contextlib.asynccontextmanager
async def running(**options: Any) -> AsyncIterator[LoopbackSlack]:
    slack = LoopbackSlack(options.pop("world", None) or small_world(), **options)
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


@contextlib.asynccontextmanager
async def bolt_on(slack: LoopbackSlack) -> AsyncIterator[Bolt]:
    app, client = bolt_app(slack)
    handler = AsyncSocketModeHandler(app, "xapp-loopback")
    await handler.connect_async()
    await slack.connected()
    try:
        yield Bolt(slack, app, client, handler)
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def serving(handle: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """Serve one POST handler, as a bot behind a request URL does, and yield its address."""
    app = web.Application()
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()
