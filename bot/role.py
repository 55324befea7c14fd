"""Which part of the work a process does: replicas of one role are equal."""

from enum import StrEnum


class Role(StrEnum):
    """What `spasmbot run --role` takes."""

    ALL = "all"
    WEB = "web"
    """Answers Slack, over HTTP or Socket Mode, and serves drawings."""
    DISCORD = "discord"
    """Answers Discord, over the gateway."""
    WORKER = "worker"
    """Posts daily tips on both, and erases what is due."""

    @property
    def answers_slack(self) -> bool:
        return self in (Role.ALL, Role.WEB)

    @property
    def answers_discord(self) -> bool:
        return self in (Role.ALL, Role.DISCORD)

    @property
    def works(self) -> bool:
        return self in (Role.ALL, Role.WORKER)
