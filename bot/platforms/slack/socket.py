"""Socket Mode's envelopes on their way to bolt."""

from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.platforms.slack.shapes import is_known

_log = structlog.get_logger(__name__)


class Handler(AsyncSocketModeHandler):
    """Acknowledges what cannot be read, so that Slack does not send it again; the SDK would log it with its content."""

    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        if not isinstance(req.envelope_id, str):
            _log.info("slack sent an envelope that cannot be read")
        elif not is_known(req.payload):
            _log.info("slack sent a payload that cannot be read")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        else:
            await super().handle(client, req)
