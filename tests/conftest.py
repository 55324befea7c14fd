"""Which tests are run, and in which tier; what they start from is in fixtures.py."""

from pathlib import Path

import pytest

from tests import judges

ROOT = Path(__file__).parent.parent
FULL_FILES = {
    *("test_search.py", "test_urgent.py", "test_lint.py", "test_host.py", "test_reload.py", "test_second_pack.py"),
    *("test_pictures.py", "test_limits.py", "test_faults_slack.py", "test_faults_discord.py"),
    *("test_signoff.py", "test_fear.py", "test_signed_slack.py", "test_keys.py"),
    "test_health.py",
    "test_kept.py",
    *("test_measures.py", "test_answer_limit.py", "test_sandbox.py"),
}
"""Files whose tests build the search, draw, or wait for a platform's patience again and again."""
PLATFORMS = ("slack-socket", "slack-http", "discord")


def pytest_configure(config: pytest.Config) -> None:
    """Fixtures need the whole bot: with xdist only its workers read it, which start a second sooner then."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        for module in ("tests.fixtures", "tests.store.databases"):
            config.pluginmanager.import_plugin(module)


def pytest_report_header() -> str:
    return "recorded requests are judged by ../shared/tools" if judges.HERE else f"SKIPPED {judges.SKIPPED}"


FULL_TIER = ("admin", "check", "doctor", "fuzz", "install", "playground", "scale", "store")
"""Folders with servers and databases of their own, which the fast tier leaves out as it does slow tests."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast tier does not even read what it would leave out; reading all tests takes each worker seconds."""
    fast = config.option.markexpr == "not slow"
    inside = collection_path.is_relative_to(ROOT / "tests") and collection_path.relative_to(ROOT / "tests").parts
    full = inside and (inside[0] in FULL_TIER or inside[-1] in FULL_FILES)
    return True if fast and full else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(ROOT / "tests").parts[0] in FULL_TIER or item.path.name in FULL_FILES:
            item.add_marker(pytest.mark.slow)


FULL_PLATFORMS = ("slack-http",)
"""Left to the full tier: the way of Slack's requests differs, what is said in them does not."""


def marks_of(platform: str) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.slow,) if platform in FULL_PLATFORMS else ()
