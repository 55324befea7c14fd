"""The two addresses for installing: what everyone may do to them, and what somebody sees whatever goes wrong."""

import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.app import Parts
from bot.playground.slack.grants import ORGANISATION
from bot.settings import Settings
from bot.store import Store
from bot.store.tables import used_states
from tests.install.several import TEAMS, Browser, Several, Visit, several
from tests.install.test_several_workspaces import rows
from tests.store.conftest import MovedClock

FIRST = TEAMS[0]
AGAIN, LATER = "Please start again", "Something went wrong on our side"


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def came_back(bot: Several, browser: Browser | None = None) -> dict[str, str]:
    """What Slack sends the browser back with, before the browser follows it."""
    browser = browser or bot.browser
    return query_of(await browser.answer_slack(await browser.asked(bot.install), FIRST))


async def redirected(bot: Several, browser: Browser | None = None, **query: str) -> Visit:
    return await (browser or bot.browser).open(f"{bot.redirect}?{urlencode(query)}")


# The first page


async def test_the_first_page_leads_to_slack_with_a_state_that_is_new_each_time(bot: Several) -> None:
    links = [await bot.browser.asked(bot.install) for _ in range(3)]
    asked = query_of(links[0])
    assert links[0].startswith(f"{bot.slack.url}/oauth/v2/authorize?")
    assert (asked["client_id"], asked["redirect_uri"]) == (bot.settings.slack_client_id, bot.redirect)
    assert {"commands", "chat:write", "users:read"} < set(asked["scope"].split(","))
    assert len({query_of(link)["state"] for link in links}) == 3


async def test_the_pages_load_nothing_and_are_shown_within_no_other_page(bot: Several) -> None:
    page = await bot.browser.open(bot.install)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert not re.search(r"<(script|img|link|iframe|form)\b", page.text)
    cookie = page.headers["Set-Cookie"]
    assert all(each in cookie for each in ("HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"))


async def test_the_pages_speak_the_language_of_the_browser(bot: Several) -> None:
    for language, words in (("es-MX,es;q=0.9,en;q=0.8", "Agregue este bot"), ("tlh", "Add this bot"), ("", "Add this")):
        page = await bot.new_browser(language).open(bot.install)
        assert words in page.text
        assert f'<html lang="{"es" if "es" in language else "en"}">' in page.text


async def test_opening_the_first_page_again_and_again_keeps_nothing(bot: Several, store: Store) -> None:
    for _ in range(20):
        await bot.browser.open(bot.install)
    async with store.database.reading() as connection:
        assert (await connection.execute(select(used_states))).all() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
async def test_a_wrong_method_is_refused(bot: Several, method: str) -> None:
    for url in (bot.install, bot.redirect):
        assert (await bot.browser.open(url, method=method)).status == 405


async def test_a_huge_request_is_refused(bot: Several) -> None:
    for url in (bot.install, bot.redirect):
        assert (await bot.browser.open(f"{url}?state={'x' * 20_000}")).status == 400


# Coming back


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({}, 400, AGAIN),
        ({"state": "x"}, 400, AGAIN),
        ({"state": ""}, 400, AGAIN),
        ({"code": "x"}, 400, AGAIN),
        ({"code": "x", "state": "forged"}, 400, AGAIN),
        ({"error": "access_denied"}, 200, "Nothing was added"),
        ({"error": "access_denied", "state": "x"}, 200, "Nothing was added"),
        ({"error": "<script>alert(1)</script>"}, 400, AGAIN),
        ({"error": "x", "code": "x" * 4000}, 400, AGAIN),
        ({"state": "\x00\ud7ff", "code": "é"}, 400, AGAIN),
    ],
)
async def test_what_slack_did_not_send_installs_nothing_and_is_not_repeated(
    bot: Several, store: Store, query: dict[str, str], status: int, words: str
) -> None:
    await bot.browser.open(bot.install)
    page = await redirected(bot, **query)
    assert (page.status, words in page.text) == (status, True)
    assert "<script" not in page.text
    assert page.links == [bot.install]
    assert await rows(store) == []
    assert bot.slack.grants.exchanged == []


async def test_a_forged_state_is_refused_also_when_the_cookie_agrees(bot: Several, store: Store) -> None:
    back = await came_back(bot)
    for forged in ("forged", back["state"][:-4] + "AAAA", "x" * 120):
        browser = bot.new_browser()
        browser.cookies["slack-app-oauth-state"] = forged
        page = await redirected(bot, browser, state=forged, code=back["code"])
        assert (page.status, AGAIN in page.text) == (400, True)
    assert await rows(store) == []
    assert bot.slack.grants.exchanged == []


async def test_another_browser_than_the_one_that_began_is_refused(bot: Several, store: Store) -> None:
    back = await came_back(bot)
    other = bot.new_browser()
    await other.open(bot.install)
    for browser in (bot.new_browser(), other):
        page = await redirected(bot, browser, **back)
        assert (page.status, AGAIN in page.text) == (400, True)
    assert await rows(store) == []


