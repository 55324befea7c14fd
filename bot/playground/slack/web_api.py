"""The Web API: who may call what, and which function answers."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from . import chat, conversations, identity
from .calls import Call, read_call
from .files import file_object
from .history import History
from .refusals import DOCS, RefusedError
from .scopes import KNOWN, Method, judge_arguments, judge_scopes
from .serving import refused, serve
from .views import Views
from .workspace import Workspace

Handler = Callable[[Workspace, dict[str, Any]], dict[str, Any]]
ERRORS = f"{DOCS}/apis/web-api#errors"


class WebApi:
    """Serves `{url}/api/<method>`. `open_socket` gives the address for a new Socket Mode connection."""

    def __init__(self, ws: Workspace, views: Views, open_socket: Callable[[], str]) -> None:
        self._ws = ws
        self._handlers: dict[str, Handler] = {
            "api.test": lambda _ws, arguments: {"args": arguments},
            "auth.test": identity.auth_test,
            "auth.revoke": identity.auth_revoke,
            "apps.connections.open": lambda _ws, _arguments: {"url": open_socket()},
            "users.info": identity.users_info,
            "users.list": identity.users_list,
            "chat.postMessage": chat.post_message,
            "chat.postEphemeral": chat.post_ephemeral,
            "chat.update": chat.update,
            "chat.delete": chat.delete,
            "conversations.open": conversations.conversations_open,
            "conversations.info": conversations.conversations_info,
            "conversations.list": conversations.conversations_list,
            "conversations.members": conversations.conversations_members,
            "conversations.history": History(ws).read,
            "files.getUploadURLExternal": _begin_upload,
            "files.completeUploadExternal": _complete_upload,
            "views.open": views.open,
            "views.push": views.push,
            "views.update": views.update,
            "views.publish": views.publish,
        }

    def knows(self, token: str) -> bool:
        """Whether it is, or was, a token of the app in this workspace."""
        return token in (self._ws.bot_token, self._ws.app_token) or token in self._ws.expiring

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            call = await read_call(request)
        except RefusedError as error:
            return refused(self._ws, error)
        return await self.answer(request, call)

    async def answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        """The same for a call that was read already."""
        self._ws.recorder.add(call.method, call.arguments)
        return await serve(self._ws, request, call.method, call.arguments, lambda: self._answer(call))

    def _answer(self, call: Call) -> web.Response:
        method = KNOWN.get(call.method)
        if method is None or call.method not in self._handlers:
            raise RefusedError("unknown_method", f"{DOCS}/reference/methods", call.method, req_method=call.method)
        headers: dict[str, str] = {}
        if call.method != "api.test":
            self._judge_token(method, call)
            judge_scopes(method, self._ws.scopes)
            headers["x-oauth-scopes"] = ",".join(sorted(self._ws.scopes))
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes or method.any_scope)
            judge_arguments(method, call.arguments)
        body = self._handlers[call.method](self._ws, call.arguments)
        return web.json_response({"ok": True, **body}, headers=headers)

    def _judge_token(self, method: Method, call: Call) -> None:
        if not call.token:
            raise RefusedError("not_authed", ERRORS, "no token")
        if not self.knows(call.token):
            raise RefusedError("invalid_auth", ERRORS, "not a token of this app")
        if self._ws.revoked:
            raise RefusedError("token_revoked", ERRORS, "the app was removed")
        if call.token in self._ws.expiring and self._ws.expiring[call.token] <= self._ws.world.clock():
            raise RefusedError("token_expired", f"{DOCS}/authentication/using-token-rotation", "twelve hours are over")
        if (call.token == self._ws.app_token) is not method.app_token:
            kind = "app-level" if method.app_token else "bot"
            raise RefusedError("not_allowed_token_type", method.source, f"{method.name} takes a {kind} token")
        if method.app_token and not call.token_in_header:
            raise RefusedError("invalid_auth", method.source, "an app-level token goes in the Authorization header")


def _begin_upload(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    file = ws.files.begin(arguments)
    return {"file_id": file.id, "upload_url": f"{ws.url}/upload/v1/{file.id}"}


def _complete_upload(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"files": [file_object(file) for file in ws.files.complete(arguments)]}
