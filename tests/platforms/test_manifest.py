"""The Slack manifest: valid, made from the commands, and with exactly the scopes that the bot's calls need."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Parts
from bot.conversation.admin.commands import COMMANDS
from bot.conversation.commands import commands
from bot.platforms.slack.manifest import explained, https_address, manifest
from bot.platforms.slack.scopes import EVENTS, EXTRA_SCOPES, SCOPES, Extra, scopes
from bot.playground.slack.scopes import DEFAULT_SCOPES, KNOWN
from bot.settings import SettingError
from tests.packs import small_pack

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared" / "specs" / "slack-manifest.schema.2.0.0.json"
KINDS = ("channels", "groups")
"""Kinds of conversation that the bot looks at by their ids."""
MADE_OF = {"files.upload.v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}
"""What slack_sdk offers as one call, and Slack as several."""


def every_manifest(parts: Parts) -> Iterator[dict[str, Any]]:
    packs = parts.library.packs
    yield manifest(packs)
    yield manifest(packs, "https://bot.example.org", list(Extra))
    yield manifest({"knots": small_pack()})
    yield manifest({**packs, "knots": small_pack()})


@pytest.mark.skipif(not SCHEMA.is_file(), reason="../shared is not here: the schema is not published with us")
def test_every_manifest_is_valid_by_the_published_schema(parts: Parts) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for made in every_manifest(parts):
        assert [e.message for e in validator.iter_errors(made)] == []


def test_the_commands_are_those_of_the_one_list(parts: Parts) -> None:
    packs = parts.library.packs
    own, admin = manifest(packs)["features"]["slash_commands"]
    assert (own["command"], admin["command"]) == ("/spasm", "/spasm-admin")
    assert [word.split()[0] for word in own["usage_hint"].split(" | ")] == [c.name for c in commands(packs["spasm"])]
    assert admin["usage_hint"].split(" | ") == [c.name for c in COMMANDS]
    assert own["description"] == packs["spasm"].titles["en"]


def test_a_second_pack_is_a_second_command_without_code(parts: Parts) -> None:
    made = manifest({**parts.library.packs, "knots": small_pack()})
    assert [c["command"] for c in made["features"]["slash_commands"]] == ["/spasm", "/knots", "/spasm-admin"]


def test_socket_mode_needs_no_address(parts: Parts) -> None:
    made = manifest(parts.library.packs)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made)


def test_over_http_everything_is_posted_to_the_one_address(parts: Parts) -> None:
    made = manifest(parts.library.packs, https_address("https://bot.example.org/"))
    url = "https://bot.example.org/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": url}
    assert {c["url"] for c in made["features"]["slash_commands"]} == {url}


@pytest.mark.parametrize("url", [None, "", "http://bot.example.org", "https://", "bot.example.org"])
def test_an_address_that_slack_does_not_post_to_is_refused_with_the_fix(url: str | None) -> None:
    with pytest.raises(SettingError, match=r"PUBLIC_URL .* Fix: .*https"):
        https_address(url)


def test_people_may_write_to_the_bot_in_its_messages_tab(parts: Parts) -> None:
    home = manifest(parts.library.packs)["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]


def calls(folder: Path) -> set[str]:
    """The Web API methods that code below a folder names, such as `chat.postMessage`."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in folder.rglob("*.py"))
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = {
        name.replace("_", ".") for name in named if "_" in name[1:] and name[0] != "_" and hasattr(AsyncWebClient, name)
    }
    return {method for name in found for method in MADE_OF.get(name, (name,))}


def needed() -> set[str]:
    """Every scope that the loopback Slack, by Slack's documentation, wants for what the bot calls and hears."""
    found = {"commands", *filter(None, EVENTS.values())}
    for method in (KNOWN[name] for name in calls(ROOT / "bot" / "platforms" / "slack")):
        found.update(method.scopes)
        found.update(scope for scope in method.any_scope if scope.partition(":")[0] in KINDS)
    return found


def test_the_scan_finds_what_the_bot_calls() -> None:
    found = calls(ROOT / "bot" / "platforms" / "slack")
    assert {"auth.test", "chat.postMessage", "chat.postEphemeral", "users.info", "conversations.list"} <= found


def test_no_scope_is_missing_and_none_is_too_much() -> None:
    always = needed() - {scope for extra in EXTRA_SCOPES.values() for scope in extra}
    assert set(SCOPES) == always == set(DEFAULT_SCOPES)


def test_an_extra_adds_its_scopes_and_nothing_else_does(parts: Parts) -> None:
    for extra, added in EXTRA_SCOPES.items():
        made = manifest(parts.library.packs, extras=[extra])
        assert made["oauth_config"]["scopes"]["bot"] == [*SCOPES, *added]
        assert not set(added) & set(SCOPES)


def test_every_event_is_one_that_the_bot_answers() -> None:
    sources = (ROOT / "bot" / "platforms" / "slack").rglob("*.py")
    said = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    assert all(f'.event("{event.partition(".")[0]}")' in said for event in EVENTS)
    assert said.count(".event(") == len(EVENTS)


def test_every_scope_is_explained() -> None:
    lines = explained(list(Extra)).splitlines()
    assert [line.split()[0] for line in lines] == list(scopes(list(Extra)))
    assert all(len(line.split()) > 3 for line in lines)
