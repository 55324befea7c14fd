"""A loopback Slack: the Web API, Socket Mode and signed HTTP that an unmodified slack-bolt takes for the real one."""

from .delivery import Outcome
from .driver import LoopbackSlack
from .grants import App
from .mentions import live_mentions
from .refusals import Refusal
from .shared import SharedSlack

__all__ = ["App", "LoopbackSlack", "Outcome", "Refusal", "SharedSlack", "live_mentions"]
