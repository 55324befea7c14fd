"""The Web API methods that the loopback knows: their arguments and the scopes that Slack documents for them."""

from dataclasses import dataclass, field

from .refusals import METHODS, Problem, RefusedError, refuse_problems

DEFAULT_SCOPES = (
    "commands",
    "chat:write",
    "users:read",
    "im:history",
    "im:write",
    "app_mentions:read",
    "channels:read",
    "groups:read",
)
_MESSAGE = "text blocks attachments markdown_text thread_ts link_names parse as_user"
_LOOKS = "icon_emoji icon_url username"
_READ = "channels:read groups:read im:read mpim:read"
_HISTORY = "channels:history groups:history im:history mpim:history"
EVERY_METHOD = {"token", "team_id", "pretty"}
"""Arguments that every method takes; bolt adds `team_id` to each call."""


@dataclass(frozen=True)
class Method:
    """`scopes` are all needed, unless the method asks for the one of its channel's kind (then `any_scope`)."""

    name: str
    arguments: frozenset[str]
    required: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    any_scope: tuple[str, ...] = field(default=())
    app_token: bool = False

    @property
    def source(self) -> str:
        return f"{METHODS}/{self.name}"


def _method(name: str, arguments: str = "", *, required: str = "", scopes: str = "", any_scope: str = "") -> Method:
    return Method(
        name,
        frozenset((*arguments.split(), *required.split())),
        tuple(required.split()),
        tuple(scopes.split()),
        tuple(any_scope.split()),
        app_token=name == "apps.connections.open",
    )


KNOWN = {
    method.name: method
    for method in (
        _method("api.test", "error foo"),
        _method("auth.test"),
        _method("auth.revoke", "test"),
        _method("oauth.v2.access", "client_id client_secret code code_verifier redirect_uri grant_type refresh_token"),
        _method("apps.connections.open"),
        _method("users.info", "include_locale", required="user", scopes="users:read"),
        _method("users.list", "cursor include_locale limit", scopes="users:read"),
        _method(
            "chat.postMessage",
            f"{_MESSAGE} {_LOOKS} metadata reply_broadcast unfurl_links unfurl_media mrkdwn client_msg_id",
            required="channel",
            scopes="chat:write",
        ),
        _method("chat.postEphemeral", f"{_MESSAGE} {_LOOKS}", required="channel user", scopes="chat:write"),
        _method(
            "chat.update",
            "text blocks attachments markdown_text metadata link_names parse reply_broadcast file_ids as_user",
            required="channel ts",
            scopes="chat:write",
        ),
        _method("chat.delete", "as_user", required="channel ts", scopes="chat:write"),
        _method("conversations.open", "channel users return_im prevent_creation", scopes="im:write"),
        _method("conversations.info", "include_locale include_num_members", required="channel", any_scope=_READ),
        _method("conversations.list", "cursor exclude_archived limit types", any_scope=_READ),
        _method("conversations.members", "cursor limit", required="channel", any_scope=_READ),
        _method(
            "conversations.history",
            "cursor include_all_metadata inclusive latest limit oldest",
            required="channel",
            any_scope=_HISTORY,
        ),
        # Without a channel a file stays the app's own until a message shows it, which is all that is built here.
        _method("files.getUploadURLExternal", "alt_txt snippet_type", required="filename length", scopes="files:write"),
        _method("files.completeUploadExternal", required="files", scopes="files:write"),
        _method("views.open", "trigger_id interactivity_pointer", required="view"),
        _method("views.push", "trigger_id interactivity_pointer", required="view"),
        _method("views.update", "view_id external_id hash", required="view"),
        _method("views.publish", "hash", required="user_id view"),
    )
}


def judge_scopes(method: Method, granted: frozenset[str]) -> None:
    """Refuse a call whose token lacks a scope: docs.slack.dev/authentication/tokens#scopes."""
    missing = [scope for scope in method.scopes if scope not in granted]
    if not missing and method.any_scope and not granted.intersection(method.any_scope):
        missing = list(method.any_scope)
    if missing:
        raise missing_scope(method, missing, granted)


def missing_scope(method: Method, needed: list[str], granted: frozenset[str]) -> RefusedError:
    words = ",".join(needed)
    return RefusedError(
        "missing_scope",
        method.source,
        f"{method.name} needs {words}",
        needed=words,
        provided=",".join(sorted(granted)),
    )


def judge_arguments(method: Method, arguments: dict[str, object]) -> None:
    """Refuse what is missing, and what the method's page does not list."""
    refuse_problems(
        "invalid_arguments",
        (
            Problem(f"/{name}", f"missing required field: {name}", method.source)
            for name in method.required
            if arguments.get(name) in (None, "")
        ),
    )
    # Slack itself overlooks some of these; a misspelt argument must not pass here.
    refuse_problems(
        "invalid_arguments",
        (
            Problem(f"/{name}", f"unexpected argument: {name}", method.source)
            for name in arguments
            if name not in method.arguments and name not in EVERY_METHOD
        ),
    )
