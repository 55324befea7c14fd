"""What an operator starts from: the Dockerfile and docker-compose.yml, held against the bot."""

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.role import Role
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
OURS = {name: s for name, s in COMPOSE["services"].items() if s["image"].startswith("spasmbot")}
SECRETS = {field.name.upper() for field in fields(Settings) if field.metadata["secret"]}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


# docker-compose.yml


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_every_service_is_hardened(service: str) -> None:
    made = COMPOSE["services"][service]
    uid, _, gid = made["user"].partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert made["read_only"] is True
    assert any(mount.startswith("/tmp") for mount in made["tmpfs"])
    assert made["cap_drop"] == ["ALL"]
    assert "cap_add" not in made
    assert made["security_opt"] == ["no-new-privileges:true"]
    assert made.get("privileged") is None
    assert made["pids_limit"] > 0
    assert made["healthcheck"]["test"][0] == "CMD"
    assert made["stop_grace_period"]
    assert made["restart"] == "unless-stopped"


def test_ports_are_open_to_this_machine_alone() -> None:
    ports = [port for made in COMPOSE["services"].values() for port in made.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("service", OURS)
def test_every_secret_is_a_file(service: str) -> None:
    environment, mounted = OURS[service]["environment"], OURS[service]["secrets"]
    assert not SECRETS & set(environment)
    in_files = {name.removesuffix("_FILE"): path for name, path in environment.items() if name.endswith("_FILE")}
    assert in_files == {name.upper(): f"/run/secrets/{name}" for name in mounted}
    assert set(in_files) <= SECRETS


def test_a_secret_can_be_given_as_a_file_to_every_service_of_the_bot() -> None:
    for made in OURS.values():
        assert {name.upper() for name in made["secrets"]} == SECRETS


def test_a_secret_that_is_not_used_is_mounted_as_no_value() -> None:
    for name in SECRETS:
        assert COMPOSE["secrets"][name.lower()] == {"file": f"${{{name}_FILE:-/dev/null}}"}


def test_without_a_profile_the_bot_runs_alone_on_a_volume() -> None:
    plain = {name for name, made in COMPOSE["services"].items() if "profiles" not in made}
    assert plain == {"bot"}
    assert OURS["bot"]["volumes"] == ["data:/data"]
    assert OURS["bot"]["environment"]["DATA_DIR"] == "/data"
    assert "data" in COMPOSE["volumes"]


def test_the_database_server_is_reached_by_the_bot_alone() -> None:
    assert COMPOSE["services"]["postgres"]["networks"] == ["database"]
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert "ports" not in COMPOSE["services"]["postgres"]


def command_of(service: str) -> list[str]:
    """As it is where .env says nothing."""
    return [re.sub(r"\$\{\w+:-(\w+)\}", r"\1", word) for word in OURS[service]["command"]]


def test_the_profile_scale_adds_replicas_that_share_a_database_alone() -> None:
    added = {name: made for name, made in OURS.items() if made.get("profiles") == ["scale"]}
    assert {name: command_of(name)[-1] for name in added} == {"web": Role.WEB, "worker": Role.WORKER}
    for made in added.values():
        least = re.fullmatch(r"\$\{[A-Z_]+:-(\d+)\}", made["deploy"]["replicas"])
        assert least
        assert int(least[1]) > 1
        assert "volumes" not in made
        assert made["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}
    assert COMPOSE["services"]["postgres"]["profiles"] == ["postgres", "scale"]


def test_without_the_profile_the_one_bot_does_everything() -> None:
    assert command_of("bot") == ["run", "--role", Role.ALL]


@pytest.mark.parametrize("service", OURS)
def test_every_command_of_the_compose_file_is_one_that_the_bot_knows(service: str) -> None:
    name, *options = command_of(service)
    main.commands[name].make_context(name, list(options))


@pytest.mark.parametrize("service", OURS)
def test_the_healthcheck_asks_the_bots_own_sign_of_life(service: str) -> None:
    made = OURS[service]
    check = made["healthcheck"]["test"]
    assert check[1:3] == ["python", "-c"]
    assert f"http://127.0.0.1:{made['environment']['PORT']}/healthz" in check[3]
    compile(check[3], "healthcheck", "exec")


# The Dockerfile


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_the_image_runs_as_the_number_that_owns_the_volume() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert all(made["user"] == "10001:10001" for made in OURS.values())
    assert any("--chown=10001:10001 /data /data" in copied for copied in instructions("COPY"))


def test_everything_is_installed_from_pins_with_hashes() -> None:
    steps = [step.strip() for run in instructions("RUN") for step in run.split("&&")]
    installs = [shlex.split(step) for step in steps if " install " in step]
    assert installs
    assert all("--require-hashes" in step or {"--no-deps", "--no-index"} <= set(step) for step in installs)
    assert "://" not in DOCKERFILE


def test_everything_that_the_image_is_made_of_gets_to_the_engine_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {name for line in instructions("COPY") if not line.startswith("--") for name in line.split()[:-1]}
    assert "*" in ignored
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_pins_for_building_agree_with_those_for_working() -> None:
    """The wheel in the image is made by the same hatchling as the one that is tested."""
    pins = [
        dict(re.findall(r"^([a-z][\w.-]*)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements-build.txt", "requirements-dev.txt")
    ]
    assert pins[0]
    assert pins[0].items() <= pins[1].items()


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"], ["hadolint", "Dockerfile"]],
)
def test_both_files_are_valid_without_an_engine(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
