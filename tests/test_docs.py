"""What can be typed, set or chosen is documented: in the README or below docs/, and settings in .env.example."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot.app import Parts
from bot.cli import main
from bot.conversation.commands import commands
from bot.settings import DEFAULT_PORT, Settings, load_settings
from bot.store.tables import metadata

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
DOCS = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("setting", [field.name.upper() for field in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting}" in DOCS


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with what is typed for it, such as `manifest slack`."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(main))
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    if isinstance(parameter, click.Option)
    for option in parameter.opts
    if option.startswith("--") and option != "--help"
]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_of_the_command_line_is_documented(command: str) -> None:
    assert f"spasmbot {command}" in DOCS


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_every_option_of_the_command_line_is_documented(command: str, option: str) -> None:
    assert option in DOCS


TOLD = sorted(
    {told.strip() for told in re.findall(r"(?:spasmbot|run --rm(?: -T)? bot) ((?:[a-z]+ ?)+(?:[^`\n|#]*))", DOCS)}
)
"""Whatever the docs tell to type on the command line."""


def test_what_the_docs_tell_to_type_is_found() -> None:
    assert {"doctor", "invite discord", "manifest slack > manifest.json"} <= set(TOLD)


@pytest.mark.parametrize("told", TOLD)
def test_every_option_in_the_docs_is_one_that_its_command_has(told: str) -> None:
    command = next((made for name, made in COMMANDS.items() if f"{told} ".startswith(f"{name} ")), None)
    asked = set(re.findall(r"(?<!\S)--[a-z-]+", told))
    assert not asked or command
    known = {option for parameter in command.params for option in parameter.opts} if command else set()
    assert asked <= {*known, "--help"}


def test_every_link_between_the_docs_leads_somewhere() -> None:
    for page in PAGES:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", page.read_text(encoding="utf-8")):
            there = (page.parent / target).resolve() if target else page
            assert there.exists(), f"{page.name} links to {target}"
            if anchor and there.suffix == ".md":
                assert anchor in anchors(there), f"{page.name} links to {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headlines."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_command_in_chat_is_documented(parts: Parts) -> None:
    missing = [c.name for c in commands(parts.library.packs["spasm"]) if f"/spasm {c.name}" not in DOCS]
    assert not missing


EXAMPLE = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
SETTINGS = {field.name.upper(): field for field in fields(Settings)}
SECRETS = {name for name, field in SETTINGS.items() if field.metadata["secret"]}
READ_BY_COMPOSE = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def test_the_example_names_every_setting() -> None:
    assert set(SETTINGS) - set(EXAMPLE) == set()


def test_the_example_names_nothing_that_nobody_reads() -> None:
    assert set(EXAMPLE) - set(SETTINGS) - {f"{name}_FILE" for name in SECRETS} - READ_BY_COMPOSE == set()
    assert READ_BY_COMPOSE - set(EXAMPLE) == set()


@pytest.mark.parametrize("name", [n for n, value in EXAMPLE.items() if value and n in SETTINGS])
def test_a_value_in_the_example_is_the_default(name: str) -> None:
    told = getattr(load_settings({name: EXAMPLE[name]}, Path("/nowhere")), name.lower())
    assert told == (DEFAULT_PORT if name == "PORT" else SETTINGS[name].default)


def test_the_example_as_it_stands_sets_nothing() -> None:
    assert load_settings({}, ROOT / ".env.example") == Settings()


def test_the_example_holds_no_secret() -> None:
    assert not any(EXAMPLE[name] for name in SECRETS)


PRIVACY = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of each row of the first table behind a heading."""
    table = text.partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return lines[2:]


KEPT = {row[0].strip("`"): (set(re.findall(r"`(\w+)`", row[1])), row[2:]) for row in rows(PRIVACY, "In the database")}


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_that_is_kept_is_told_in_privacy_md(table: str) -> None:
    """Who adds a table or column tells people: what it is, and when it is erased."""
    hint = f"PRIVACY.md, 'In the database', row `{table}`"
    assert table in KEPT, f"{hint}: add it, with its columns, what it is, and for how long it is kept"
    told, cells = KEPT[table]
    there = set(metadata.tables[table].c.keys())
    assert not there - told, f"{hint}: add {sorted(there - told)}, and say what they are"
    assert not told - there, f"{hint}: {sorted(told - there)} is no longer kept; take it out"
    assert len(cells) == 2, f"{hint}: say what it is and for how long"
    assert all(len(cell) > 3 for cell in cells), f"{hint}: say what it is and for how long"


def test_privacy_md_tells_of_no_table_that_is_not_there() -> None:
    assert set(KEPT) == set(metadata.tables)


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", rows(SECURITY, "Threat model"), ids=lambda row: row[1][:40])
def test_every_threat_names_tests_that_are_there(row: list[str]) -> None:
    named = re.findall(r"`(tests/[^`]+)`", row[-1])
    assert len(row) == 4
    assert named, "name the test that shows it: `tests/file.py::test_name`"
    for each in named:
        path, _, name = each.partition("::")
        assert (ROOT / path).exists(), f"{path} is not there"
        assert not name or name in names_in(ROOT / path), f"{each} is not there"


def test_the_page_on_intended_use_is_linked_where_people_look() -> None:
    assert all("intended-use.md" in (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "PRIVACY.md"))
