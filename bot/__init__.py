"""Spasmbot: patient education about muscle spasms, for Slack and Discord."""

__version__ = "0.1.0"
