"""What Slack says when it refuses a call."""

from slack_sdk.errors import SlackApiError

SERVER_ERROR = 500
_PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors that any method may answer and that pass (docs.slack.dev/reference/methods/auth.test)."""
_REMOVED = ("account_inactive", "token_revoked")
"""The app was removed, or its workspace is gone (docs.slack.dev/reference/methods/auth.test#errors)."""


def code_of(error: SlackApiError) -> str:
    """Slack's short name for what is wrong. A 5xx comes as a page, in which slack_sdk itself cannot look."""
    data = error.response.data
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or f"status {error.response.status_code}")


def is_passing(error: SlackApiError) -> bool:
    """Whether Slack is in trouble, rather than the call."""
    return error.response.status_code >= SERVER_ERROR or code_of(error) in _PASSING


def means_removed(error: SlackApiError) -> bool:
    return code_of(error) in _REMOVED
