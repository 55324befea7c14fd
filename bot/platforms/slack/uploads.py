"""Drawings uploaded to a Slack workspace, once each and in the background: no answer waits for an upload."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.pictures import PictureShelf
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.ports import Clock, UploadedPictures
from bot.platforms.slack.refusals import code_of

AGAIN_AFTER = timedelta(hours=1)
"""After Slack refused an upload, for want of the scope `files:write` perhaps, or a message with the file in it."""
READY_AFTER = timedelta(seconds=15)
"""Slack looks through a file before messages may show it, and does not say when it has; those who asked were told to
wait some seconds (github.com/slackapi/python-slack-sdk/issues/1521, java-slack-sdk/issues/1349)."""
MOST_WORKSPACES = 10_000
_log = structlog.get_logger(__name__)


@dataclass
class _Known:
    """What is known of one workspace: its files by digest, each with the time from which it may be shown."""

    files: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    not_before: dict[str, datetime] = field(default_factory=dict)
    """When a drawing may be uploaded again, by digest; the empty one stands for all of them."""
    read: bool = False
    task: asyncio.Task[None] | None = None


class Uploads:
    """The drawings of `shelf` as files of each workspace; `kept` remembers their ids over restarts."""

    def __init__(self, shelf: PictureShelf, kept: UploadedPictures, clock: Clock) -> None:
        self._shelf, self._kept, self._clock = shelf, kept, clock
        self._teams: OrderedDict[str, _Known] = OrderedDict()

    def files(self, team: str, names: Iterable[str], client: AsyncWebClient) -> dict[str, str]:
        """The files that can be shown now, by picture; what is missing is uploaded for the answers to come."""
        known, now = self._known(team), self._clock()
        found, missing = {}, False
        for name in names:
            with suppress(KeyError):  # the content was changed since the card was made
                file, ready_at = known.files.get(self._shelf.digest(name), ("", now))
                missing = missing or not file
                if file and ready_at <= now:
                    found[name] = file
        if missing:
            self.start(team, client)
        return found

    def start(self, team: str, client: AsyncWebClient) -> None:
        """Upload every drawing that the workspace has not, unless that is being done, or was refused lately."""
        known = self._known(team)
        running = known.task and not known.task.done()
        if not running and self._may_try(known, ""):
            known.task = asyncio.create_task(self._fill(team, known, client))

    async def forget(self, team: str, files: Collection[str]) -> None:
        """Slack does not take these files: they were deleted, or it has not looked through them yet."""
        _log.info("slack does not show an uploaded drawing; it is uploaded anew later", workspace=team)
        known = self._known(team)
        for digest in [d for d, (file, _) in known.files.items() if file in files]:
            del known.files[digest]
            known.not_before[digest] = self._clock() + AGAIN_AFTER
        with suppress(StoreUnavailableError):
            await self._kept.drop(Workspace("slack", team), files)

    async def close(self) -> None:
        tasks = [known.task for known in self._teams.values() if known.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known(self, team: str) -> _Known:
        known = self._teams.setdefault(team, _Known())
        self._teams.move_to_end(team)
        if len(self._teams) > MOST_WORKSPACES:
            self._teams.popitem(last=False)
        return known

    def _may_try(self, known: _Known, digest: str) -> bool:
        at = known.not_before.get(digest)
        return at is None or at <= self._clock()

    async def _fill(self, team: str, known: _Known, client: AsyncWebClient) -> None:
        workspace = Workspace("slack", team)
        try:
            if not known.read:
                now = self._clock()
                known.files |= {digest: (file, now) for digest, file in (await self._kept.of(workspace)).items()}
                known.read = True
            for name in self._shelf.names():
                digest = self._shelf.digest(name)
                if digest not in known.files and self._may_try(known, digest):
                    file = await self._upload(name, client)
                    known.files[digest] = (file, self._clock() + READY_AFTER)
                    await self._kept.keep(workspace, digest, file)
        except StoreUnavailableError:
            pass  # the next answer tries again
        except (SlackClientError, ClientError, TimeoutError, OSError, KeyError) as error:
            known.not_before[""] = self._clock() + AGAIN_AFTER
            code = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
            _log.info("slack takes no drawings; answers go without", workspace=team, reason=code)

    async def _upload(self, name: str, client: AsyncWebClient) -> str:
        """Without a channel: the file is the app's own until a message shows it."""
        png = await asyncio.to_thread(self._shelf.png, name)
        file_name = f"{name.rpartition('/')[2]}.png"
        answer = await client.files_upload_v2(content=png, filename=file_name, title=file_name)
        return str(answer["files"][0]["id"])
