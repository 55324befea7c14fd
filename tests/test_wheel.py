"""The wheel: built, installed beside the pinned requirements and nothing else, and asked for a card."""

import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.packs import HERE

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT))
    (built,) = out.glob("*.whl")
    return built


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_wheel_carries_content_templates_licences_and_types(wheel: Path) -> None:
    carried = zipfile.ZipFile(wheel)
    names = carried.namelist()
    for needed in (
        "bot/py.typed",
        "bot/_data/content/spasm/pack.yaml",
        "bot/_data/content/spasm/sources.yaml",
        "bot/_data/content/spasm/en/treat/stress.md",
        "bot/_data/templates/cards/topic.md.j2",
    ):
        assert needed in names
    for licence in ("LICENSE", "LICENSE-CONTENT"):
        assert any(name.endswith(f".dist-info/licenses/{licence}") for name in names)
    for folder in ("content", "templates"):
        files = [f for f in (ROOT / folder).rglob("*") if f.is_file() and "__pycache__" not in f.parts]
        for file in files:
            assert carried.read(f"bot/_data/{file.relative_to(ROOT).as_posix()}") == file.read_bytes(), file
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def pins(file: str) -> dict[str, set[str]]:
    """Each requirement of a file of requirements with its hashes."""
    lines = (line.strip() for line in (ROOT / file).read_text(encoding="utf-8").replace("\\\n", "").splitlines())
    found = [line.partition(" --hash=") for line in lines if "==" in line and not line.startswith("#")]
    return {name.strip(): set(hashes.split(" --hash=")) for name, _, hashes in found}


def test_what_the_bot_needs_is_what_it_is_tested_with() -> None:
    """`make setup` installs these by their hashes, and so does the Dockerfile."""
    needed, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(needed) > 20
    assert all(needed.values())
    assert {name: tested.get(name) for name in needed} == needed


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """An environment with what requirements.txt names, and no more: links to what `make setup` installed."""
    venv.create(tmp_path / "venv")
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    for requirement in map(Requirement, pins("requirements.txt")):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        installed = distribution(requirement.name)
        for name in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            (site / name).symlink_to(str(installed.locate_file(name)))
    return tmp_path / "venv" / "bin"


def test_the_installed_wheel_answers_in_an_empty_folder_with_an_empty_environment(
    wheel: Path, alone: Path, tmp_path: Path
) -> None:
    pip = (sys.executable, "-m", "pip", "--python", str(alone / "python"))
    install = (*pip, "install", "--quiet", "--disable-pip-version-check", "--no-index")
    run(*install, "--require-hashes", "-r", str(ROOT / "requirements.txt"))  # finds all of it there, and complete
    run(*install, "--no-deps", str(wheel))
    run(*pip, "check")
    empty = tmp_path / "empty"
    empty.mkdir()
    spasmbot = str(alone / "spasmbot")
    card = run(spasmbot, "ask", "treat", "stress", cwd=empty, env={})
    assert card == run(sys.executable, "-m", "bot", "ask", "treat", "stress", cwd=ROOT, env={})
    assert len(card.split()) > 40
    for form in ("slack", "discord", "json"):
        assert run(spasmbot, "ask", "--as", form, "treat", "stress", cwd=empty, env={}).startswith("{")
    # The wheel's own content is that of this folder, as the test above says, which tests/check looks through.
    run(spasmbot, "check", cwd=empty, env={"CONTENT_DIR": str(HERE)})
    assert list(empty.iterdir()) == []
