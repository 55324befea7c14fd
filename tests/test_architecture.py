"""Imports point one way (design.md, The house), and no module grows too long."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
FOREIGN = frozenset({"discord", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "click"})
"""Chat, web, database and command-line libraries: none of the core's business."""
MAY_IMPORT = {
    "library": {"library"},
    "cards": {"cards", "library"},
    "conversation": {"conversation", "cards", "library"},
    "tips": {"tips", "conversation", "cards", "library"},
}
"""The core, and what of the bot each part of it may import."""
LONGEST_MODULE = 400


def module_name(file: Path) -> str:
    parts = file.relative_to(BOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in sorted(BOT.rglob("*.py"))}


@cache
def imports(module: str) -> frozenset[str]:
    """Every module that `module` names in an import, wherever in the file it stands."""
    file = MODULES[module]
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    return frozenset(_imports(ast.parse(file.read_text(encoding="utf-8")), package))


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module) if part)
            yield start
            yield from (name for a in node.names if (name := f"{start}.{a.name}") in MODULES)


@cache
def reaches(module: str) -> frozenset[str]:
    """Every module that comes along when `module` is imported and used, of ours and of others."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imports(waiting.pop()):
            parents = {name.rsplit(".", cut)[0] for cut in range(1, name.count(".") + 1)}
            for each in {name, *parents} - seen:
                seen.add(each)
                if each in MODULES:
                    waiting.append(each)
    return frozenset(seen)


def part_of(module: str) -> str:
    """`conversation` for `bot.conversation.view`; empty for what is not ours."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "bot" else ""


CORE = [module for module in MODULES if part_of(module) in MAY_IMPORT]


def test_the_core_is_found() -> None:
    assert {"bot.conversation.conversation", "bot.cards.markdown", "bot.library.loader"} <= set(CORE)


def test_the_core_imports_no_platform_directly_or_through_others() -> None:
    foreign = {(module, name) for module in CORE for name in reaches(module) if name.partition(".")[0] in FOREIGN}
    assert not foreign


def test_the_core_imports_only_what_lies_below_it() -> None:
    ours = {(module, name) for module in CORE for name in imports(module) if part_of(name)}
    above = {(module, name) for module, name in ours if part_of(name) not in MAY_IMPORT[part_of(module)]}
    assert not above


def test_one_platform_does_not_know_the_other() -> None:
    for module in MODULES:
        for one, other in (("slack", "discord"), ("discord", "slack")):
            if module.startswith(f"bot.platforms.{one}."):
                assert not any(name.startswith((f"bot.platforms.{other}", other)) for name in imports(module)), module


def test_the_loopback_platforms_do_not_lean_on_our_adapters() -> None:
    """They stand for Slack and Discord: what they refuse must not come from our own beliefs."""
    for module in MODULES:
        if module.startswith(("bot.playground.slack", "bot.playground.discord")):
            assert not any(name.startswith("bot.platforms") for name in imports(module)), module


def test_nobody_changes_a_record_that_only_its_price_keeps_from_being_frozen() -> None:
    """Whoever knows subscriptions, tips or decks sets no attribute but their own, and the database's."""
    records = {"bot.conversation.tips", "bot.tips.deck", "bot.tips.ports"}
    who = [module for module in MODULES if module in records or records & imports(module)]
    assert len(who) > 30
    for module in who:
        tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
        attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        whose = {ast.unparse(each.value) for each in attributes if not isinstance(each.ctx, ast.Load)}
        assert whose <= {"self", "database"}, module


def test_no_module_is_too_long() -> None:
    lengths = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_MODULE} == {}


@pytest.mark.slow
@pytest.mark.parametrize("module", ["bot.conversation.conversation", "bot.ask"])
def test_a_process_that_imports_the_conversation_loads_no_platform(module: str) -> None:
    """What the syntax trees say, a real process shows too; so `ask` and one platform alone stay small and quick."""
    foreign = sorted(FOREIGN - {"click"}) if module != "bot.conversation.conversation" else sorted(FOREIGN)
    code = f"import sys, {module}; print(*(name for name in {foreign!r} if name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=BOT.parent, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
