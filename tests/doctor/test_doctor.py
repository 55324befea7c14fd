"""`spasmbot doctor`: what it finds, how it ends, and that it tells no secret and changes nothing."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.app import now
from bot.cli import main
from bot.conversation.administration import Workspace
from bot.conversation.installation import Installation
from bot.conversation.tips import Stop
from bot.doctor import examine, reach
from bot.doctor import slack as slack_checks
from bot.doctor.finding import Ends, Finding, Level, status
from bot.platforms.discord import visit
from bot.platforms.slack.scopes import EXTRA_SCOPES, SCOPES, Extra
from bot.settings import Settings
from bot.store import open_store
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.keys import new_key
from bot.web.health import health_routes
from bot.web.server import start_server
from tests.desks import WHERE
from tests.doctor.conftest import TOKENS, Site
from tests.packs import HERE

PASSWORD = "s3cr3t-pass"
KEY = new_key()
NAMES = [field.name.upper() for field in fields(Settings)]
UNSET: dict[str, str | None] = dict.fromkeys([*NAMES, *(f"{name}_FILE" for name in NAMES)])


async def wrong(settings: Settings, clock: Callable[[], datetime] = now) -> list[Finding]:
    """What is not well; each with a fix."""
    found = [finding for finding in await examine(settings, clock) if finding.level is not Level.OK]
    assert all(finding.fix for finding in found)
    return found


async def only(settings: Settings, clock: Callable[[], datetime] = now) -> Finding:
    (finding,) = await wrong(settings, clock)
    return finding


# All well


async def test_where_all_is_well_nothing_is_found(site: Site) -> None:
    found = await examine(site.settings(), now)
    assert {finding.level for finding in found} == {Level.OK}
    told = "\n".join(finding.what for finding in found)
    for expected in (
        "Slack by Socket Mode, Discord",
        "Python 3.",
        "can be written",
        "reachable and up to date",
        "knots: revision",
        "the bot token holds for the workspace",
        "every scope is granted",
        "the app-level token opens Socket Mode",
        "1 configured channels can be seen and posted in",
        "the token holds for Spasmbot",
        "the gateway can be reached",
        "agrees with the platforms'",
    ):
        assert expected in told


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_one_platform_alone_is_enough(site: Site, platform: str) -> None:
    unset = {name: None for name in TOKENS if not name.startswith(platform)}
    found = await examine(site.settings(**unset), now)
    assert {finding.level for finding in found} == {Level.OK}
    assert {finding.check for finding in found} & {"slack", "discord"} == {platform}


def for_several(site: Site, **changed: Any) -> Settings:
    """The settings of an operator whose bot workspaces add by themselves."""
    several = {"slack_bot_token": None, "slack_app_token": None, "slack_client_id": "1.2", "slack_client_secret": "s"}
    more = {"slack_signing_secret": "abc", "token_keys": (KEY,), "public_url": site.slack.url}
    return site.settings(**{**several, **more, **changed})


async def test_slack_for_several_workspaces_needs_no_token_and_tells_where_they_add_the_bot(site: Site) -> None:
    found = await examine(for_several(site), now)
    told = [finding.what for finding in found if finding.check == "slack"]
    assert told == [f"answers; workspaces add the bot at {site.slack.url}/slack/install"]
    assert any("Slack by HTTP for several workspaces" in finding.what for finding in found)
    await site.slack.stop()
    assert [f.level for f in await examine(for_several(site), now) if f.check == "slack"] == ["error"]


async def install(site: Site, team: str, token: str, key: str = KEY) -> None:
    """Let a workspace have added the bot; its token is sealed with `key`."""
    async with open_store(for_several(site, token_keys=(key,)), now) as store:
        assert store.installations
        await store.installations.save(Installation(Workspace("slack", team), token, "B1", "U1", now()))


async def test_each_workspace_that_added_the_bot_is_looked_at(site: Site) -> None:
    await install(site, site.slack.workspace.team, site.slack.workspace.bot_token)
    await install(site, "T0REFUSED", "xoxb-another")
    await install(site, "T0UNREADABLE", "xoxb-s3cr3t", new_key())
    await site.choose("outside", only="slack")
    found = await examine(for_several(site), now)
    told = [(f.level, f.what) for f in found if f.check == "slack"]
    assert told[1:] == [
        ("ok", "workspace T0LOOPBACK (Loopback): its token holds"),
        ("ok", "workspace T0LOOPBACK: every scope is granted, and none that is not needed"),
        ("warn", "#outside: I am not a member of this channel. Commands work; mentions of me do not."),
        ("error", "workspace T0REFUSED: its token was refused (invalid_auth)"),
    ]
    assert "s3cr3t" not in str(found)


async def test_a_token_of_a_workspace_that_ran_out_is_left_for_the_bot_to_renew(site: Site) -> None:
    await install(site, site.slack.workspace.team, site.slack.workspace.bot_token)
    site.slack.fail_next("auth.test", error="token_expired")
    found = await examine(for_several(site), now)
    assert [f.what for f in found if "ran out" in f.what] == [
        "workspace T0LOOPBACK: its token ran out; the bot renews it when it runs"
    ]
    assert "oauth.v2.access" not in [request["method"] for request in site.slack.recorded]


async def test_of_very_many_workspaces_some_are_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_checks, "MOST_WORKSPACES", 1)
    for team in ("T0ONE", "T0TWO"):
        await install(site, team, site.slack.workspace.bot_token)
    told = [finding.what for finding in await examine(for_several(site), now)]
    assert "1 of 2 workspaces were looked at" in told
    assert not any("T0TWO" in what for what in told)


async def test_tokens_that_the_keys_do_not_read_are_counted_and_not_told(site: Site) -> None:
    old, new, lost = (new_key() for _ in range(3))

    async def told(*keys: str) -> Finding:
        found = await examine(for_several(site, token_keys=keys), now)
        return next(finding for finding in found if finding.check == "workspaces")

    async with open_store(site.settings(token_keys=(old,)), now) as store:
        assert store.installations
        assert (await told(old)).what.startswith("0 added the bot")
        await store.installations.save(Installation(Workspace("slack", "T1"), "xoxb-1", "B", "U", now()))
    assert ((await told(old)).level, (await told(new, old)).level) == (Level.OK, Level.WARN)
    assert "spasmbot keys rotate" in (await told(new, old)).fix
    unread = await told(lost)
    assert (unread.level, unread.what) == (
        Level.ERROR,
        "1 of 1 workspaces have a token that none of TOKEN_KEYS reads",
    )


async def test_slack_over_http_needs_no_app_token(site: Site) -> None:
    assert not await wrong(site.settings(slack_app_token=None, slack_signing_secret="abc"))


def files(site: Site) -> set[Path]:
    """What is there, but for what SQLite keeps beside a database while it is open."""
    return {file for file in site.folder.rglob("*") if not file.name.endswith(("-wal", "-shm"))}


async def test_nobody_notices_that_the_doctor_was_there(site: Site) -> None:
    before = files(site)
    await examine(site.settings(), now)
    assert files(site) == before
    assert {request["method"] for request in site.discord.recorded} == {"GET"}
    assert not site.discord.world.messages + site.slack.world.messages
    assert site.discord.parts.gateway.starts == 0
    assert not site.slack.refusals + site.discord.refusals


async def test_before_the_first_start_nothing_is_made(site_for: Callable[..., Any]) -> None:
    site = await site_for()
    found = {finding.check: finding.what for finding in await examine(site.settings(), now)}
    assert found["data folder"].endswith("data will be made")
    assert "sets it up at its first start" in found["database"]
    assert list(site.folder.iterdir()) == []


# Slack


async def test_a_missing_scope_is_named_with_what_it_is_for(site_for: Callable[..., Any]) -> None:
    site = await site_for(slack={"scopes": set(SCOPES) - {"im:write"}})
    finding = await only(site.settings())
    assert finding.level is Level.ERROR
    assert "im:write is missing: 'Keep a copy'" in finding.what
    assert "spasmbot manifest slack" in finding.fix


async def test_a_scope_that_nothing_needs_is_a_warning(site_for: Callable[..., Any]) -> None:
    site = await site_for(slack={"scopes": {*SCOPES, "users:read.email"}})
    finding = await only(site.settings())
    assert (finding.level, "users:read.email" in finding.what) == (Level.WARN, True)


async def test_scopes_of_a_feature_that_an_operator_chose_are_well(site_for: Callable[..., Any]) -> None:
    site = await site_for(slack={"scopes": {*SCOPES, *EXTRA_SCOPES[Extra.HISTORY]}})
    assert not await wrong(site.settings())


@pytest.mark.parametrize(
    ("extra", "settings", "told"),
    [
        ((), {}, "cards have no drawings"),
        (EXTRA_SCOPES[Extra.PICTURES], {}, "drawings are uploaded, and shown in messages that stay"),
        (EXTRA_SCOPES[Extra.PICTURES], {"slack_uploads": "all"}, "drawings are uploaded, and shown in all answers"),
        (EXTRA_SCOPES[Extra.PICTURES], {"slack_uploads": "off"}, "cards have no drawings"),
    ],
)
async def test_it_says_where_slack_has_drawings_from(
    site_for: Callable[..., Any], extra: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    site = await site_for(slack={"scopes": {*SCOPES, *extra}})
    found = await examine(site.settings(**settings), now)
    assert any(told in finding.what and finding.level is Level.OK for finding in found)


@pytest.mark.parametrize(("name", "what"), [("slack_bot_token", "bot token"), ("slack_app_token", "app-level token")])
async def test_a_token_that_slack_refuses_is_named(site: Site, name: str, what: str) -> None:
    finding = await only(site.settings(**{name: f"{TOKENS[name][:5]}another"}))
    assert finding.level is Level.ERROR
    assert f"the {what} was refused (invalid_auth)" in finding.what
    assert name.upper() in finding.fix


async def test_a_channel_of_slack_without_the_bot_is_named_with_the_fix(site: Site) -> None:
    await site.choose("outside")
    slack, discord = await wrong(site.settings())
    assert (slack.check, discord.check) == ("slack", "discord")
    assert slack.what.startswith("#outside: I am not a member")
    assert "/invite" in slack.fix
    assert "I cannot see a channel" in discord.what


async def test_a_channel_that_is_gone_is_told(site: Site) -> None:
    await site.choose("C0GONE0000", only="slack")
    finding = await only(site.settings())
    assert finding.what == "channel C0GONE0000: it is gone, or the bot cannot see it"


async def test_channels_that_the_app_may_not_look_at_are_told(site_for: Callable[..., Any]) -> None:
    site = await site_for(slack={"scopes": set(SCOPES) - {"channels:read"}})
    await site.choose(WHERE, only="slack")
    scope, channel = await wrong(site.settings())
    assert "channels:read is missing" in scope.what
    assert "I may not look at channels" in channel.what


def a_tip_in(site: Site, channel: str, stopped: str | None = None) -> str:
    """What to say to the database for a daily tip in a channel of Slack."""
    values = {
        "platform": "slack", "workspace": site.slack.workspace.team, "channel": channel, "version": 1, "pack": "knots",
        "zone": "UTC", "local_time": "09:00:00.000000", "weekdays": 127, "grace_minutes": 60, "rules": "2026a",
        "active": int(stopped is None), "stopped": stopped and str(stopped), "deck_seed": 1,
    }  # fmt: skip
    told = ", ".join("NULL" if value is None else repr(value) for value in values.values())
    return f"INSERT INTO subscriptions ({', '.join(values)}) VALUES ({told})"


async def test_a_channel_that_only_a_daily_tip_goes_to_is_looked_at(site: Site) -> None:
    await tell(site.settings(), a_tip_in(site, site.slack.workspace.ids.channel("outside")))
    assert (await only(site.settings())).what.startswith("#outside: I am not a member")


@pytest.mark.parametrize("why", [*Stop])
async def test_a_daily_tip_that_stopped_by_itself_is_told(site: Site, why: Stop) -> None:
    await tell(site.settings(), a_tip_in(site, "C0STOPPED0", why))
    found = await wrong(site.settings())
    by_itself = why in (Stop.GONE, Stop.FORBIDDEN, Stop.NO_TIPS)
    assert ["channel C0STOPPED0: its daily tip stopped" in finding.what for finding in found] == [True] * by_itself


SLACK_FAULTS = [
    ({"status": 503}, "does not answer now (HTTP 503)"),
    ({"status": 429}, "does not answer now (HTTP 429)"),
    ({"error": "account_inactive"}, "was refused (account_inactive)"),
    ({"drop": "before"}, "cannot be reached (ServerDisconnectedError)"),
    ({"late": 30.0}, "cannot be reached (TimeoutError)"),
]


@pytest.mark.parametrize(("fault", "what"), SLACK_FAULTS)
async def test_a_slack_that_does_not_answer_is_told_soon(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], what: str
) -> None:
    if "late" in fault:
        monkeypatch.setattr(slack_checks, "SECONDS", 0.3)
    site.slack.fail_next("auth.test", **fault)
    assert what in (await only(site.settings())).what


# Discord


async def test_a_token_that_discord_refuses_is_named(site: Site) -> None:
    finding = await only(site.settings(discord_token="MTI.another.one"))
    assert (finding.level, finding.what) == (Level.ERROR, "DISCORD_TOKEN was refused by Discord.")


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"late": 30.0}, {"status": 500}])
async def test_a_discord_that_does_not_answer_is_told_soon(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    monkeypatch.setattr(visit, "SECONDS", 0.3)
    site.discord.fail_next("GET /users/@me", times=9, **fault)
    finding = await only(site.settings())
    assert (finding.level, finding.check) == (Level.ERROR, "discord")
    assert "cannot be reached" in finding.what


async def test_what_was_found_before_discord_fell_silent_is_told_too(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.discord.SECONDS", 0.5)
    site.discord.fail_next("GET /users/@me/guilds", late=30.0)
    found = [finding for finding in await examine(site.settings(), now) if finding.check == "discord"]
    assert [finding.level for finding in found] == [Level.OK, Level.OK, Level.WARN]
    assert "stopped answering (TimeoutError)" in found[-1].what


PORTAL = [
    ({"interactions_endpoint_url": "https://elsewhere.example/x"}, "Interactions Endpoint URL"),
    ({"code_grant": True}, "Requires OAuth2 Code Grant"),
    ({"invited": False}, "spasmbot invite discord"),
]


@pytest.mark.parametrize(("option", "fix"), PORTAL)
async def test_what_is_wrong_in_the_portal_is_told_with_its_page(
    site_for: Callable[..., Any], option: dict[str, Any], fix: str
) -> None:
    site = await site_for(discord=option)
    assert fix in (await only(site.settings())).fix


async def test_a_server_to_try_out_in_that_the_bot_is_not_in_is_told(site: Site) -> None:
    finding = await only(site.settings(discord_guild_id=123456789012345678))
    assert "DISCORD_GUILD_ID" in finding.what


async def test_a_bot_that_connected_too_often_is_told(site: Site) -> None:
    site.discord.parts.gateway.starts = 995
    finding = await only(site.settings())
    assert (finding.level, finding.what) == (Level.ERROR, "5 of 1000 connections are left today")


@pytest.mark.parametrize(
    ("permissions", "what"),
    [(0, "I cannot see a channel"), (1024, "I may not post"), (3072, "cards with links"), (19456, "")],
)
async def test_what_the_bot_may_not_do_in_a_channel_of_discord_is_told(site: Site, permissions: int, what: str) -> None:
    site.discord.parts.directory.permissions_in[WHERE] = permissions
    assert [what in finding.what for finding in await wrong(site.settings())] == ([True] if what else [])


# The machine


@pytest.mark.parametrize(
    ("off", "level"), [({"seconds": 2}, None), ({"minutes": -1}, Level.WARN), ({"minutes": 6}, Level.ERROR)]
)
async def test_a_clock_that_is_wrong_is_told(site: Site, off: dict[str, float], level: Level | None) -> None:
    found = await wrong(site.settings(), lambda: datetime.now(UTC) + timedelta(**off))
    assert [(f.check, f.level) for f in found] == ([("clock", level)] if level else [])


async def test_a_clock_that_cannot_be_compared_is_a_warning(site: Site) -> None:
    settings = site.settings(discord_token=None)
    await site.slack.stop()
    unreachable, clock = await wrong(settings)
    assert (unreachable.check, clock.check, clock.level) == ("slack", "clock", Level.WARN)


async def test_a_folder_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    finding = await only(site.settings(data_dir=tmp_path / "file" / "data"))
    assert (finding.check, finding.level) == ("data folder", Level.ERROR)
    assert str(tmp_path / "file") in finding.what


async def tell(settings: Settings, *statements: str) -> None:
    database = Database(open_engine(address_of(settings)))
    try:
        async with database.writing() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await database.close()


DATABASES = [
    ("DELETE FROM alembic_version", Level.WARN, "make a backup"),
    ("UPDATE store_schema SET min_code_version = 999", Level.ERROR, "run the newer version"),
    ("UPDATE alembic_version SET version_num = 'of the future'", None, ""),
]


@pytest.mark.parametrize(("statement", "level", "fix"), DATABASES)
async def test_a_database_of_another_version_is_told(site: Site, statement: str, level: Level | None, fix: str) -> None:
    await tell(site.settings(), statement)
    found = await wrong(site.settings())
    assert [(finding.check, finding.level) for finding in found] == ([("database", level)] if level else [])
    assert all(fix in finding.fix for finding in found)


async def test_a_database_that_is_none_is_told(site: Site) -> None:
    (site.folder / "data" / "spasmbot.sqlite3").write_text("no database at all, but some text\n" * 99, encoding="utf-8")
    assert "cannot be used" in (await only(site.settings())).what


async def test_a_postgres_that_is_not_there_is_told_without_its_password(site: Site) -> None:
    finding = await only(site.settings(database_url=f"postgresql://u:{PASSWORD}@127.0.0.1:1/spasmbot"))
    assert finding.what.startswith("DATABASE_URL names a database that cannot be used")
    assert PASSWORD not in finding.what


async def test_content_that_cannot_be_used_is_told(site: Site, tmp_path: Path) -> None:
    finding = await only(site.settings(content_dir=tmp_path))
    assert (finding.check, finding.level) == ("content", Level.ERROR)


async def test_content_with_a_problem_is_a_warning(site: Site, tmp_path: Path) -> None:
    topic = tmp_path / "overlay" / "content" / "small" / "en" / "tie" / "bow.md"
    topic.parent.mkdir(parents=True)
    topic.write_text("---\ntitel: Bow\n---\n", encoding="utf-8")
    finding = await only(site.settings(overlay_dir=tmp_path / "overlay"))
    assert (finding.check, finding.level) == ("content", Level.WARN)
    assert "spasmbot check" in finding.fix


async def test_a_template_that_does_not_work_is_told(site: Site, tmp_path: Path) -> None:
    cards = tmp_path / "overlay" / "templates" / "cards"
    cards.mkdir(parents=True)
    (cards / "topic.md.j2").write_text("{{ nobody }}", encoding="utf-8")
    finding = await only(site.settings(overlay_dir=tmp_path / "overlay"))
    assert (finding.check, finding.level) == ("templates", Level.ERROR)


async def test_a_public_address_that_leads_to_the_bot_is_well(site: Site) -> None:
    runner = await start_server("127.0.0.1", 0, health_routes({}))
    port = runner.addresses[0][1]
    assert not await wrong(site.settings(public_url=f"http://127.0.0.1:{port}"))
    await runner.cleanup()


async def test_a_public_address_that_leads_elsewhere_is_a_warning(site: Site) -> None:
    finding = await only(site.settings(public_url=site.slack.url))
    assert finding.what == "PUBLIC_URL does not lead to the bot: something else answers there (HTTP 404)"
    away = await only(site.settings(public_url="http://127.0.0.1:1"))
    assert "nothing answers there (ClientConnectorError)" in away.what


async def test_a_check_that_breaks_down_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> str:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr(reach, "parsedate_to_datetime", broken)
    finding = await only(site.settings())
    assert finding == Finding(
        "clock", Level.ERROR, "could not be checked (RuntimeError)", "report this as a bug of spasmbot"
    )


# The command


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs `spasmbot doctor` beside the loopback platforms, with nothing else set than what is given."""
    monkeypatch.chdir(tmp_path)

    async def run(*options: str, **environ: str) -> Result:
        env = {**UNSET, "CONTENT_DIR": str(HERE), **environ}
        return await asyncio.to_thread(lambda: CliRunner().invoke(main, ["doctor", *options], env=env))

    return run


