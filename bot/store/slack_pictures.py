"""Keeps which file a drawing was uploaded as, for each Slack workspace: the UploadedPictures port."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.administration import Workspace
from bot.store.choices import belongs_to, key
from bot.store.engine import Database
from bot.store.tables import slack_pictures


class StoredPictures:
    """A row a drawing. Every call may raise StoreUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, workspace: Workspace) -> Mapping[str, str]:
        query = select(slack_pictures.c.digest, slack_pictures.c.file).where(belongs_to(workspace, slack_pictures))
        async with self._database.reading() as connection:
            return {row.digest: row.file for row in await connection.execute(query)}

    async def keep(self, workspace: Workspace, digest: str, file: str) -> None:
        """The newest upload holds: another process may have uploaded the drawing too."""
        row = key(workspace) | {"digest": digest, "file": file}
        dialect = postgresql if self._database.is_postgres else sqlite
        upsert = dialect.insert(slack_pictures).values(row)
        async with self._database.writing() as connection:
            await connection.execute(
                upsert.on_conflict_do_update(index_elements=slack_pictures.primary_key, set_={"file": file})
            )

    async def drop(self, workspace: Workspace, files: Collection[str]) -> None:
        """By file, not by drawing: what another process uploaded since stays."""
        mine = belongs_to(workspace, slack_pictures), slack_pictures.c.file.in_(files)
        async with self._database.writing() as connection:
            await connection.execute(delete(slack_pictures).where(*mine))


async def drop_all(connection: AsyncConnection, workspace: Workspace) -> None:
    """The app was removed, and its files with it."""
    await connection.execute(delete(slack_pictures).where(belongs_to(workspace, slack_pictures)))
