"""Keeps the files of messages and serves them, as Discord's file network would."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.playground.discord.bodies import Upload
from bot.playground.discord.components import media, numbered, walk
from bot.playground.discord.constants import DOCS, Json
from bot.playground.discord.errors import Issue, invalid_form
from bot.playground.discord.snowflakes import Snowflakes

if TYPE_CHECKING:
    from bot.playground.discord.messages import Draft

MOST = 10
SOURCE = DOCS + "reference#uploading-files"


@dataclass
class Attachments:
    """Files by their id. `address` is where this server is reached."""

    snowflakes: Snowflakes
    address: Callable[[], str]
    stored: dict[str, Upload] = field(default_factory=dict)

    def after(self, draft: "Draft", kept: list[Json]) -> list[Json]:
        """Return the attachments which a message has once `draft` is carried out."""
        described = draft.data.get("attachments")
        names = {str(entry["id"]): entry for entry in described or []}
        old = {entry["id"]: entry for entry in kept}
        unknown = [id_ for id_ in names if id_ not in old and not (id_.isdecimal() and int(id_) in draft.files)]
        if unknown:
            place = (*draft.at, "attachments", list(names).index(unknown[0]), "id")
            raise invalid_form([Issue(place, "ATTACHMENT_NOT_FOUND", "Attachment data was not found", SOURCE)])
        # Naming attachments in an edit drops those that are not named: resources/message#edit-message.
        stays = kept if described is None else [entry for id_, entry in old.items() if id_ in names]
        made = [self._store(upload, names.get(str(index), {})) for index, upload in sorted(draft.files.items())]
        if len(stays) + len(made) > MOST:
            place = (*draft.at, "attachments")
            raise invalid_form([Issue(place, "BASE_TYPE_MAX_LENGTH", f"Must be {MOST} or fewer in length.", SOURCE)])
        return stays + made

    def _store(self, upload: Upload, described: Json) -> Json:
        id_ = str(self.snowflakes.make())
        name = described.get("filename") or upload.filename
        self.stored[id_] = upload
        address = f"{self.address()}/attachments/{id_}/{name}"
        entry = {"id": id_, "filename": name, "size": len(upload.content), "url": address, "proxy_url": address}
        if described.get("description"):
            entry["description"] = described["description"]
        return entry | {"content_type": upload.content_type}

    async def serve(self, request: web.Request) -> web.Response:
        upload = self.stored.get(request.match_info["id"])
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.content, content_type=upload.content_type)


def resolved(components: Any, attachments: list[Json]) -> list[Json]:
    """Return components as Discord gives them back: with ids, and with addresses for `attachment://` names."""
    by_name = {entry["filename"]: entry for entry in attachments}
    made = numbered(components)
    for _, component in walk(made):
        for place, item in media(component):
            entry = by_name.get(str(item.get("url")).removeprefix("attachment://"))
            full = item | ({"url": entry["url"], "attachment_id": entry["id"]} if entry else {})
            full |= {"proxy_url": full["url"], "width": None, "height": None, "content_type": None, "flags": 0}
            if place[0] == "items":
                component["items"] = [
                    {**shown, "media": full} if n == place[1] else shown for n, shown in enumerate(component["items"])
                ]
            else:
                component[str(place[0])] = full
    return made
