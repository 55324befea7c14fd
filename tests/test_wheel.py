"""The wheel: built, installed with the pinned requirements in an empty environment, and asked for a card."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

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
    names = zipfile.ZipFile(wheel).namelist()
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
    below = {"content": "bot/_data/content/", "templates": "bot/_data/templates/"}
    for folder, inside in below.items():
        files = [f for f in (ROOT / folder).rglob("*") if f.is_file() and "__pycache__" not in f.parts]
        missing = [f for f in files if inside + f.relative_to(ROOT / folder).as_posix() not in names]
        assert not missing
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def test_the_installed_wheel_answers_in_an_empty_folder_with_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--no-compile", "--require-hashes", "-r", str(ROOT / "requirements.txt"))
    run(*pip, "--no-deps", str(wheel))
    empty = tmp_path / "empty"
    empty.mkdir()
    spasmbot = str(tmp_path / "venv" / "bin" / "spasmbot")
    card = run(spasmbot, "ask", "treat", "stress", cwd=empty, env={})
    assert card == run(sys.executable, "-m", "bot", "ask", "treat", "stress", cwd=ROOT, env={})
    assert len(card.split()) > 40
    for form in ("slack", "discord", "json"):
        assert run(spasmbot, "ask", "--as", form, "treat", "stress", cwd=empty, env={}).startswith("{")
    run(spasmbot, "check", cwd=empty, env={})
    assert list(empty.iterdir()) == []
    run(python, "-m", "pip", "check")
