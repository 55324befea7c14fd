"""Encrypts tokens before they reach the database, with the newest of TOKEN_KEYS; each older one can still read."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.conversation.administration import Workspace

STATE_LASTS = timedelta(minutes=10)
_OF = "of"
_STATE = b"state:"
"""In front of a state, so that nothing else that was encrypted passes for one."""


class UnreadableError(Exception):
    """None of TOKEN_KEYS reads it, or it belongs to another workspace."""


class Vault:
    """Seals by Fernet: AES-128-CBC and HMAC-SHA256 (github.com/fernet/spec)."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys, the newest first."""
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def seal(self, workspace: Workspace, hidden: Mapping[str, str | None]) -> str:
        """The workspace is sealed in: a row that is copied to another one cannot be read there."""
        whole = {_OF: f"{workspace.platform}:{workspace.id}", **hidden}
        return self._all.encrypt(json.dumps(whole).encode()).decode()

    def unseal(self, workspace: Workspace, sealed: str) -> dict[str, str | None]:
        """What was hidden. Raises UnreadableError."""
        try:
            whole: dict[str, str | None] = json.loads(self._all.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise UnreadableError from None
        if whole.pop(_OF, None) != f"{workspace.platform}:{workspace.id}":
            raise UnreadableError
        return whole

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed with the newest key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: str) -> str:
        """The same, sealed with the newest key. Raises UnreadableError."""
        try:
            return self._all.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise UnreadableError from None

    def new_state(self, at: datetime) -> str:
        """A state that any replica knows as ours; its time is in it. The padding would have to be escaped in a URL."""
        return self._all.encrypt_at_time(_STATE + secrets.token_bytes(16), int(at.timestamp())).decode().rstrip("=")

    def open_state(self, state: str, at: datetime) -> str | None:
        """What names this state once and for all, however it was written; None for what is not ours or is too old."""
        padded = state.encode("ascii", "replace") + b"=" * (-len(state) % 4)
        try:
            whole = self._all.decrypt_at_time(padded, int(STATE_LASTS.total_seconds()), int(at.timestamp()))
        except InvalidToken:
            return None
        return whole.removeprefix(_STATE).hex() if whole.startswith(_STATE) else None
