"""What can be typed, set or chosen is documented: in the README or below docs/, and settings in .env.example."""

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
