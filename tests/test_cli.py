"""The `spasmbot` command: what it prints, and how it ends."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import __version__
from bot.cli import main
from bot.settings import Settings
from tests import odd
from tests.leaks import set_up_logs
from tests.packs import HERE, SMALL

Cli = Callable[..., Result]
NAMES = [field.name.upper() for field in fields(Settings)]
UNSET: dict[str, str | None] = dict.fromkeys([*NAMES, *(f"{name}_FILE" for name in NAMES)])


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """Run the command in an empty folder, on the small pack, with nothing else set than what is given."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, stdin: str | bytes = "", **environ: str) -> Result:
        env = {**UNSET, "CONTENT_DIR": str(HERE), **environ}
        result = CliRunner().invoke(main, words, input=stdin, env=env)
        sys.stderr.write(result.stderr)  # for tests/leaks.py
        return result

    yield run
    set_up_logs()  # the command set it up for its own streams, which are closed now


def refused(result: Result) -> str:
    """The one readable line of a command that ended with 1."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    assert line.startswith("spasmbot: ")
    assert "Fix: " in line
    assert result.stdout == ""
    return line


def test_the_version_is_told(cli: Cli) -> None:
    result = cli("--version")
    assert (result.exit_code, result.stdout) == (0, f"spasmbot, version {__version__}\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(cli: Cli, option: str) -> None:
    result = cli(option)
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("run", "playground", "ask", "check"))


def test_an_unknown_command_is_refused(cli: Cli) -> None:
    assert cli("dance").exit_code == 2


def test_run_without_any_platform_ends_with_2_and_says_what_to_set(cli: Cli) -> None:
    result = cli("run")
    assert result.exit_code == 2
    assert all(
        n in result.stderr for n in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN")
    )
    assert "spasmbot playground" in result.stderr


@pytest.mark.parametrize("role", ["all", "web", "discord", "worker"])
def test_run_takes_each_role_as_the_docs_write_it(cli: Cli, role: str) -> None:
    result = cli("run", "--role", role)
    assert (result.exit_code, result.stderr.startswith("No platform is set")) == (2, True)


@pytest.mark.parametrize("command", [["run"], ["ask", "bow"], ["check"]])
def test_a_wrong_setting_ends_with_1_and_one_line_that_names_it(cli: Cli, command: list[str]) -> None:
    assert "PORT" in refused(cli(*command, PORT="eighty"))


@pytest.mark.parametrize("token", ["", "your-token", "xoxb-your-token"])
def test_an_empty_or_left_over_token_ends_with_1_and_is_named(cli: Cli, token: str) -> None:
    line = refused(cli("run", SLACK_BOT_TOKEN=token))
    assert "SLACK_BOT_TOKEN" in line
    assert "your-token" not in line


def test_a_port_in_use_ends_with_1_and_is_named(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = cli("run", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="abc", PORT=port, LOG_LEVEL="error")
        assert f"PORT {port} is in use on 127.0.0.1." in refused(result)


@pytest.mark.parametrize("command", [["run"], ["ask"], ["check"]])
def test_a_content_folder_that_is_not_there_ends_with_1_and_is_named(cli: Cli, command: list[str]) -> None:
    assert "CONTENT_DIR" in refused(cli(*command, CONTENT_DIR="/nowhere"))


def test_a_content_folder_without_a_pack_ends_with_1_and_is_named(cli: Cli, tmp_path: Path) -> None:
    assert "CONTENT_DIR: holds no pack that works." in refused(cli("ask", CONTENT_DIR=str(tmp_path)))


def test_a_dotenv_file_in_the_working_directory_is_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=loud\n", encoding="utf-8")
    assert "LOG_LEVEL" in refused(cli("ask"))


@pytest.mark.parametrize("template", ["topic", "kept"])
def test_a_broken_template_of_an_overlay_ends_with_1_and_is_named(cli: Cli, tmp_path: Path, template: str) -> None:
    cards = tmp_path / "overlay" / "templates" / "cards"
    cards.mkdir(parents=True)
    (cards / f"{template}.md.j2").write_text("{{ nobody }}", encoding="utf-8")
    result = cli("ask", "bow", OVERLAY_DIR=str(tmp_path / "overlay"))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"cards/{template}.md.j2: 'nobody' is undefined" in result.stderr


def test_ask_prints_the_card_as_a_person_reads_it(cli: Cli) -> None:
    result = cli("ask", "tie", "bow")
    assert result.exit_code == 0
    assert result.stdout.startswith("Two loops & a pull\n\nA bow holds a shoe")
    assert "[Step by step]" in result.stdout


def test_ask_without_words_shows_the_menu(cli: Cli) -> None:
    assert cli("ask").stdout.startswith("Knots and tangles\n")


def test_ask_as_slack_prints_a_message_body(cli: Cli) -> None:
    drawn = json.loads(cli("ask", "--as", "slack", "tie", "bow").stdout)
    assert drawn["response_type"] == "ephemeral"
    assert drawn["blocks"][0]["type"] == "header"
    assert drawn["text"].startswith("Two loops &amp; a pull")


def test_ask_as_discord_prints_a_message_body(cli: Cli) -> None:
    drawn = json.loads(cli("ask", "--as", "discord", "tie", "bow").stdout)
    assert drawn["flags"] == 32768 + 64
    assert drawn["components"][0]["type"] == 17


def test_ask_as_json_prints_what_was_understood(cli: Cli) -> None:
    told = json.loads(cli("ask", "--as", "json", "bow").stdout)
    assert told["topics"][0] == "tie/bow"
    assert told["locale"] == "en"
    assert told["text"].startswith("Two loops & a pull")


def test_ask_takes_the_askers_language(cli: Cli) -> None:
    assert cli("ask", "--locale", "es-MX", "menu").stdout.startswith("Nudos y enredos")


def test_ask_takes_no_other_form(cli: Cli) -> None:
    assert cli("ask", "--as", "html", "bow").exit_code == 2


@pytest.mark.parametrize("words", ["--help me", "<!channel>", "{{ 7*7 }}", "\x00\x1b", "\udcff", "calf " * 2_000])
def test_whatever_is_asked_is_answered(cli: Cli, words: str) -> None:
    result = cli("ask", "--", words)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_batch_is_answered_line_by_line_and_in_order(cli: Cli) -> None:
    asked = ["wet rope", "shoelace", "qwertzuiop", "reef knot"] * 5
    lines = "".join(json.dumps({"query": words, "locale": "en"}) + "\n" for words in asked)
    result = cli("ask", "--batch", stdin=lines + "\n")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(t["topics"] or [None])[0] for t in told] == ["undo/wet", "tie/bow", None, "tie/reef"] * 5
    assert all({"topics", "urgent", "urgent_level", "declined"} <= set(t) for t in told)


BAD_LINES = [
    b"not json",
    b"[]",
    b"3",
    b"{}",
    b'{"query": 3}',
    b'{"query": "bow", "locale": 3}',
    b'{"query": null}',
    b"[" * 5_000,
    b'{"query": "bow"',
    b"\xff\xfe",
    b'{"query": "\xff',
]


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_an_unreadable_line_is_told_and_the_others_are_answered(cli: Cli, line: bytes) -> None:
    good = b'{"query": "shoelace"}\n'
    result = cli("ask", "--batch", stdin=good + line + b"\n" + good)
    first, bad, last = (json.loads(each) for each in result.stdout.splitlines())
    assert result.exit_code == 1
    assert first["topics"][0] == last["topics"][0] == "tie/bow"
    assert bad == {"error": 'write one line such as {"query": "calf cramp", "locale": "en"}'}


def test_odd_text_in_a_batch_is_a_question_like_any_other(cli: Cli) -> None:
    lines = "".join(json.dumps({"query": words}) + "\n" for words in [*odd.HARD, "\ud800", "x" * 10_000])
    result = cli("ask", "--batch", stdin=lines)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(odd.HARD) + 2


def test_an_empty_batch_is_answered_with_nothing(cli: Cli) -> None:
    result = cli("ask", "--batch")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.slow  # the grades' dictionary takes a second to load
def test_check_ends_with_0_where_nothing_is_wrong(cli: Cli) -> None:
    result = cli("check")
    assert result.exit_code == 0
    assert ": error: " not in result.stdout


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A content folder where one topic is broken and one first screen is too long."""
    pack = Path(shutil.copytree(SMALL, tmp_path / "content" / "knots"))
    bow, reef = pack / "en/tie/bow.md", pack / "en/tie/reef.md"
    bow.write_text(bow.read_text(encoding="utf-8").replace("title: Bow", "titel: Bow"), encoding="utf-8")
    reef.write_text(
        reef.read_text(encoding="utf-8").replace("1. Left over right.", f"1. {'Left ' * 80}"), encoding="utf-8"
    )
    return str(tmp_path / "content")