def environ(settings: Settings) -> dict[str, str]:
    values = {f.name.upper(): getattr(settings, f.name) for f in fields(Settings) if f.name != "templates_dir"}
    return {name: str(value) for name, value in values.items() if value is not None}


async def test_it_ends_with_0_where_all_is_well(site: Site, command: Callable[..., Any]) -> None:
    result = await command(**environ(site.settings()))
    assert (result.exit_code, result.stderr) == (Ends.WELL, "")
    assert result.stdout.endswith("0 errors, 0 warnings\n")


async def test_it_ends_with_3_for_warnings_only(site: Site, command: Callable[..., Any]) -> None:
    result = await command(**environ(site.settings(public_url="http://127.0.0.1:1")))
    assert result.exit_code == Ends.WARNINGS
    assert "warn   public address" in result.stdout


async def test_it_ends_with_2_where_no_platform_is_set(command: Callable[..., Any]) -> None:
    result = await command()
    assert result.exit_code == Ends.NO_PLATFORM
    assert "Fix: set SLACK_BOT_TOKEN or DISCORD_TOKEN" in result.stdout


async def test_findings_as_json_carry_the_status(site: Site, command: Callable[..., Any]) -> None:
    result = await command("--json", **environ(site.settings(slack_bot_token="xoxb-another")))
    told = json.loads(result.stdout)
    assert result.exit_code == told["status"] == Ends.ERRORS
    assert all(set(finding) == {"check", "level", "what", "fix"} for finding in told["findings"])


