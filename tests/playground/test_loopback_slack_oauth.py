"""The loopback's page that asks, and what it gives for codes and refresh tokens; every "no" names its source."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import App, LoopbackSlack, SharedSlack
from tests.playground.bare_bolt import small_world

REDIRECT = "https://bot.example.org/slack/oauth_redirect"
ASKED = {"client_id": App.client_id, "redirect_uri": REDIRECT, "scope": "commands,chat:write", "state": "s<>&"}
CREDENTIALS = {"client_id": App.client_id, "client_secret": App.client_secret}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=[False])
async def slack(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[SharedSlack]:
    app = App(redirect_urls=(REDIRECT,), rotates=request.param)
    shared = SharedSlack(app, [LoopbackSlack(small_world(clock=clock), team=team) for team in ("T0ONE", "T0TWO")])
    await shared.start()
    yield shared
    await shared.stop()


rotating = pytest.mark.parametrize("slack", [True], indirect=True)


async def answered(slack: SharedSlack, do: str = "allow", team: str = "T0ONE", **changed: str) -> tuple[int, str]:
    form = ASKED | {"team": team, "do": do, "person": "ada"} | changed
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/oauth/v2/authorize", data=form, allow_redirects=False) as answer,
    ):
        return answer.status, answer.headers.get("Location", "")


async def a_code(slack: SharedSlack, team: str = "T0ONE") -> str:
    _, location = await answered(slack, team=team)
    return parse_qs(urlsplit(location).query)["code"][0]


def client(slack: SharedSlack, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token, f"{slack.url}/api/", retry_handlers=[])


async def refusal(slack: SharedSlack, **arguments: str) -> str:
    with pytest.raises(SlackApiError) as caught:
        await client(slack).oauth_v2_access(**CREDENTIALS | arguments)
    return str(caught.value.response["error"])


async def test_the_page_asks_with_what_it_was_asked_and_repeats_it_safely(slack: SharedSlack) -> None:
    async with aiohttp.ClientSession() as s, s.get(f"{slack.url}/oauth/v2/authorize?{urlencode(ASKED)}") as page:
        text = await page.text()
    assert page.status == 200
    assert 'value="s&lt;&gt;&amp;"' in text
    assert "<option>T0TWO</option>" in text


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"scope": "commands,everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_a_wrong_question_is_refused_before_anybody_is_asked(
    slack: SharedSlack, changed: dict[str, str], rule: str
) -> None:
    assert (await answered(slack, **changed))[0] == 400
    assert [(r.rule, r.source.startswith("https://docs.slack.dev/")) for r in slack.refusals] == [(rule, True)]


async def test_both_answers_come_back_with_the_state(slack: SharedSlack) -> None:
    for do, name in (("allow", "code"), ("cancel", "error")):
        status, location = await answered(slack, do)
        query = parse_qs(urlsplit(location).query)
        assert (status, location.startswith(REDIRECT), query["state"], name in query) == (302, True, ["s<>&"], True)


async def test_a_code_becomes_a_token_of_that_workspace_with_what_was_allowed(slack: SharedSlack) -> None:
    told = await client(slack).oauth_v2_access(**CREDENTIALS, code=await a_code(slack, "T0TWO"), redirect_uri=REDIRECT)
    assert (told["team"]["id"], told["scope"], told["token_type"]) == ("T0TWO", "chat:write,commands", "bot")
    assert "refresh_token" not in told.data
    assert (await client(slack, told["access_token"]).auth_test())["team_id"] == "T0TWO"
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client(slack, told["access_token"]).users_info(user="U1")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"code": "never-given"}, "invalid_code"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "never-given"}, "invalid_refresh_token"),
    ],
)
async def test_what_is_wrong_with_an_exchange_is_named(
    slack: SharedSlack, arguments: dict[str, str], error: str
) -> None:
    assert await refusal(slack, **{"code": await a_code(slack), "redirect_uri": REDIRECT} | arguments) == error


async def test_a_code_works_once_and_for_ten_minutes(slack: SharedSlack, clock: Clock) -> None:
    code = await a_code(slack)
    await client(slack).oauth_v2_access(**CREDENTIALS, code=code, redirect_uri=REDIRECT)
    assert await refusal(slack, code=code, redirect_uri=REDIRECT) == "code_already_used"
    late = await a_code(slack)
    clock.now += timedelta(minutes=10, seconds=1)
    assert await refusal(slack, code=late, redirect_uri=REDIRECT) == "invalid_code"


@rotating
async def test_a_rotating_token_runs_out_after_twelve_hours_and_its_refresh_token_works_once(
    slack: SharedSlack, clock: Clock
) -> None:
    told = await client(slack).oauth_v2_access(**CREDENTIALS, code=await a_code(slack), redirect_uri=REDIRECT)
    assert told["expires_in"] == 12 * 3600
    refresh = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    clock.now += timedelta(hours=12)
    with pytest.raises(SlackApiError, match="token_expired"):
        await client(slack, told["access_token"]).auth_test()
    renewed = await client(slack).oauth_v2_access(**CREDENTIALS, **refresh)
    assert (await client(slack, renewed["access_token"]).auth_test())["ok"]
    assert await refusal(slack, **refresh) == "invalid_refresh_token"


async def test_a_revoked_token_is_gone_in_its_workspace_alone(slack: SharedSlack) -> None:
    tokens = []
    for team in ("T0ONE", "T0TWO"):
        told = await client(slack).oauth_v2_access(**CREDENTIALS, code=await a_code(slack, team), redirect_uri=REDIRECT)
        tokens.append(told["access_token"])
    assert not (await client(slack, tokens[0]).auth_revoke(test="true"))["revoked"]
    assert (await client(slack, tokens[0]).auth_revoke())["revoked"]
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client(slack, tokens[0]).auth_test()
    assert (await client(slack, tokens[1]).auth_test())["team_id"] == "T0TWO"


@pytest.mark.parametrize("token", [None, "xoxb-of-nobody"])
async def test_a_call_with_no_token_of_this_app_is_refused(slack: SharedSlack, token: str | None) -> None:
    with pytest.raises(SlackApiError, match=r"not_authed|invalid_auth"):
        await client(slack, token).auth_test()
