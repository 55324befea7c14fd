"""Processes of the bot as an operator starts them: `python -m bot run --role …`, each with a port of its own."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp
import psutil

from bot.role import Role
from tests.ports import free_port

START_SECONDS = 120.0
END_SECONDS = 20.0


class Replica:
    """One process. `url` is where its own server is."""

    def __init__(self, role: Role, process: asyncio.subprocess.Process, url: str) -> None:
        self.role, self.process, self.url = role, process, url

    @classmethod
    async def start(
        cls, role: Role, settings: Mapping[str, str], folder: Path, program: Sequence[str] = ()
    ) -> "Replica":
        """Begin one, in `folder`, with these environment variables and no other setting.

        `program` is another one for Python to run than the bot.
        """
        port = free_port()
        kept = {name: text for name, text in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(program or ("-m", "bot", "run", "--role", role)),
            cwd=folder,
            env={**kept, "DATA_DIR": str(folder), **settings, "PORT": str(port)},
        )
        return cls(role, process, f"http://127.0.0.1:{port}")

    async def ready(self) -> None:
        """Return once it says that all it needs is there."""
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert self.process.returncode is None, f"{self.role} ended with {self.process.returncode}"
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    def calls(self, port: int) -> int:
        """How many connections it has to this port."""
        found = psutil.Process(self.process.pid).net_connections("tcp")
        return sum(1 for c in found if c.raddr and c.raddr.port == port and c.status == psutil.CONN_ESTABLISHED)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to end, as an orchestrator does; returns its exit status."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(END_SECONDS):
                    await self.process.wait()
            except TimeoutError:
                await self.kill()
        assert self.process.returncode is not None
        return self.process.returncode
