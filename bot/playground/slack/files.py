"""Uploaded files: an address for the bytes, the bytes, and the end of the upload; then blocks may show the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from .blocks import walk
from .ids import made_up
from .refusals import METHODS, Problem, RefusedError, refuse_problems

FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
PATTERN_AND_LATE = "https://github.com/slackapi/python-slack-sdk/issues/1521"
"""Says the pattern of an id in Slack's own words, and that a file cannot be shown as soon as its upload has ended."""
NOT_THERE = "https://github.com/slackapi/python-slack-sdk/issues/1658"
PRIVATE = "https://github.com/slackapi/node-slack-sdk/issues/1790"
"""A maintainer: there is no way to share a file within an ephemeral message."""
LARGEST = 5 * 1024 * 1024


@dataclass
class UploadedFile:
    """`complete` after files.completeUploadExternal, `ready` once Slack has looked through it."""

    id: str
    name: str
    length: int
    title: str = ""
    data: bytes | None = None
    complete: bool = False
    ready: bool = False
    deleted: bool = False

    @property
    def shown(self) -> bool:
        return self.complete and self.ready and not self.deleted


class Files:
    """The files of one workspace. While `slow`, an upload that ends is not ready until `finish` is called."""

    def __init__(self) -> None:
        self.slow = False
        self._numbers = count(1)
        self._files: dict[str, UploadedFile] = {}

    def __iter__(self) -> Iterator[UploadedFile]:
        return iter(self._files.values())

    def get(self, file_id: str) -> UploadedFile | None:
        return self._files.get(file_id)

    def finish(self) -> None:
        """Slack has looked through everything that was uploaded."""
        for file in self:
            file.ready = file.complete

    def begin(self, arguments: dict[str, Any]) -> UploadedFile:
        length = str(arguments["length"])
        if not length.isdecimal() or int(length) < 1:
            words = Problem("/length", "must provide a number", f"{METHODS}/files.getUploadURLExternal")
            refuse_problems("invalid_arguments", [words])
        number = next(self._numbers)
        file = UploadedFile(made_up("F", "file", number), str(arguments["filename"]), int(length))
        self._files[file.id] = file
        return file

    async def receive(self, request: web.Request) -> web.Response:
        """Take the bytes, which come raw: docs.slack.dev/reference/methods/files.getUploadURLExternal."""
        file = self._files.get(request.match_info["file"])
        data = await request.content.read(LARGEST)
        if file is None or file.data is not None or len(data) != file.length:
            return web.Response(status=400, text="no such upload, or not of the length that was said")
        file.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def serve(self, request: web.Request) -> web.Response:
        """The bytes again, for who looks at a message."""
        file = self._files.get(request.match_info["file"])
        if file is None or not file.shown:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type="image/png")

    def complete(self, arguments: dict[str, Any]) -> list[UploadedFile]:
        source = f"{METHODS}/files.completeUploadExternal"
        asked = arguments["files"]
        if not isinstance(asked, list) or not all(isinstance(each, dict) and each.get("id") for each in asked):
            refuse_problems("invalid_arguments", [Problem("/files", "must provide an array of files", source)])
        found = [self._files.get(each["id"]) for each in asked]
        done = [file for file in found if file and file.data is not None]
        if len(done) < len(asked):
            raise RefusedError("file_not_found", f"{source}#errors", "nothing was uploaded under that id")
        for file, each in zip(done, asked, strict=True):
            file.title, file.complete, file.ready = str(each.get("title") or file.name), True, not self.slow
        return done

    def judge(self, blocks: Any, pointer: str = "/blocks") -> None:
        """Refuse a message that shows a file which is not there, or not there yet."""
        refuse_problems("invalid_blocks", self._problems(blocks, pointer))

    def _problems(self, blocks: Any, pointer: str) -> Iterator[Problem]:
        for node, where in walk(blocks, pointer):
            shown = node.get("slack_file")
            file_id = shown.get("id") if isinstance(shown, dict) else None
            if not isinstance(file_id, str):
                continue
            if not FILE_ID.fullmatch(file_id):
                yield Problem(
                    f"{where}/slack_file/id", "input must match regex pattern: ^[F][A-Z0-9]{8,}$", PATTERN_AND_LATE
                )
                continue
            file = self._files.get(file_id)
            if file is None or not file.shown:
                yield Problem(f"{where}/slack_file", "invalid slack file", NOT_THERE)


def shows_files(blocks: Any) -> bool:
    return any("slack_file" in node for node, _ in walk(blocks))


def file_object(file: UploadedFile) -> dict[str, Any]:
    """Describe a file as files.completeUploadExternal does: the kind is told only when it was looked through."""
    kind = "png" if file.ready and file.name.endswith(".png") else ""
    return {
        "id": file.id,
        "title": file.title,
        "name": file.name,
        "filetype": kind,
        "mimetype": kind and f"image/{kind}",
    }
