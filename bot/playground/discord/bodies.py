"""Reads what a request carries: JSON, or a form with `payload_json` and files."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.playground.discord.constants import ATTACHMENT_BYTES, Json
from bot.playground.discord.errors import not_json, too_large

FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    filename: str
    content_type: str
    content: bytes


@dataclass
class Call:
    """A request as a handler sees it. `route` is its method and path template."""

    route: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)

    def __getitem__(self, parameter: str) -> str:
        return self.parameters[parameter]

    @property
    def data(self) -> Json:
        """The body, where a JSON object is required (the schema has been checked)."""
        return self.body if isinstance(self.body, dict) else {}


async def read(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    if request.content_type == "multipart/form-data":
        return await read_form(request)
    raw = await request.read()
    return (parsed(raw) if raw else None), {}


async def read_form(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """See https://docs.discord.com/developers/reference#uploading-files."""
    body: Any = None
    uploads: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        if part.name == "payload_json":
            body = parsed(content)
        elif match := FILE.fullmatch(part.name or ""):
            if len(content) > ATTACHMENT_BYTES:
                raise too_large()
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[int(match[1])] = Upload(part.filename or "unknown", kind, content)
    return body, uploads


def parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise not_json() from None
