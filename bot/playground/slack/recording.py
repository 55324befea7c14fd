"""Keeps every request the bot sent, in the shape that shared/tools/validate_slack.py reads."""

import json
from pathlib import Path
from typing import Any

JUDGED = {
    *("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage", "ack", "response_url"),
    *("views.open", "views.push", "views.update", "views.publish", "ack.view"),
}
"""What the validator knows; it takes any other method for a mistake."""


class Recorder:
    """`requests` holds `{"method": …, "payload": …}` of everything, refused or not."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def add(self, method: str, payload: Any) -> None:
        self.requests.append({"method": method, "payload": payload})

    def sent(self, method: str) -> list[Any]:
        """List the payloads of one method, oldest first."""
        return [request["payload"] for request in self.requests if request["method"] == method]

    def dump(self, path: Path) -> None:
        """Add what the validator knows to a JSONL file."""
        with path.open("a", encoding="utf-8") as file:
            for request in self.requests:
                if request["method"] in JUDGED:
                    file.write(json.dumps(request, ensure_ascii=False) + "\n")
