"""A loopback Discord: API v10 and gateway for an unmodified discord.py, and the people who use it."""

from bot.playground.discord.components import buttons, text_of
from bot.playground.discord.driver import LoopbackDiscord, Outcome
from bot.playground.discord.errors import Refusal
from bot.playground.discord.invocations import NotOfferedError

__all__ = ["LoopbackDiscord", "NotOfferedError", "Outcome", "Refusal", "buttons", "text_of"]
