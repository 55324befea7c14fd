"""Settings: where they come from, and how a wrong one is refused by name with the fix, never with a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SettingError, Settings, load_settings
from tests import odd

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN")
GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-12-34-abcDEF",
    "SLACK_APP_TOKEN": "xapp-1-A1-2-def",
    "SLACK_SIGNING_SECRET": "0123456789abcdef",
    "DISCORD_TOKEN": "MTIz.abc.def-ghi",
}
KEY, OLD_KEY = "3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SEVERAL = {
    "SLACK_CLIENT_ID": "2141029472.691202649728",
    "SLACK_CLIENT_SECRET": "e1b9e11dfcd19c1982d5de12921e17e8",
    "SLACK_SIGNING_SECRET": GOOD["SLACK_SIGNING_SECRET"],
    "TOKEN_KEYS": f"{KEY},{OLD_KEY}",
    "PUBLIC_URL": "https://bot.community.org",
}
NO_FILE = Path("/nowhere/.env")


def load(dotenv: Path = NO_FILE, **environ: str) -> Settings:
    return load_settings(environ, dotenv)


def refusal(dotenv: Path = NO_FILE, **environ: str) -> SettingError:
    with pytest.raises(SettingError) as caught:
        load(dotenv, **environ)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(caught.value.name)
    assert " Fix: " in message
    return caught.value


def test_dev_null_as_a_secret_file_stands_for_no_value(tmp_path: Path) -> None:
    mounted = tmp_path / "discord_token"
    mounted.symlink_to("/dev/null")
    assert load(DISCORD_TOKEN_FILE=str(mounted)).discord_token is None
    known = load(DISCORD_TOKEN_FILE="/dev/null", DISCORD_TOKEN=GOOD["DISCORD_TOKEN"])
    assert known.discord_token == GOOD["DISCORD_TOKEN"]


def test_with_nothing_set_no_platform_is_on_and_the_bots_own_content_is_used() -> None:
    settings = load()
    assert not settings.slack
    assert not settings.discord
    assert (settings.content_dir / "spasm" / "pack.yaml").is_file()
    assert settings.host == "127.0.0.1"


def test_each_platform_is_on_by_its_own_settings() -> None:
    slack = load(SLACK_BOT_TOKEN=GOOD["SLACK_BOT_TOKEN"], SLACK_APP_TOKEN=GOOD["SLACK_APP_TOKEN"])
    http = load(SLACK_BOT_TOKEN=GOOD["SLACK_BOT_TOKEN"], SLACK_SIGNING_SECRET=GOOD["SLACK_SIGNING_SECRET"])
    discord = load(DISCORD_TOKEN=GOOD["DISCORD_TOKEN"])
    assert [(s.slack, s.discord) for s in (slack, http, discord)] == [(True, False), (True, False), (False, True)]


def test_values_are_read_as_what_they_are(tmp_path: Path) -> None:
    settings = load(
        PORT="8081",
        DISCORD_GUILD_ID="123",
        LOG_LEVEL="DEBUG",
        SLACK_API_URL="http://a.example/",
        OVERLAY_DIR=str(tmp_path),
    )
    assert (settings.port, settings.discord_guild_id, settings.log_level) == (8081, 123, "debug")
    assert (settings.slack_api_url, settings.overlay_dir) == ("http://a.example", tmp_path)


def test_no_secret_is_shown_by_the_settings_themselves() -> None:
    shown = repr(load(**GOOD)) + repr(load(**SEVERAL))
    assert not any(value in shown for value in (*GOOD.values(), SEVERAL["SLACK_CLIENT_SECRET"], KEY, OLD_KEY))


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_secret_is_refused_with_where_to_find_it(name: str, value: str) -> None:
    error = refusal(**{**GOOD, name: value})
    assert error.name == name
    assert "is empty." in str(error)
    assert "api.slack.com/apps" in str(error) or "discord.com/developers" in str(error)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "left_over",
    [
        "your-token-here",
        "changeme",
        "xxx",
        "xxxxxxxx",
        "<token>",
        "...",
        "replace-me",
        "EXAMPLE",
        "paste it",
        "PLACEHOLDER",
        "a b",
        "a\x07b",
    ],
)
def test_a_left_over_placeholder_is_refused_without_saying_its_value(name: str, left_over: str) -> None:
    value = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}.get(name, "") + left_over
    error = refusal(**{**GOOD, name: value})
    assert error.name == name
    assert "left over from an example" in str(error)
    assert value not in str(error)


@pytest.mark.parametrize(("name", "prefix"), [("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")])
def test_a_slack_token_of_another_kind_is_refused_without_saying_its_value(name: str, prefix: str) -> None:
    error = refusal(**{**GOOD, name: "xoxp-987-secret"})
    assert f"{name} does not start with {prefix}." in str(error)
    assert "987" not in str(error)
    assert refusal(**{**GOOD, name: prefix}).name == name


@pytest.mark.parametrize("token", ["MTxxxIz.Gx.yz", "aXXXb.Cyo.urz", "MTI.exam.ple-xX"])
def test_a_real_token_that_looks_a_little_like_a_placeholder_is_taken(token: str) -> None:
    assert load(DISCORD_TOKEN=token).discord_token == token


def refusal_of(name: str, value: str) -> SettingError | None:
    try:
        load(**{name: value})
    except SettingError as error:
        return error
    return None


@given(st.sampled_from(SECRETS), st.text("abcdefgh0123456789-. ", min_size=6, max_size=40))
def test_a_refusal_never_holds_the_secret(name: str, text: str) -> None:
    value = f"Q7{text}"
    assert value not in str(refusal_of(name, value))


def test_a_bot_token_alone_is_refused_with_both_ways_to_go_on() -> None:
    error = refusal(SLACK_BOT_TOKEN=GOOD["SLACK_BOT_TOKEN"])
    assert error.name == "SLACK_APP_TOKEN"
    assert "for HTTP set SLACK_SIGNING_SECRET" in str(error)


@pytest.mark.parametrize("name", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_slack_without_its_bot_token_is_refused(name: str) -> None:
    error = refusal(**{name: GOOD[name]})
    assert error.name == "SLACK_BOT_TOKEN"
    assert f"is missing beside {name}." in str(error)


def test_several_workspaces_need_five_settings() -> None:
    settings = load(**SEVERAL)
    assert (settings.slack, settings.several_workspaces, settings.token_keys) == (True, True, (KEY, OLD_KEY))
    assert not load(SLACK_BOT_TOKEN=GOOD["SLACK_BOT_TOKEN"], SLACK_APP_TOKEN=GOOD["SLACK_APP_TOKEN"]).several_workspaces


@pytest.mark.parametrize("missing", SEVERAL)
def test_one_that_is_missing_for_several_workspaces_is_named_with_where_it_is(missing: str) -> None:
    error = refusal(**{name: value for name, value in SEVERAL.items() if name != missing})
    assert error.name == missing
    assert "is missing beside SLACK_CLIENT_" in str(error)


@pytest.mark.parametrize(
    ("more", "named", "says"),
    [
        ({"SLACK_BOT_TOKEN": GOOD["SLACK_BOT_TOKEN"]}, "SLACK_CLIENT_ID", "remove SLACK_BOT_TOKEN to serve several"),
        ({"SLACK_APP_TOKEN": GOOD["SLACK_APP_TOKEN"]}, "SLACK_APP_TOKEN", "not by Socket Mode"),
        ({"PUBLIC_URL": "http://bot.community.org"}, "PUBLIC_URL", "to which Slack sends nobody"),
        ({"SLACK_CLIENT_ID": "my-app"}, "SLACK_CLIENT_ID", "is no client id"),
        ({"SLACK_CLIENT_SECRET": "your-secret"}, "SLACK_CLIENT_SECRET", "left over from an example"),
    ],
)
def test_what_does_not_go_with_several_workspaces_is_refused(more: dict[str, str], named: str, says: str) -> None:
    error = refusal(**{**SEVERAL, **more})
    assert error.name == named
    assert says in str(error)


def test_on_this_machine_several_workspaces_can_be_tried_without_https() -> None:
    assert load(**{**SEVERAL, "PUBLIC_URL": "http://localhost:8080"}).several_workspaces


@pytest.mark.parametrize("between", [",", ", ", "\n", " ,\n"])
def test_keys_may_stand_one_a_line_in_a_file(tmp_path: Path, between: str) -> None:
    (tmp_path / "keys").write_text(f"{KEY}{between}{OLD_KEY}\n", encoding="utf-8")
    assert load(TOKEN_KEYS_FILE=str(tmp_path / "keys")).token_keys == (KEY, OLD_KEY)


@pytest.mark.parametrize(
    "value", ["", ",", "secret", f"{KEY},secret", KEY[:-2], "A" * 43 + "=", "ü" * 44, f"{KEY}{KEY}"]
)
def test_what_is_no_list_of_keys_is_refused_without_saying_it(value: str) -> None:
    error = refusal(TOKEN_KEYS=value)
    assert error.name == "TOKEN_KEYS"
    assert "spasmbot keys new" in str(error)
    assert KEY not in str(error)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "http", "use a whole number from 0 to 65535"),
        ("PORT", "-1", "use a whole number"),
        ("PORT", "65536", "use a whole number"),
        ("PORT", "٨٠٨٠", "use a whole number"),
        ("PORT", "9" * 5_000, "use a whole number"),
        ("PORT", "", "give it a value, or remove PORT"),
        ("DISCORD_GUILD_ID", "my server", "use a whole number"),
        ("DISCORD_GUILD_ID", "0", "use a whole number"),
        ("LOG_LEVEL", "loud", "use debug, info, warning or error"),
        ("SLACK_API_URL", "slack.com", "use an address that starts with https://"),
        ("SLACK_API_URL", "https://", "use an address"),
        ("SLACK_API_URL", "http://[::1", "use an address"),
        ("SLACK_API_URL", "https://a:port", "use an address"),
        ("DISCORD_API_URL", "ftp://a.example", "use an address"),
        ("DISCORD_GATEWAY_URL", "https://a.example", "use an address that starts with wss://"),
        ("CONTENT_DIR", "/nowhere/at/all", "does not exist."),
        ("CONTENT_DIR", "~nobody-of-this-name/content", "does not exist."),
        ("TEMPLATES_DIR", __file__, "cannot be read."),
        ("OVERLAY_DIR", "", "give it a value, or remove OVERLAY_DIR"),
        ("HOST", "", "give it a value, or remove HOST"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_the_fix(name: str, value: str, says: str) -> None:
    error = refusal(**{name: value})
    assert error.name == name
    assert says in str(error)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD[name] + "\n", encoding="utf-8")
    others = {n: v for n, v in GOOD.items() if n != name}
    settings = load(**others, **{f"{name}_FILE": str(file)})
    assert getattr(settings, name.lower()) == GOOD[name]


def test_a_secret_and_its_file_are_refused_together(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(GOOD["DISCORD_TOKEN"], encoding="utf-8")
    error = refusal(DISCORD_TOKEN=GOOD["DISCORD_TOKEN"], DISCORD_TOKEN_FILE=str(tmp_path / "secret"))
    assert "is set together with DISCORD_TOKEN_FILE." in str(error)
    assert GOOD["DISCORD_TOKEN"] not in str(error)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    error = refusal(DISCORD_TOKEN_FILE=str(file))
    assert error.name == "DISCORD_TOKEN_FILE"
    assert str(file) in str(error)


def test_an_empty_secret_file_and_an_empty_name_of_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert refusal(DISCORD_TOKEN_FILE=str(tmp_path / "secret")).name == "DISCORD_TOKEN"
    assert refusal(DISCORD_TOKEN_FILE="").name == "DISCORD_TOKEN_FILE"


def test_what_is_no_secret_is_not_read_from_a_file(tmp_path: Path) -> None:
    assert load(PORT_FILE=str(tmp_path)).port is None


def test_a_dotenv_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nPORT=8082\nexport LOG_LEVEL='error'\nUNKNOWN=1\n", encoding="utf-8")
    assert (load(file).port, load(file).log_level) == (8082, "error")
    assert load(file, PORT="8083").port == 8083


def test_an_empty_line_of_a_dotenv_file_is_refused_like_any_other(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=\n", encoding="utf-8")
    assert refusal(file).name == "DISCORD_TOKEN"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("discord_token", "DISCORD_TOKEN"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("SLACK_BOT_TOKEN_FIEL", "SLACK_BOT_TOKEN_FILE"),
    ],
)
def test_a_misspelt_name_in_a_dotenv_file_is_told_with_the_right_one(tmp_path: Path, wrong: str, right: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{wrong}=kept-to-itself\n", encoding="utf-8")
    with pytest.raises(SettingError, match=f"^{wrong} in .* is no setting. Fix: write {right}, or remove") as refused:
        load_settings({}, file)
    assert "kept-to-itself" not in str(refused.value)


def test_what_others_read_may_stand_in_a_dotenv_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    names = ("SPASMBOT_TAG", "POSTGRES_PASSWORD_FILE", "BOT_ROLE", "WEB_REPLICAS", "WEB_PORTS", "WORKER_REPLICAS", "TZ")
    file.write_text("".join(f"{name}=1\n" for name in names), encoding="utf-8")
    load_settings({}, file)


def test_a_token_that_was_copied_with_the_word_before_it_is_refused_for_that() -> None:
    with pytest.raises(SettingError, match="DISCORD_TOKEN begins with the word Bot"):
        load_settings({"DISCORD_TOKEN": "Bot MTIzNDU2Nzg5.abc.def"})


def test_a_dotenv_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"PORT=\xff\n")
    assert refusal(file).name == str(file)


@given(odd.text.map(lambda t: t[:200].replace("\x00", "")))
def test_whatever_a_setting_holds_it_is_taken_or_refused_readably(value: str) -> None:
    for name in ("PORT", "SLACK_API_URL", "DISCORD_GATEWAY_URL", "LOG_LEVEL", "CONTENT_DIR", "DISCORD_TOKEN"):
        error = refusal_of(name, value)
        assert error is None or error.name == name
