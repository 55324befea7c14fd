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
DOCS = "\n".join(f.read_text(encoding="utf-8") for f in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))))


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
