"""Two processes on the same shards, while a newer version takes over: Discord tells both; the first answer counts."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
import structlog

ACKNOWLEDGED = 40060
"""What Discord answers to a second first answer (docs.discord.com/developers/topics/opcodes-and-status-codes)."""
_log = structlog.get_logger(__name__)


@contextmanager
def unless_answered() -> Iterator[None]:
    """Leave an interaction alone that was answered already: by another process, or by a try whose answer was lost."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED:
            raise
        _log.info("another answer came before this one")


def one_answer_to(message: discord.Message) -> str:
    """A nonce for the answer to a direct message: Discord makes one message of those that have it in common."""
    return str(message.id)
