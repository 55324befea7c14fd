"""Refusals: what the loopback Discord says no to, the rule behind it and Discord's own words for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.playground.discord.constants import DOCS, Json

CODES = DOCS + "topics/opcodes-and-status-codes#json-json-error-codes"


class Refusal(NamedTuple):
    """One entry of the list which tests and the page show."""

    rule: str
    source: str
    detail: str


class Issue(NamedTuple):
    """One thing that is wrong in a body. `at` is its place, `code` and `message` are Discord's words."""

    at: tuple[str | int, ...]
    code: str
    message: str
    source: str

    @property
    def place(self) -> str:
        return "/".join(map(str, self.at)) or "body"


@dataclass
class RefusedError(Exception):
    """An answer other than success, raised by whatever notices it."""

    status: int
    code: int
    message: str
    source: str = CODES
    issues: tuple[Issue, ...] = ()
    extra: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code, **self.extra}
        if self.issues:
            body["errors"] = tree(self.issues)
        return body

    def refusals(self, detail: str) -> list[Refusal]:
        if not self.issues:
            return [Refusal(f"{self.code}: {self.message}", self.source, detail)]
        return [Refusal(i.code, i.source, f"{detail}: {i.place}: {i.message}") for i in self.issues]


def tree(issues: Iterable[Issue]) -> Json:
    """Nest issues the way Discord does: https://docs.discord.com/developers/reference#error-messages."""
    root: dict[str, Any] = {}
    for issue in issues:
        node = root
        for step in issue.at:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": issue.code, "message": issue.message})
    return root


def invalid_form(issues: Iterable[Issue]) -> RefusedError:
    return RefusedError(400, 50035, "Invalid Form Body", issues=tuple(issues))


def unauthorized() -> RefusedError:
    return RefusedError(401, 0, "401: Unauthorized", DOCS + "reference#authentication")


def not_found() -> RefusedError:
    return RefusedError(404, 0, "404: Not Found", DOCS + "topics/opcodes-and-status-codes#http")


def unknown_channel() -> RefusedError:
    return RefusedError(404, 10003, "Unknown Channel")


def unknown_guild() -> RefusedError:
    return RefusedError(404, 10004, "Unknown Guild")


def unknown_member() -> RefusedError:
    return RefusedError(404, 10007, "Unknown Member")


def unknown_message() -> RefusedError:
    return RefusedError(404, 10008, "Unknown Message")


def unknown_user() -> RefusedError:
    return RefusedError(404, 10013, "Unknown User")


def unknown_webhook() -> RefusedError:
    return RefusedError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> RefusedError:
    return RefusedError(404, 10062, "Unknown interaction", DOCS + "interactions/receiving-and-responding")


def unknown_command() -> RefusedError:
    return RefusedError(404, 10063, "Unknown application command")


def already_acknowledged() -> RefusedError:
    return RefusedError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> RefusedError:
    return RefusedError(403, 50001, "Missing Access", DOCS + "topics/permissions")


def not_on_a_dm() -> RefusedError:
    return RefusedError(403, 50003, "Cannot execute action on a DM channel")


def not_your_message() -> RefusedError:
    return RefusedError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> RefusedError:
    return RefusedError(400, 50006, "Cannot send an empty message")


def no_messages_to_this_user() -> RefusedError:
    return RefusedError(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> RefusedError:
    return RefusedError(403, 50013, "Missing Permissions", DOCS + "topics/permissions")


def invalid_webhook_token() -> RefusedError:
    source = DOCS + "interactions/receiving-and-responding#followup-messages"
    return RefusedError(401, 50027, "Invalid Webhook Token", source)


def too_large() -> RefusedError:
    return RefusedError(413, 40005, "Request entity too large", DOCS + "reference#uploading-files")


def not_json() -> RefusedError:
    return RefusedError(400, 50109, "The request body contains invalid JSON.")
