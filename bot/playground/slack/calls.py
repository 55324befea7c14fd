"""Reads a Web API request: GET query, form with JSON strings in it, or JSON body; a token in header or argument."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .refusals import DOCS, RefusedError

JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
}
"""Arguments that come as JSON strings in a form, and what Slack answers when they are no JSON."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
WEB_API = f"{DOCS}/apis/web-api"


@dataclass(frozen=True)
class Call:
    method: str
    arguments: dict[str, Any]
    token: str | None
    token_in_header: bool


async def read_call(request: web.Request) -> Call:
    """Read one call. Raises RefusedError with what Slack says about a body it cannot read."""
    arguments: dict[str, Any] = dict(request.query)
    arguments.update(await _body(request))
    token = arguments.pop("token", None)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    in_header = scheme.lower() == "bearer" and bool(bearer)
    return Call(
        request.match_info["method"],
        {name: _decoded(name, value) for name, value in arguments.items()},
        bearer.strip() if in_header else token,
        in_header,
    )


async def _body(request: web.Request) -> dict[str, Any]:
    if request.method == "GET" or not request.can_read_body:
        return {}
    if request.content_type in FORMS:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if request.content_type != "application/json":
        raise RefusedError("invalid_post_type", f"{WEB_API}#basics", request.content_type)
    try:
        body = await request.json()
    except ValueError:
        raise RefusedError("invalid_json", f"{WEB_API}#post-bodies") from None
    if not isinstance(body, dict):
        raise RefusedError("json_not_object", f"{WEB_API}#post-bodies")
    return {name: value for name, value in body.items() if value is not None}


def _decoded(name: str, value: Any) -> Any:
    if name not in JSON_ARGUMENTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise RefusedError(JSON_ARGUMENTS[name], f"{WEB_API}#post-bodies", f"{name} is not JSON") from None


def is_true(value: object) -> bool:
    return value in (True, "true", "1", 1)
