"""The page's server without a bot: what it serves, whom it lets in, and which port it takes."""

import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import run
from bot.playground.page.bot_process import environment
from bot.playground.page.stage import Stage
from bot.playground.run import playground
from bot.playground.world import Platform
from bot.settings import SettingError, Settings
from tests.packs import HERE as PACKS


@pytest.fixture
async def opened() -> AsyncIterator[tuple[ClientSession, str, Stage]]:
    async with playground(Settings(content_dir=PACKS), 0) as (stage, address), ClientSession(address) as browser:
        yield browser, address, stage


def headers(address: str, **others: str) -> dict[str, str]:
    return {"Origin": address.rstrip("/"), **others}


async def test_the_page_and_its_files_answer(opened):
    browser, _, _ = opened
    async with browser.get("/") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert answer.content_type == "text/html"
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "A preview on this machine. Nothing is sent anywhere." in page
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(files) >= 4
    for file in files:
        async with browser.get(file) as answer:
            assert answer.status == 200, file
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_loads_nothing_from_elsewhere_and_has_nothing_inline(opened):
    browser, _, _ = opened
    async with browser.get("/") as answer:
        page = await answer.text()
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=\"", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_no_script_writes_markup_and_every_import_is_there():
    folder = Settings().templates_dir / "playground/static"
    for script in folder.glob("*.js"):
        text = script.read_text()
        assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), script
        for imported in re.findall(r'from "\./([^"]+)"', text):
            assert (folder / imported).is_file()
    for sheet in folder.glob("*.css"):
        for image in re.findall(r"url\(([^)]+)\)", sheet.read_text()):
            assert (folder / image).is_file()


@pytest.mark.parametrize("path", ["/static/nothing.js", "/static/..%2fpage.html.j2", "/static/%2fetc%2fpasswd", "/x"])
async def test_other_paths_are_refused_as_json(opened, path: str):
    browser, _, _ = opened
    async with browser.get(path) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]["message"]


async def test_a_person_sees_their_own_channels_and_nobody_elses(opened):
    browser, _, stage = opened
    stage.world.post(Platform.SLACK, "general", "bot", text="for Max", only_for="max")
    stage.world.post(Platform.SLACK, "general", "max", text="for everyone", payload={"text": "for *everyone*"})
    async with browser.get("/state", params={"person": "ana", "slack": "general", "discord": "dm-max"}) as answer:
        state = await answer.json()
    slack, discord = state["platforms"]["slack"], state["platforms"]["discord"]
    assert [c["key"] for c in slack["channels"]] == ["muscle-health", "general", "dm-ana"]
    assert [row["says"] for row in slack["feed"]] == ["for everyone"]
    assert slack["feed"][0]["body"] == [["div", {"class": "text"}, "for ", ["strong", {}, "everyone"]]]
    assert discord["channel"] == "dm-ana"
    assert [p["name"] for p in state["people"]] == ["Ana", "Max", "Lucía"]


async def test_news_come_as_they_happen(opened):
    browser, _, stage = opened
    async with browser.get("/news") as answer:
        assert answer.content_type == "text/event-stream"
        first = await answer.content.readline()
        await answer.content.readline()
        stage.world.post(Platform.SLACK, "general", "max", text="hello")
        assert await answer.content.readline() > first


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.168.1.9", "[bad", ""]
)
async def test_another_name_for_this_server_is_refused(opened, host: str):
    browser, _, _ = opened
    for path in ("/", "/state", "/news", "/static/main.js"):
        async with browser.get(path, headers={"Host": host}) as answer:
            assert answer.status in (400, 403)
            if answer.status == 403:
                assert "HOST" in (await answer.json())["error"]["message"]


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1", "[::1]:9"])
async def test_the_names_of_this_machine_are_let_in(opened, host: str):
    browser, _, _ = opened
    async with browser.get("/state", headers={"Host": host}) as answer:
        assert answer.status == 200


async def test_a_container_is_reached_by_any_address_but_not_by_any_name():
    async with (
        playground(Settings(host="0.0.0.0", content_dir=PACKS), 0) as (_, address),
        ClientSession(address) as browser,
    ):
        assert address.startswith("http://127.0.0.1:")
        async with browser.get("/state", headers={"Host": "192.168.1.9:8080"}) as answer:
            assert answer.status == 200
        async with browser.get("/state", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_other_pages_cannot_act(opened, sent: dict[str, str], status: int):
    browser, address, stage = opened
    origin = {} if "Origin" in sent or not sent else headers(address)
    body = b'{"person": "ana", "platform": "discord", "channel": "general", "text": "hello"}'
    given = {"Content-Type": "application/json", **origin, **sent}
    async with browser.post("/do/write", data=body, headers=given) as answer:
        assert answer.status == status
    assert not stage.world.messages


async def test_other_pages_cannot_read(opened):
    browser, _, _ = opened
    async with browser.get("/state", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [
        {},
        [],
        {"person": "nobody"},
        {"person": "ana", "platform": "irc", "channel": "general", "text": "x"},
        {"person": "ana", "platform": "slack", "channel": "dm-max", "text": "x"},
        {"person": "ana", "platform": "slack", "channel": "general"},
        {"person": "ana", "platform": "slack", "channel": "general", "text": "   "},
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(opened, asked):
    browser, address, _ = opened
    async with browser.post("/do/write", json=asked, headers=headers(address)) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["message"].endswith(".")


@contextmanager
def taken(port: int = 0) -> Iterator[int]:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("by", ["option", "setting"])
async def test_a_port_that_was_asked_for_and_is_taken_is_refused_by_name(by: str):
    with taken() as port:
        opening = playground(
            Settings(port=port if by == "setting" else None, content_dir=PACKS), port if by == "option" else None
        )
        with pytest.raises(SettingError, match=rf"PORT {port} is in use .* Fix: set PORT"):
            await opening.__aenter__()


async def test_another_port_serves_when_nobody_asked_for_one(monkeypatch: pytest.MonkeyPatch):
    with taken() as port:
        monkeypatch.setattr(run, "DEFAULT_PORT", port)
        async with playground(Settings(content_dir=PACKS), None) as (_, address):
            assert not address.endswith(f":{port}/")


async def test_an_address_of_another_machine_is_refused_by_name():
    with pytest.raises(SettingError, match=r"HOST 192\.0\.2\.1"):
        await playground(Settings(host="192.0.2.1", content_dir=PACKS), 0).__aenter__()


def test_the_bot_gets_no_real_token_and_no_proxy(monkeypatch: pytest.MonkeyPatch):
    for name in ("SLACK_SIGNING_SECRET", "DISCORD_TOKEN_FILE", "DISCORD_GUILD_ID", "HTTPS_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "real")
    given = environment(("SLACK_SIGNING_SECRET", "DISCORD_TOKEN", "DISCORD_GUILD_ID"), {"DISCORD_TOKEN": "loopback"})
    assert "real" not in given.values()
    assert given["DISCORD_TOKEN"] == "loopback"
    assert given["PATH"]


async def test_a_file_that_the_bot_uploaded_to_slack_is_shown_until_it_is_deleted(opened):
    browser, _, stage = opened
    client = AsyncWebClient(token=stage.slack.workspace.bot_token, base_url=f"{stage.slack.url}/api/")
    stage.slack.workspace.scopes |= {"files:write"}
    file_id = (await client.files_upload_v2(content=b"png", filename="calf.png"))["files"][0]["id"]
    async with browser.get(f"/files/{file_id}") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", b"png")
    stage.slack.workspace.files.get(file_id).deleted = True
    async with browser.get(f"/files/{file_id}") as answer:
        assert answer.status == 404
