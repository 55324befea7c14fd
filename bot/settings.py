"""Settings from the environment, a .env file and *_FILE secrets; a wrong one is refused by name, with the fix."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.setting_rules import WHERE, misspelt, shards_mistake, slack_mistake, token_keys

PACKAGE = Path(__file__).parent
DEFAULT_PORT = 8080
MOST_SHARDS = 16_384
"""Far more than a million servers need (Discord takes 2,500 servers a shard at most)."""


class SettingError(Exception):
    """A setting that cannot be used: its name, what is wrong, and what to do."""

    def __init__(self, name: str, problem: str, fix: str) -> None:
        super().__init__(f"{name} {problem} Fix: {fix}")
        self.name, self.problem, self.fix = name, problem, fix


def data_folder(name: str) -> Path:
    """`content` or `templates`: inside an installed package, else at the top of the source tree."""
    packed = PACKAGE / "_data" / name
    return packed if packed.is_dir() else PACKAGE.parent / name


def _setting(help_text: str, default: Any = None, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_text, "secret": secret}, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting that the bot reads; an environment variable has the same name in capitals."""

    slack_bot_token: str | None = _setting("Slack bot token, starts with xoxb-", secret=True)
    slack_app_token: str | None = _setting("Slack app-level token for Socket Mode, starts with xapp-", secret=True)
    slack_signing_secret: str | None = _setting("Slack signing secret: serves Slack over HTTP instead", secret=True)
    slack_client_id: str | None = _setting("Slack client id, instead of a bot token: serves several workspaces")
    slack_client_secret: str | None = _setting("Slack client secret, beside the client id", secret=True)
    token_keys: tuple[str, ...] | None = _setting("Keys that encrypt tokens at rest, the newest first", secret=True)
    slack_api_url: str = _setting("Slack's address; changed only for tests and the playground", "https://slack.com")
    discord_token: str | None = _setting("Discord bot token", secret=True)
    discord_guild_id: int | None = _setting("Register commands in this one server only, for trying out")
    discord_shard_ids: tuple[int, ...] | None = _setting("Shards of this process, such as 0-3 or 0,2; all where unset")
    discord_shard_count: int | None = _setting(
        "Shards in all processes together; as many as Discord advises where unset"
    )
    discord_api_url: str | None = _setting("Discord's REST address, or that of a shared proxy")
    discord_gateway_url: str | None = _setting("Discord's gateway address; changed only for tests and the playground")
    content_dir: Path = _setting("Folder of content packs", data_folder("content"))
    templates_dir: Path = _setting("Folder of card templates and interface words", data_folder("templates"))
    overlay_dir: Path | None = _setting("Folder whose templates/ goes before the bot's own")
    database_url: str | None = _setting(
        "PostgreSQL, or another SQLite file; a file in DATA_DIR where unset", secret=True
    )
    data_dir: Path = _setting("Folder of the bot's own file of choices; made when it is needed", Path("data"))
    host: str = _setting("Address that the bot's own server listens on", "127.0.0.1")
    port: int | None = _setting(f"Port of that server; {DEFAULT_PORT} where unset, 0 for any free one")
    public_url: str | None = _setting("Address at which others reach that server: pictures and installing on Slack")
    slack_uploads: str = _setting("Where Slack shows uploaded pictures, without PUBLIC_URL: kept, all or off", "kept")
    answers_per_minute: int = _setting("Answers that one person gets a minute; 0 for no limit", 20)
    log_level: str = _setting("debug, info, warning or error", "info")

    @property
    def slack(self) -> bool:
        return self.slack_bot_token is not None or self.several_workspaces

    @property
    def several_workspaces(self) -> bool:
        """Whether Slack workspaces add the bot by themselves; otherwise it is in the one of SLACK_BOT_TOKEN."""
        return self.slack_client_id is not None

    @property
    def discord(self) -> bool:
        return self.discord_token is not None


