"""Urgent signs: what a person typed -> how soon help is needed. Signs are data, in urgent.yaml."""

from bot.library.urgent.signs import NO_SIGNS, Level, Signs, Urgency

__all__ = ["NO_SIGNS", "Level", "Signs", "Urgency"]
