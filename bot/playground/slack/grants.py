"""Codes and refresh tokens become bot tokens: docs.slack.dev/reference/methods/oauth.v2.access.

Slack does not say whether the token of an earlier installation lives on. Here it does not: nobody should lean on it.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from .ids import made_up
from .refusals import DOCS, METHODS, RefusedError
from .workspace import Workspace

ACCESS = f"{METHODS}/oauth.v2.access"
FLOW = f"{DOCS}/authentication/installing-with-oauth"
ROTATION = f"{DOCS}/authentication/using-token-rotation"
CODE_LASTS = timedelta(minutes=10)
TOKEN_LASTS = timedelta(hours=12)
ORGANISATION = "E0LOOPBACK"


@dataclass(frozen=True)
class App:
    """What its makers set on api.slack.com. An app that `rotates` gets tokens that run out."""

    client_id: str = "1000000000001.2000000000002"
    client_secret: str = "loopback-client-secret-0123456789"  # noqa: S105
    signing_secret: str = "loopback-signing-secret"  # noqa: S105
    redirect_urls: tuple[str, ...] = ()
    rotates: bool = False


@dataclass
class _Code:
    """`workspace` is None for the whole organisation."""

    workspace: Workspace | None
    person: str
    scopes: frozenset[str]
    redirect_url: str
    made_at: datetime
    used: bool = False


class Grants:
    """What people allowed one app, and the tokens it got for it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, Workspace] = {}
        self._numbers = count(1)
        self.of_the_organisation: set[str] = set()
        self.exchanged: list[str] = []
        """What oauth.v2.access was asked for, in order: `code` or `refresh_token`."""

    def new_code(
        self, workspace: Workspace | None, person: str, scopes: frozenset[str], redirect_url: str, now: datetime
    ) -> str:
        code = f"{made_up('c', next(self._numbers)).lower()}.{made_up('d', person).lower()}"
        self._codes[code] = _Code(workspace, person, scopes, redirect_url, now)
        return code

    def access(self, authorization: str, arguments: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Answer one call. Raises RefusedError."""
        self._judge_app(authorization, arguments)
        kind = arguments.get("grant_type", "authorization_code")
        if kind == "refresh_token":
            self.exchanged.append("refresh_token")
            return self._refreshed(str(arguments.get("refresh_token", "")), now)
        if kind != "authorization_code":
            raise RefusedError("invalid_grant_type", ACCESS, str(kind))
        self.exchanged.append("code")
        return self._exchanged(str(arguments.get("code", "")), arguments.get("redirect_uri"), now)

    def _judge_app(self, authorization: str, arguments: dict[str, Any]) -> None:
        client, secret = _basic(authorization) or (arguments.get("client_id"), arguments.get("client_secret"))
        if client != self.app.client_id:
            raise RefusedError("invalid_client_id", ACCESS)
        if not hmac.compare_digest(str(secret).encode(), self.app.client_secret.encode()):
            raise RefusedError("bad_client_secret", ACCESS)

    def _exchanged(self, code: str, redirect_url: Any, now: datetime) -> dict[str, Any]:
        found = self._codes.get(code)
        if found is None or now - found.made_at > CODE_LASTS:
            raise RefusedError("invalid_code", FLOW, "unknown, or older than ten minutes")
        if found.used:
            raise RefusedError("code_already_used", f"{METHODS}/oauth.access#errors", "a code works once")
        if found.redirect_url != redirect_url:
            raise RefusedError("bad_redirect_uri", ACCESS, f"not {found.redirect_url}")
        found.used = True
        if found.workspace is None:
            return self._for_the_organisation(found)
        found.workspace.revoked, found.workspace.scopes = False, found.scopes
        found.workspace.expiring.clear()
        token = self._new_token(found.workspace, now)
        return self._told(found.workspace) | token | {"authed_user": {"id": found.workspace.ids.person(found.person)}}

    def _refreshed(self, refresh_token: str, now: datetime) -> dict[str, Any]:
        workspace = self._refresh.pop(refresh_token, None)
        if workspace is None or workspace.revoked:
            raise RefusedError("invalid_refresh_token", ROTATION, "unknown, or used: it is revoked with its first use")
        return self._told(workspace) | self._new_token(workspace, now)

    def _new_token(self, workspace: Workspace, now: datetime) -> dict[str, Any]:
        number = next(self._numbers)
        if not self.app.rotates:
            workspace.bot_token = f"xoxb-{workspace.team}-{number}-loopback"
            return {"access_token": workspace.bot_token}
        workspace.bot_token = f"xoxe.xoxb-1-{workspace.team}-{number}-loopback"
        workspace.expiring[workspace.bot_token] = now + TOKEN_LASTS
        refresh = f"xoxe-1-{workspace.team}-{number}-loopback"
        self._refresh[refresh] = workspace
        lasts = int(TOKEN_LASTS.total_seconds())
        return {"access_token": workspace.bot_token, "refresh_token": refresh, "expires_in": lasts}

    def _told(self, workspace: Workspace) -> dict[str, Any]:
        return {
            "app_id": workspace.app,
            "token_type": "bot",
            "scope": ",".join(sorted(workspace.scopes)),
            "bot_user_id": workspace.bot_user,
            "team": {"id": workspace.team, "name": f"Loopback {workspace.team}"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _for_the_organisation(self, code: _Code) -> dict[str, Any]:
        token = f"xoxb-{ORGANISATION}-{next(self._numbers)}-loopback"
        self.of_the_organisation.add(token)
        return {
            "app_id": "A0LOOPBACK",
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(code.scopes)),
            "bot_user_id": "U0LOOPBOT0",
            "team": None,
            "enterprise": {"id": ORGANISATION, "name": "Loopback"},
            "is_enterprise_install": True,
            "authed_user": {"id": made_up("U", "person", code.person)},
        }


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
