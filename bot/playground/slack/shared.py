"""One Slack for several workspaces: the page that asks whether an app may come in, and one address for every call."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from .calls import read_call
from .delivery import Outcome
from .driver import LoopbackSlack
from .grants import FLOW, ORGANISATION, App, Grants
from .refusals import Refusal, RefusedError
from .scopes import KNOWN
from .serving import serve
from .workspace import Workspace

EVERY_SCOPE = frozenset(s for method in KNOWN.values() for s in (*method.scopes, *method.any_scope)) | {
    *("commands", "im:history", "app_mentions:read", "files:write"),
}


class SharedSlack:
    """Start it, install the app by `{url}/oauth/v2/authorize`, then act in each workspace by its own driver."""

    def __init__(self, app: App, workspaces: Sequence[LoopbackSlack]) -> None:
        self.grants, self.workspaces = Grants(app), tuple(workspaces)
        for number, each in enumerate(self.workspaces, 1):
            ws = each.workspace
            ws.signing_secret, ws.revoked = app.signing_secret, True
            ws.bot_token, ws.bot, ws.bot_user = "", f"B0LOOPBOT{number}", f"U0LOOPBOT{number}"
        self.refusals: list[Refusal] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        server = web.Application()
        server.add_routes(
            [
                web.get("/oauth/v2/authorize", self._asked),
                web.post("/oauth/v2/authorize", self._answered),
                web.route("*", "/api/{method}", self._call),
            ]
        )
        for each in self.workspaces:
            own = web.Application()
            own.add_routes(each.routes)
            server.add_subapp(f"/{each.workspace.team}", own)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        self.url = f"http://{bound_host}:{bound_port}"
        for each in self.workspaces:
            each.url = f"{self.url}/{each.workspace.team}"
        return self.url

    async def stop(self) -> None:
        for each in self.workspaces:
            await each.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @staticmethod
    async def uninstall(slack: LoopbackSlack) -> tuple[Outcome, Outcome]:
        """Remove the app from one workspace: its tokens end, and the app hears of both.

        docs.slack.dev/reference/events/tokens_revoked and app_uninstalled; they may come in either order.
        """
        slack.revoke()
        tokens = {"oauth": [], "bot": [slack.workspace.bot_user]}
        return (
            await slack.deliver_event({"type": "tokens_revoked", "tokens": tokens}),
            await slack.deliver_event({"type": "app_uninstalled"}),
        )

    # The page that asks

    async def _asked(self, request: web.Request) -> web.Response:
        try:
            self._judge(request.query)
        except RefusedError as error:
            return self._refused_page(error)
        given = request.query.items()
        hidden = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in given)
        teams = [*(each.workspace.team for each in self.workspaces), ORGANISATION]
        options = "".join(f"<option>{team}</option>" for team in teams)
        form = f'<form method="post">{hidden}<select name="team">{options}</select>'
        buttons = (
            '<button name="do" value="allow">Allow</button><button name="do" value="cancel">Cancel</button></form>'
        )
        return web.Response(text=f"<!doctype html><title>Slack</title>{form}{buttons}", content_type="text/html")

    async def _answered(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            self._judge(form)
        except RefusedError as error:
            return self._refused_page(error)
        passed_on = {"state": form.get("state", "")}
        if form.get("do") != "allow":
            answer = {"error": "access_denied", **passed_on}
        else:
            ws = self._workspace(form.get("team", ""))
            person, now = form.get("person", "") or self._somebody(ws), self.workspaces[0].world.clock()
            scopes = frozenset(form["scope"].split(","))
            answer = {"code": self.grants.new_code(ws, person, scopes, form["redirect_uri"], now), **passed_on}
        raise web.HTTPFound(f"{form['redirect_uri']}?{urlencode(answer)}")

    def _judge(self, asked: Any) -> None:
        """Raise what Slack shows in place of the page."""
        app = self.grants.app
        if asked.get("client_id") != app.client_id:
            raise RefusedError("invalid_client_id", FLOW, str(asked.get("client_id")))
        if asked.get("redirect_uri") not in app.redirect_urls:
            raise RefusedError("bad_redirect_uri", FLOW, f"{asked.get('redirect_uri')} is not among the Redirect URLs")
        unknown = [scope for scope in asked.get("scope", "").split(",") if scope not in EVERY_SCOPE]
        if unknown:
            raise RefusedError("invalid_scope", FLOW, f"no such scope: {', '.join(unknown)}")

    def _refused_page(self, error: RefusedError) -> web.Response:
        self.refusals.append(error.refusal)
        return web.Response(status=400, text=f"Something went wrong: {error.refusal.detail}", content_type="text/html")

    def _workspace(self, team: str) -> Workspace | None:
        return next((each.workspace for each in self.workspaces if each.workspace.team == team), None)

    def _somebody(self, ws: Workspace | None) -> str:
        return next(iter((ws or self.workspaces[0].workspace).world.people))

    # The Web API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            call = await read_call(request)
        except RefusedError as error:
            return self._refused(error)
        if call.method == "oauth.v2.access":
            return await self._access(request, call.arguments)
        if call.token in self.grants.of_the_organisation:
            return self._of_the_organisation(call.method, str(call.token))
        owner = next((each for each in self.workspaces if call.token and each.owns(call.token)), self.workspaces[0])
        return await owner.answer_call(request, call)

    async def _access(self, request: web.Request, arguments: dict[str, Any]) -> web.Response:
        first = self.workspaces[0]

        def act() -> web.Response:
            authorization = request.headers.get("Authorization", "")
            return web.json_response({"ok": True, **self.grants.access(authorization, arguments, first.world.clock())})

        return await serve(first.workspace, request, "oauth.v2.access", arguments, act)

    def _of_the_organisation(self, method: str, token: str) -> web.Response:
        if method == "auth.revoke":
            self.grants.of_the_organisation.discard(token)
            return web.json_response({"ok": True, "revoked": True})
        told = {"url": "https://loopback.enterprise.slack.com/", "enterprise_id": ORGANISATION, "bot_id": "B0LOOPBOT0"}
        return web.json_response({"ok": True, **told, "team_id": ORGANISATION, "is_enterprise_install": True})

    def _refused(self, error: RefusedError) -> web.Response:
        self.refusals.append(error.refusal)
        return web.json_response(error.body, status=error.status)
