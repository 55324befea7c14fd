"""Lets in only this page, opened on this machine: against other sites, and against DNS rebinding."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HERE = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refusal(status: int, message: str) -> web.Response:
    """The one shape of every "no" of the page."""
    return web.json_response({"error": {"message": message}}, status=status)


def guard(host: str) -> Middleware:
    """Make the middleware for a server that listens on `host`."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        refused = _refused(request, host)
        try:
            response = refused or await handler(request)
        except web.HTTPException as error:
            response = refusal(error.status, error.reason)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return check


def _refused(request: web.Request, host: str) -> web.Response | None:
    if not _known(request.host, host):
        fix = "open it as http://127.0.0.1, or set HOST to the name you use."
        return refusal(403, f"This page does not answer to the name in the Host header. Fix: {fix}")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") and request.path != "/":
        return refusal(403, "Only the playground's own page may ask for this.")
    if request.method not in ("GET", "HEAD"):
        if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
            return refusal(403, "Only the playground's own page may do this: the Origin header names another one.")
        if request.content_type != "application/json":
            return refusal(415, "Send JSON.")
    return None


def _known(asked: str, host: str) -> bool:
    """Whether `asked`, a Host header, is a name of this server.

    Who listens everywhere (a container) cannot know all its addresses; an address, unlike a name, cannot be rebound.
    """
    try:
        name = urlsplit(f"//{asked}").hostname or ""
    except ValueError:
        return False
    if name in (*HERE, host.lower()):
        return True
    try:
        return host in ANY and bool(ip_address(name))
    except ValueError:
        return False
