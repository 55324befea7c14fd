"""What Slack says when it refuses a call."""

from slack_sdk.errors import SlackApiError


def code_of(error: SlackApiError) -> str:
    """Slack's short name for what is wrong. A 5xx comes as a page, in which slack_sdk itself cannot look."""
    data = error.response.data
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or f"status {error.response.status_code}")
