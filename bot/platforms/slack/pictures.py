"""Where Slack gets a card's pictures from: an address, else a file in the workspace, else nowhere."""

from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.cards.nodes import Picture
from bot.cards.pictures import PictureUrl
from bot.platforms.slack.blocks import message
from bot.platforms.slack.uploads import Uploads

Message = dict[str, Any]
"""`text` and `blocks`."""


class Draft(NamedTuple):
    """A message to send. Where it shows files, `plain` is the same without them, in case Slack does not take it.

    `refused` is to be called once `plain` was taken instead.
    """

    content: Message
    plain: Message | None = None
    refused: Callable[[], Awaitable[None]] | None = None


DraftOf = Callable[[Card, bool], Draft]
"""Draws a card for one workspace; the second argument tells that the message stays, other than one for one person."""


def without_pictures(card: Card, stays: bool = False) -> Draft:
    """Draw a card whose words say it all."""
    del stays
    return Draft(_drawn(card))


@lru_cache(512)
def _drawn(card: Card) -> Message:
    """Kept, for the same cards are shown again and again; nobody changes what is drawn."""
    return message(card)


class Pictures:
    """`url` gives addresses that Slack can reach; `uploads` goes before it.

    In a message for one person alone Slack does not share a file with them, as its maintainers say
    (github.com/slackapi/node-slack-sdk/issues/1790): they might see an empty frame, so `in_private` is to be chosen.
    """

    def __init__(
        self, url: PictureUrl | None = None, uploads: Uploads | None = None, *, in_private: bool = False
    ) -> None:
        self._url, self._uploads, self._in_private = url, uploads, in_private

    def arrived(self, team: str, client: AsyncWebClient) -> None:
        """Get the files of a workspace ready before anybody asks; `client` has its token."""
        if self._uploads and client.token:
            self._uploads.start(team, client)

    def for_workspace(self, team: str, client: AsyncWebClient) -> DraftOf:
        return partial(self._draft, team, client)

    async def close(self) -> None:
        if self._uploads:
            await self._uploads.close()

    def _draft(self, team: str, client: AsyncWebClient, card: Card, stays: bool) -> Draft:
        if not self._uploads:
            return Draft(message(card, self._linked))
        names = [node.name for node in card.body if isinstance(node, Picture)]
        files = self._uploads.files(team, names, client) if names and (stays or self._in_private) else {}
        if not files:
            return Draft(_drawn(card))
        content = message(card, lambda name: {"slack_file": {"id": files[name]}} if name in files else None)
        return Draft(content, message(card), partial(self._uploads.forget, team, tuple(files.values())))

    def _linked(self, name: str) -> Message | None:
        url = self._url(name) if self._url else None
        return {"image_url": url} if url else None
