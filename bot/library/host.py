"""What a host decides over a pack, in the overlay's host.yaml and signoffs.yaml: what is shown, and who signed it."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from bot.library import yaml_file
from bot.library.files import PackFiles
from bot.library.model import ABOUT, URGENT, Review, Tip, Topic
from bot.library.signoff import Signoffs, SignoffsFile

ALWAYS_SHOWN = (URGENT, ABOUT)
"""Not even "signed only" hides how to get help, and who answers for the bot."""


class HostFile(BaseModel):
    """host.yaml: `hidden` topics are gone at once; `more` adds the overlay's own topics to a group."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signed_only: bool = False
    hidden: tuple[str, ...] = ()
    more: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Host:
    """The host's choices for one pack. Raises ContentError when their files cannot be read.

    With `unsigned`, what nobody signed is there too: who checks or reviews needs to see it.
    """

    def __init__(self, files: PackFiles, *, unsigned: bool = False) -> None:
        self.choices, self.signoffs = HostFile(), Signoffs()
        self._unsigned = unsigned
        if files.exists("host.yaml"):
            self.choices = yaml_file.parse(files.text("host.yaml") or "{}", HostFile, name=files.name("host.yaml"))
        if files.exists("signoffs.yaml"):
            text, name = files.text("signoffs.yaml"), files.name("signoffs.yaml")
            self.signoffs = Signoffs(yaml_file.parse(text or "{}", SignoffsFile, name=name).signoffs)

    def shown(self, topic: Topic) -> Topic | None:
        """The topic with the name of who signed it, or None when the host does not want it shown."""
        if topic.id in self.choices.hidden:
            return None
        review = self.signoffs.of(topic)
        return replace(topic, review=review) if review or self._may_show(topic.id) else None

    def shown_tips(self, tips: tuple[Tip, ...], review: Review | None) -> tuple[Tip, ...]:
        """The tips with the name of who signed them all. A tip goes with the topic that it leads to."""
        if not review and not self._may_show():
            return ()
        return tuple(replace(tip, review=review) for tip in tips if tip.topic not in self.choices.hidden)

    def _may_show(self, topic_id: str = "") -> bool:
        return self._unsigned or not self.choices.signed_only or topic_id in ALWAYS_SHOWN
