"""response_urls: five answers within thirty minutes, new ones or in place of the message that was acted on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import web

from bot.playground.world import Message

from .ids import made_up
from .messages import content, judge_answer
from .refusals import DOCS, RefusedError
from .serving import refused, serve
from .workspace import Workspace

SOURCE = f"{DOCS}/interactivity/handling-user-interaction#message_responses"
USES = 5
LIFE = timedelta(minutes=30)


@dataclass
class _Address:
    """`original` is the message that was acted on; a command has none, so nothing can be replaced there."""

    person: str
    channel: str
    original: Message | None
    made_at: datetime
    uses: int = 0


class ResponseUrls:
    """Serves `{url}/response/<id>`."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._numbers = count(1)
        self._addresses: dict[str, _Address] = {}

    def make(self, person: str, channel: str, original: Message | None = None) -> str:
        name = made_up("r", next(self._numbers)).lower()
        self._addresses[name] = _Address(person, channel, original, self._ws.world.clock())
        return f"{self._ws.url}/response/{name}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            payload = await request.json()
        except ValueError:
            return refused(self._ws, RefusedError("invalid_payload", SOURCE, "not JSON", status=400))
        if not isinstance(payload, dict):
            return refused(self._ws, RefusedError("invalid_payload", SOURCE, "not an object", status=400))
        self._ws.recorder.add("response_url", payload)
        name = request.match_info["name"]
        return await serve(self._ws, request, "response_url", payload, lambda: self._answer(name, payload))

    def _answer(self, name: str, payload: dict[str, Any]) -> web.Response:
        address = self._addresses.get(name)
        if address is None:
            raise RefusedError("no_service", SOURCE, "no such response_url", status=404)
        if self._ws.world.clock() - address.made_at > LIFE:
            raise RefusedError("expired_url", SOURCE, f"older than {LIFE}", status=404)
        if address.uses >= USES:
            raise RefusedError("used_url", SOURCE, f"used {USES} times", status=404)
        try:
            judge_answer(payload)
        except RefusedError as error:
            error.status = 400
            raise
        try:
            self._ws.files.judge(payload.get("blocks"))
        except RefusedError as error:
            error.status = 404  # with the error as JSON: github.com/slackapi/java-slack-sdk/issues/1349
            raise
        address.uses += 1
        self._apply(address, payload)
        return web.Response(text="ok", content_type="text/html")

    def _apply(self, address: _Address, payload: dict[str, Any]) -> None:
        original = address.original
        if original is None and payload.get("delete_original"):
            return
        if original is not None and payload.get("delete_original"):
            self._ws.world.delete(original)
        elif original is not None and payload.get("replace_original") and not original.deleted:
            kept = content(payload)
            self._ws.note_hidden_files(kept, original.only_for)
            self._ws.world.edit(original, text=str(kept.get("text", "")), payload=kept)
        else:
            # A command's answers cannot be replaced: github.com/slackapi/bolt-js/issues/2287, bolt-python/issues/1268.
            everyone = payload.get("response_type") == "in_channel"
            self._ws.post(address.channel, payload, only_for=None if everyone else address.person)