async def test_a_state_lasts_ten_minutes(bot: Several, store: Store, clock: MovedClock) -> None:
    back = await came_back(bot)
    clock.forward(minutes=10, seconds=2)
    page = await redirected(bot, **back)
    assert (page.status, AGAIN in page.text) == (400, True)
    assert await rows(store) == []


async def test_a_state_is_used_once(bot: Several, store: Store) -> None:
    back = await came_back(bot)
    assert (await redirected(bot, **back)).status == 200
    page = await redirected(bot, **back)
    assert (page.status, AGAIN in page.text) == (400, True)
    assert bot.slack.grants.exchanged == ["code"]


async def test_a_missing_code_uses_the_state_up_and_installs_nothing(bot: Several, store: Store) -> None:
    back = await came_back(bot)
    assert AGAIN in (await redirected(bot, state=back["state"])).text
    assert AGAIN in (await redirected(bot, **back)).text
    assert await rows(store) == []


@pytest.mark.parametrize("code", ["never-given", "used"])
async def test_a_code_that_slack_does_not_take_is_told_kindly(bot: Several, store: Store, code: str) -> None:
    first = await came_back(bot)
    await redirected(bot, **first)
    second = await came_back(bot)
    page = await redirected(bot, state=second["state"], code=first["code"] if code == "used" else code)
    assert (page.status, AGAIN in page.text) == (400, True)
    assert len(await rows(store)) == 1


async def test_who_says_no_at_slack_is_told_that_nothing_happened(bot: Several, store: Store) -> None:
    browser = bot.browser
    back = await browser.answer_slack(await browser.asked(bot.install), FIRST, do="cancel")
    page = await browser.open(back)
    assert (page.status, "Nothing was added" in page.text, page.links) == (200, True, [bot.install])
    assert await rows(store) == []


async def test_a_whole_organisation_is_refused_kindly_and_its_token_given_back(bot: Several, store: Store) -> None:
    page = await bot.browser.install(bot.install, ORGANISATION)
    assert (page.status, "One workspace at a time" in page.text) == (400, True)
    assert await rows(store) == []
    assert bot.slack.grants.exchanged == ["code"]
    assert bot.slack.grants.of_the_organisation == set()


# The operator's mistakes, and bad days


async def test_a_wrong_client_secret_is_told_to_the_operator_and_not_to_whoever_installs(
    parts: Parts, store: Store, base: Settings, clock: MovedClock
) -> None:
    wrong = "another-client-secret"
    async with several(parts, store, base, clock, slack_client_secret=wrong) as bot:
        with capture_logs() as logs:
            page = await bot.browser.install(bot.install, FIRST)
        assert (page.status, LATER in page.text) == (503, True)
        assert "secret" not in page.text
        assert [each["error"] for each in logs if each["log_level"] == "error"] == ["bad_client_secret"]
        assert "copy SLACK_CLIENT_SECRET again" in str(logs)
        assert wrong not in str(logs)
        assert await rows(store) == []


async def test_a_redirect_that_slack_does_not_know_never_gets_past_slacks_page(
    parts: Parts, store: Store, base: Settings, clock: MovedClock
) -> None:
    async with several(parts, store, base, clock, public_url="http://localhost:1") as bot:
        link = await bot.browser.asked(bot.install)
        assert (await bot.browser.open(link)).status == 400
        assert [each.rule for each in bot.slack.refusals] == ["bad_redirect_uri"]


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "internal_error"}, {"drop": "before"}, {"drop": "after"}])
async def test_a_bad_day_of_slacks_is_told_kindly_and_a_second_try_works(
    bot: Several, store: Store, fault: dict[str, object]
) -> None:
    bot.slack.workspaces[0].fail_next("oauth.v2.access", **fault)
    page = await bot.browser.install(bot.install, FIRST)
    assert (page.status, LATER in page.text) == (503, True)
    assert await rows(store) == []
    assert (await bot.browser.install(bot.install, FIRST)).status == 200


async def test_a_welcome_that_slack_refuses_spoils_nothing(bot: Several, store: Store) -> None:
    bot.slack.workspaces[0].fail_next("conversations.open", error="cannot_dm_bot")
    assert (await bot.browser.install(bot.install, FIRST)).status == 200
    await bot.desks[0].type("treat stress")
    assert "Calm your body" in bot.desks[0].cards()[-1].text


async def test_nothing_of_an_installation_is_logged_but_that_it_failed(bot: Several) -> None:
    back = await came_back(bot)
    with capture_logs() as logs:
        await redirected(bot, **back)
        await redirected(bot, state=quote(back["state"]), code="x")
    said = str(logs)
    assert not any(secret in said for secret in (back["state"], back["code"], "xoxb"))
