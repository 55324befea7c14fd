"""The bot's process: its own server is always there, beside whatever else runs."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession, web
from structlog.testing import capture_logs

from bot.app import assemble, run, serve
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.process import run_services
from bot.service import Check, Health, Service
from bot.settings import SettingError, Settings
from bot.web.health import health_routes
from bot.web.server import start_server
from tests.desks import a_world
from tests.packs import HERE
from tests.ports import free_port

SECONDS = 10.0


@asynccontextmanager
async def running(work: Any, port: int) -> AsyncIterator[ClientSession]:
    """The process, once its server answers; told to stop by a signal, as an operator would."""
    task = asyncio.create_task(work)
    async with ClientSession(f"http://127.0.0.1:{port}") as browser:
        try:
            async with asyncio.timeout(SECONDS):
                while not task.done():
                    with suppress(ClientConnectionError):
                        await browser.get("/healthz")
                        break
                    await asyncio.sleep(0.01)
            if task.done():
                await task
            yield browser
        finally:
            if not task.done():
                os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(SECONDS):
                await task


@asynccontextmanager
async def services(*some: Service, checks: Mapping[str, Check] | None = None) -> AsyncIterator[ClientSession]:
    port = free_port()
    async with running(run_services(Settings(port=port), some, checks=checks), port) as browser:
        yield browser


async def read(browser: ClientSession, path: str) -> tuple[int, Any]:
    async with browser.get(path) as answer:
        return answer.status, await answer.json()


async def for_ever() -> None:
    await asyncio.Event().wait()


async def well() -> Health:
    return Health(ok=True, facts={"revision": "abc"})


async def unwell() -> Health:
    return Health(ok=False, facts={"problem": "it is away"})


async def test_a_process_says_that_it_is_alive_and_ready() -> None:
    async with services(Service("one", for_ever, check=well), checks={"two": well}) as browser:
        assert await read(browser, "/healthz") == (200, {"alive": True})
        told = {"ok": True, "revision": "abc"}
        assert await read(browser, "/readyz") == (200, {"ready": True, "checks": {"one": told, "two": told}})


async def test_one_check_that_fails_makes_the_process_not_ready_yet_alive() -> None:
    async with services(Service("one", for_ever, check=unwell), checks={"two": well}) as browser:
        status, body = await read(browser, "/readyz")
        assert (status, body["ready"]) == (503, False)
        assert body["checks"]["one"] == {"ok": False, "problem": "it is away"}
        assert body["checks"]["two"]["ok"] is True
        assert (await read(browser, "/healthz"))[0] == 200


async def test_a_check_that_hangs_is_a_check_that_failed() -> None:
    async def hangs() -> Health:
        await for_ever()
        raise AssertionError

    server = await start_server("127.0.0.1", 0, health_routes({"one": hangs, "two": well}, seconds=0.05))
    try:
        async with ClientSession(f"http://127.0.0.1:{server.addresses[0][1]}") as browser:
            status, body = await read(browser, "/readyz")
        assert (status, body["checks"]["one"]) == (503, {"ok": False, "problem": "no answer in 0.05 s"})
    finally:
        await server.cleanup()


async def test_routes_of_services_are_served() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.json_response("hello")

    async with services(Service("one", for_ever, routes=(web.get("/hello", hello),))) as browser:
        assert await read(browser, "/hello") == (200, "hello")


async def test_noise_is_refused_without_a_word_and_a_failure_is_logged_without_who_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(_: web.Request) -> web.Response:
        raise RuntimeError

    server = await start_server("127.0.0.1", 0, [web.get("/fails", fails)])
    try:
        reader, writer = await asyncio.open_connection(*server.addresses[0][:2])
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n\x16\x03\x01")
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()
        assert caplog.messages == []
        async with (
            ClientSession(f"http://127.0.0.1:{server.addresses[0][1]}") as browser,
            browser.get("/fails") as answer,
        ):
            assert answer.status == 500
        assert caplog.messages == ["a request failed"]
    finally:
        await server.cleanup()


async def test_a_service_that_fails_ends_the_process_with_its_error() -> None:
    async def fails() -> None:
        raise SettingError("DISCORD_TOKEN", "was refused.", "copy it again")

    with pytest.raises(SettingError, match="DISCORD_TOKEN was refused"):
        await run_services(Settings(port=0), [Service("one", fails), Service("two", for_ever)])


@pytest.mark.slow
async def test_the_whole_bot_serves_both_platforms_and_its_own_server(tmp_path: Path) -> None:
    slack, discord = LoopbackSlack(a_world()), LoopbackDiscord(a_world())
    port = free_port()
    settings = Settings(
        slack_bot_token="xoxb-loopback",
        slack_app_token="xapp-loopback",
        slack_api_url=await slack.start(),
        discord_token="loopback-discord-token",
        discord_api_url=await discord.start(),
        discord_gateway_url=discord.gateway_url,
        content_dir=HERE,
        data_dir=tmp_path,
        port=port,
    )
    try:
        async with running(serve(assemble(settings)), port) as browser:
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(slack.connected(), discord.connected(commands=True))
                while (told := await read(browser, "/readyz"))[0] != 200:  # noqa: ASYNC110 - the sign of life is the library's; nothing of ours could wake us
                    await asyncio.sleep(0.01)
            body = told[1]
            assert set(body["checks"]) == {"database", "content", "slack", "discord", "tips"}
            assert body["checks"]["database"] == {"ok": True, "kind": "sqlite"}
            assert body["checks"]["content"]["knots"]
            assert body["checks"]["slack"]["last_ping_age_seconds"] < SECONDS
            assert body["checks"]["tips"]["last_look_age_seconds"] < SECONDS
            assert body["checks"]["discord"]["last_heartbeat_age_seconds"] < SECONDS
            async with browser.get("/metrics") as answer:
                assert "process_resident_memory_bytes" in await answer.text()
    finally:
        await slack.stop()
        await discord.stop()


@pytest.mark.slow
@pytest.mark.parametrize("at_first", ["nothing", "a broken pack"])
async def test_content_that_comes_late_is_served_when_it_comes(tmp_path: Path, at_first: str) -> None:
    content = tmp_path / "content"
    content.mkdir()
    if at_first == "a broken pack":
        shutil.copytree(HERE / "small", content / "small")
        (content / "small/pack.yaml").write_text("command: [\n", encoding="utf-8")
    slack = LoopbackSlack(a_world())
    port = free_port()
    settings = Settings(
        slack_bot_token="xoxb-loopback",
        slack_app_token="xapp-loopback",
        slack_api_url=await slack.start(),
        content_dir=content,
        data_dir=tmp_path / "data",
        port=port,
    )
    try:
        with capture_logs() as logs:
            async with running(run(settings), port) as browser:
                status, body = await read(browser, "/readyz")
                assert (status, set(body["checks"])) == (503, {"content"})
                assert (await read(browser, "/healthz"))[0] == 200
                shutil.copytree(HERE / "small", content / "small", dirs_exist_ok=True)
                await slack.connected()
                assert (await slack.command("ana", "muscle-health", "tie bow", "/knots")).message
    finally:
        await slack.stop()
    said = [each["problem"] for each in logs if each["event"].startswith("content cannot be used yet")]
    assert any("CONTENT_DIR" in problem for problem in said)
    assert any("pack.yaml" in problem and "Fix: " in problem for problem in said)


async def test_a_bot_that_waits_for_content_ends_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_port()
    async with running(run(Settings(content_dir=tmp_path, port=port)), port) as browser:
        assert (await read(browser, "/readyz"))[0] == 503
