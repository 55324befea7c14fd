"""A loopback Slack: the Web API, Socket Mode and signed HTTP that an unmodified slack-bolt takes for the real one."""

from .delivery import Outcome
from .driver import LoopbackSlack
from .mentions import live_mentions
from .refusals import Refusal

__all__ = ["LoopbackSlack", "Outcome", "Refusal", "live_mentions"]
