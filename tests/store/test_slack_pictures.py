"""Which file a drawing was uploaded as, by workspace, on both databases."""

from bot.conversation.administration import Workspace
from bot.store import Store

MINE, OTHER = Workspace("slack", "T01"), Workspace("slack", "T02")


async def test_files_are_kept_by_workspace_and_drawing(store: Store) -> None:
    await store.pictures.keep(MINE, "aaa", "F1")
    await store.pictures.keep(MINE, "bbb", "F2")
    await store.pictures.keep(OTHER, "aaa", "F3")
    assert await store.pictures.of(MINE) == {"aaa": "F1", "bbb": "F2"}
    assert await store.pictures.of(OTHER) == {"aaa": "F3"}


async def test_a_newer_upload_takes_the_place_of_the_old_one(store: Store) -> None:
    await store.pictures.keep(MINE, "aaa", "F1")
    await store.pictures.keep(MINE, "aaa", "F2")
    assert await store.pictures.of(MINE) == {"aaa": "F2"}


async def test_dropping_a_file_leaves_what_was_uploaded_since(store: Store) -> None:
    await store.pictures.keep(MINE, "aaa", "F2")
    await store.pictures.keep(MINE, "bbb", "F3")
    await store.pictures.drop(MINE, ("F1", "F3"))
    assert await store.pictures.of(MINE) == {"aaa": "F2"}