@pytest.mark.slow
def test_check_ends_with_1_and_names_file_line_field_and_fix(cli: Cli, broken: str) -> None:
    result = cli("check", CONTENT_DIR=broken)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert any(line.startswith("content/knots/en/tie/bow.md:3: error: titel: ") and "Fix: " in line for line in lines)
    assert any(line.startswith("content/knots/en/tie/reef.md:1: error: first screen: has ") for line in lines)


@pytest.mark.slow
def test_check_tells_its_findings_as_json_too(cli: Cli, broken: str) -> None:
    result = cli("check", "--json", CONTENT_DIR=broken)
    assert result.exit_code == 1
    assert [json.loads(line) for line in result.stdout.splitlines()]
    assert "titel" in result.stdout


def test_check_of_a_broken_pack_names_its_file(cli: Cli, broken: str) -> None:
    (Path(broken) / "knots" / "pack.yaml").write_text("command: [", encoding="utf-8")
    result = cli("check", CONTENT_DIR=broken)
    assert result.exit_code == 1
    assert "content/knots/pack.yaml" in result.stdout


def test_the_manifest_on_stdout_is_json_and_reasons_go_elsewhere(cli: Cli) -> None:
    result = cli("manifest", "slack", "--explain", "--with", "history")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["features"]["slash_commands"][0]["command"] == "/knots"
    assert "channels:history" in result.stdout
    assert result.stderr.startswith("commands ")