async def test_every_wrong_setting_is_told_and_the_rest_is_checked(site: Site, command: Callable[..., Any]) -> None:
    known = environ(site.settings()) | {"PORT": "eighty", "LOG_LEVEL": "loud", "SLACK_BOT_TOKEN": "xoxp-another"}
    result = await command(**known)
    assert result.exit_code == Ends.ERRORS
    for expected in (
        "PORT is 'eighty'",
        "LOG_LEVEL is 'loud'",
        "SLACK_BOT_TOKEN does not start with",
        "holds for Spasm",
    ):
        assert expected in result.stdout
    assert "xoxp" not in result.stdout


async def test_a_dotenv_file_that_cannot_be_read_is_told(command: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    result = await command()
    assert result.exit_code == Ends.ERRORS
    assert ".env cannot be used" in result.stdout


SECRETS = {
    "slack_bot_token": "xoxb-4711-s3cr3t",
    "slack_app_token": "xapp-4712-s3cr3t",
    "slack_signing_secret": "4713s3cr3t",
    "discord_token": "MTIz.4714.s3cr3t",
    "database_url": f"postgresql://u:{PASSWORD}@127.0.0.1:1/spasmbot",
}


@pytest.mark.parametrize("fault", ["refused", "dropped", "silent", "nowhere"])
async def test_no_secret_is_told_whatever_fails(
    site: Site, command: Callable[..., Any], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "silent":
        monkeypatch.setattr(visit, "SECONDS", 0.3)
        monkeypatch.setattr(slack_checks, "SECONDS", 0.3)
        monkeypatch.setattr(reach, "SECONDS", 0.3)
    settings = site.settings(**SECRETS)
    if fault == "nowhere":
        settings = site.settings(**SECRETS, slack_api_url="http://127.0.0.1:1", discord_api_url="http://127.0.0.1:1")
    elif fault != "refused":
        how: dict[str, Any] = {"drop": "before"} if fault == "dropped" else {"late": 30.0}
        site.slack.fail_next("*", **how, times=9)
        site.discord.fail_next(".*", **how, times=9)
    for options in ((), ("--json",)):
        result = await command(*options, **{**environ(settings), "LOG_LEVEL": "debug"})
        assert result.exit_code == Ends.ERRORS
        assert "s3cr3t" not in result.output + repr(result.exception)


def test_the_status_says_the_worst() -> None:
    bad = Finding("a", Level.ERROR, "b", "c")
    odd = Finding("a", Level.WARN, "b", "c")
    assert status([odd, bad], platform=False) is Ends.ERRORS
    assert status([odd], platform=False) is Ends.NO_PLATFORM
    assert status([odd], platform=True) is Ends.WARNINGS
    assert status([], platform=True) is Ends.WELL