_LEFT_OVER = re.compile(
    r"your|change|replace|example|(?<![a-z0-9])xxx+(?![a-z0-9])|x{5,}|placeholder|\.\.\.|<|paste", re.IGNORECASE
)
_PREFIXES = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
_CHOICES = {"LOG_LEVEL": ("debug", "info", "warning", "error"), "SLACK_UPLOADS": ("kept", "all", "off")}


def load_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: environment variables; the process's own where None. They go before the .env file.
        dotenv: a .env file; the one in the working directory where None.

    Raises:
        SettingError: for the first value that cannot be used.
    """
    raw = raw_settings(environ, dotenv)
    values: dict[str, Any] = {}
    for each in fields(Settings):
        name = each.name.upper()
        text = _text(name, raw, secret=each.metadata["secret"])
        if text is not None:
            values[each.name] = _parse(name, text, secret=each.metadata["secret"])
    settings = Settings(**values)
    if mistake := slack_mistake(settings) or shards_mistake(settings):
        raise SettingError(*mistake)
    return settings


def raw_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> dict[str, str]:
    """Everything that is set, as it stands there. Raises SettingError for a .env file that cannot be read."""
    file = dotenv or Path(".env")
    written = _dotenv(file)
    raw = {**written, **(os.environ if environ is None else environ)}
    if mistake := misspelt(written, raw, file, _names()):
        raise SettingError(*mistake)
    return raw


def _names() -> tuple[str, ...]:
    """Of every setting, and of the file that it may stand in."""
    names = [(each.name.upper(), each.metadata["secret"]) for each in fields(Settings)]
    return tuple(name for plain, secret in names for name in ((plain, f"{plain}_FILE") if secret else (plain,)))


def _dotenv(file: Path) -> dict[str, str]:
    try:
        return {k: v for k, v in dotenv_values(file).items() if v is not None} if file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise SettingError(str(file), f"cannot be used: {reason}.", "make it readable, or remove it") from None


def _text(name: str, raw: Mapping[str, str], *, secret: bool) -> str | None:
    path = raw.get(f"{name}_FILE") if secret else None
    if path and _is_device(path):
        path = None
    if path is not None and not path.strip():
        raise SettingError(f"{name}_FILE", "is empty.", f"name a readable file, or remove {name}_FILE")
    if path and name in raw:
        raise SettingError(name, f"is set together with {name}_FILE.", "keep one of the two")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "cannot be read"
            raise SettingError(f"{name}_FILE", f"names {path}: {reason}.", "name a readable file") from None
    return raw[name].strip() if name in raw else None


def _is_device(path: str) -> bool:
    """/dev/null, also under another name, says "no value": a compose file can mount no secret less."""
    try:
        return stat.S_ISCHR(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


_NUMBERS = {
    "PORT": (0, 65535),
    "ANSWERS_PER_MINUTE": (0, 10_000),
    "DISCORD_GUILD_ID": (1, 2**63),
    "DISCORD_SHARD_COUNT": (1, MOST_SHARDS),
}
"""Settings that are whole numbers: the least and the most of each."""


def _parse(name: str, text: str, *, secret: bool) -> Any:
    if not text:
        raise SettingError(name, "is empty.", WHERE.get(name, f"give it a value, or remove {name}"))
    if name == "DATABASE_URL":
        return _database(name, text)
    if name == "TOKEN_KEYS":
        return _keys(text)
    if name == "SLACK_CLIENT_ID" and not re.fullmatch(r"[0-9]+\.[0-9]+", text):
        raise SettingError(name, f"is {text!r}, which is no client id.", WHERE[name])
    if secret:
        return _secret(name, text)
    if name == "DATA_DIR":
        return _home(text)
    if name in _NUMBERS:
        return _number(name, text, *_NUMBERS[name])
    if name == "DISCORD_SHARD_IDS":
        return _shards(name, text)
    if name.endswith("_URL"):
        return _url(name, text)
    if name.endswith("_DIR"):
        return _folder(name, text)
    return _one_of(name, text, _CHOICES[name]) if name in _CHOICES else text


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text.lower() not in choices:
        raise SettingError(name, f"is {text!r}.", f"use {', '.join(choices[:-1])} or {choices[-1]}")
    return text.lower()


def _secret(name: str, text: str) -> str:
    """Refuse a left-over of an example; never say the value."""
    prefix = _PREFIXES.get(name, "")
    if not text.startswith(prefix):
        raise SettingError(name, f"does not start with {prefix}.", WHERE[name])
    if text.startswith("Bot "):
        raise SettingError(name, "begins with the word Bot, which is not part of the token.", WHERE[name])
    if text == prefix or _LEFT_OVER.search(text) or any(c.isspace() or not c.isprintable() for c in text):
        raise SettingError(name, "is not a real value, but looks left over from an example.", WHERE[name])
    return text


def _keys(text: str) -> tuple[str, ...]:
    keys = token_keys(text)
    if keys is None:
        raise SettingError("TOKEN_KEYS", "is not a list of keys.", WHERE["TOKEN_KEYS"])
    return keys


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise SettingError(name, f"is {text!r}.", f"use a whole number from {least} to {most}")
    return int(text)


def _shards(name: str, text: str) -> tuple[int, ...]:
    """`0-3` and `0,2,5-7` as numbers, each once."""
    found: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = (each.strip() for each in part.partition("-"))
        ends = (first, last) if dash else (first, first)
        if not all(end.isascii() and end.isdigit() and int(end) < MOST_SHARDS for end in ends):
            raise SettingError(name, f"is {text!r}.", "write numbers and ranges, such as 0-3 or 0,2,5")
        found |= dict.fromkeys(range(int(ends[0]), int(ends[1]) + 1))
    if not found:
        raise SettingError(name, f"is {text!r}, which names no shard.", "write the smaller number first, such as 0-3")
    return tuple(found)


def _url(name: str, text: str) -> str:
    schemes = ("ws", "wss") if name == "DISCORD_GATEWAY_URL" else ("http", "https")
    try:
        parts = urlsplit(text)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket without its other
        good = False
    if not good:
        raise SettingError(name, f"is {text!r}.", f"use an address that starts with {schemes[1]}://")
    return text.rstrip("/")


def _database(name: str, text: str) -> str:
    """An address of a database, which holds a password: never say the value."""
    try:
        parts = urlsplit(text)
        good = parts.port != 0 and text.isprintable() and " " not in text
    except ValueError:  # a port that is no number, a password with a / or a # in it
        good = False
    if good and parts.scheme in ("sqlite", "sqlite+aiosqlite"):
        good = text.startswith(f"{parts.scheme}:///") and parts.path.strip("/") not in ("", ":memory:")
    elif good:
        good = parts.scheme in ("postgres", "postgresql", "postgresql+asyncpg") and not parts.fragment
        good = good and text.startswith(f"{parts.scheme}://")
    if not good:
        fix = "use postgresql://user:password@host:5432/name, with odd characters as %23, or sqlite:///path/to/file"
        raise SettingError(name, "is not an address of a database that the bot can use.", fix)
    return text


def ready_data_dir(settings: Settings) -> Path:
    """DATA_DIR, made where it is not there yet. Raises SettingError when nothing can be written in it."""
    folder, fix = settings.data_dir, "name a folder that the bot may write in, or set DATABASE_URL"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:
        problem = f"is {str(folder)!r}, which cannot be written: {getattr(error, 'strerror', None) or error}."
        raise SettingError("DATA_DIR", problem, fix) from None
    return folder


def _home(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody, who is not known here
        return Path(text)


def _folder(name: str, text: str) -> Path:
    folder = _home(text)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        problem = "cannot be read." if folder.exists() else "does not exist."
        raise SettingError(name, f"is {text!r}, which {problem}", f"name a readable folder, or remove {name}")
    return folder