def test_a_manifest_for_http_takes_its_address_from_the_option_else_from_the_setting(cli: Cli) -> None:
    asked = ("manifest", "slack", "--mode", "http")
    given = json.loads(cli(*asked, "--public-url", "https://a.example", PUBLIC_URL="https://b.example").stdout)
    settled = json.loads(cli(*asked, PUBLIC_URL="https://b.example").stdout)
    urls = [made["settings"]["event_subscriptions"]["request_url"] for made in (given, settled)]
    assert urls == ["https://a.example/slack/events", "https://b.example/slack/events"]


def test_a_manifest_for_http_without_an_address_ends_with_1_and_says_how_to_give_one(cli: Cli) -> None:
    assert "--public-url" in refused(cli("manifest", "slack", "--mode", "http"))


def test_the_invitation_to_discord_is_one_line(cli: Cli) -> None:
    result = cli("invite", "discord", "--client-id", "1100000000000000001", "--with", "pictures")
    scopes = "bot+applications.commands"
    link = f"https://discord.com/oauth2/authorize?client_id=1100000000000000001&scope={scopes}&permissions=52224\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, link, "")


def test_an_invitation_without_a_client_id_and_without_a_token_says_where_to_find_one(cli: Cli) -> None:
    assert "--client-id: the Application ID on discord.com" in refused(cli("invite", "discord"))


@pytest.mark.parametrize("wrong", ["abc", "-1", "12", "1 or 2"])
def test_a_client_id_that_is_none_is_a_wrong_option(cli: Cli, wrong: str) -> None:
    result = cli("invite", "discord", "--client-id", wrong)
    assert result.exit_code == 2
    assert "--client-id" in result.stderr


@pytest.mark.slow
def test_the_installed_command_ends_readably_in_a_process_of_its_own(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(HERE.parents[1]), "DISCORD_TOKEN": "<your token>"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stderr.startswith("spasmbot: DISCORD_TOKEN is not a real value")
    assert "Traceback" not in asked.stderr
    assert "your token" not in asked.stderr
