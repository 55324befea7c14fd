"""A version of the bot that is yet to come: its code, its content and its tables differ from those of today."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.store.migrate import MIGRATIONS
from tests.packs import HERE
from tests.store.test_migrations import ADDS, scripts

ROOT = Path(__file__).parents[2]
NEWER = "99.0.0"
OLD_WORDS, NEW_WORDS = "A bow holds a shoe", "A bow still holds a shoe"
"""What the two versions say about one topic."""


def a_newer_version(folder: Path) -> Mapping[str, str]:
    """Put it into `folder`, from where `python -m bot` finds it first; returns settings that go with it.

    It adds a column and a table, and makes a column wider, as versions to come may.
    """
    package, content = folder / "bot", folder / "content"
    shutil.copytree(ROOT / "bot", package, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = package / MIGRATIONS.relative_to(ROOT / "bot")
    shutil.rmtree(migrations)
    scripts(migrations, ADDS)
    shutil.copy(MIGRATIONS / "__init__.py", migrations)
    _change(package / "__init__.py", '__version__ = "', f'__version__ = "{NEWER}"  # ')
    (folder / "templates").symlink_to(ROOT / "templates")
    shutil.copytree(HERE, content, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    _change(content / "small/en/tie/bow.md", OLD_WORDS, NEW_WORDS)
    return {"CONTENT_DIR": str(content)}


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
