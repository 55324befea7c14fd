"""The `spasmbot` command."""

import asyncio
import io
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from bot import __version__, log
from bot.app import assemble
from bot.app import run as serving
from bot.cards.templates import CardTemplateError
from bot.content import read_content
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.library.problems import ContentError
from bot.role import Role
from bot.settings import SettingError, Settings, load_settings

NO_TOKEN = 2
"""`run` ends with this when no platform is set; `make run` then starts the playground."""
HOW_TO_START = """No platform is set, so there is nothing to run. Set one of these, in the environment or in .env:
  Slack, Socket Mode:  SLACK_BOT_TOKEN and SLACK_APP_TOKEN
  Slack, HTTP:         SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET
  Slack, several workspaces: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET, TOKEN_KEYS and PUBLIC_URL
  Discord:             DISCORD_TOKEN
To try the bot without any token: spasmbot playground"""


def _kindly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Tell what is wrong in readable lines and end with 1; no trace."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (SettingError, ContentError, CardTemplateError) as error:
            click.echo(f"spasmbot: {error}", err=True)
            sys.exit(1)
        except StoreUnavailableError:
            click.echo("spasmbot: the database does not answer; nothing was changed", err=True)
            sys.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)

    return wrapped


def _settings() -> Settings:
    settings = load_settings()
    log.configure(settings.log_level)
    return settings


def _utf8(stream: TextIO) -> TextIO:
    """JSON lines are UTF-8 whatever the terminal speaks; bytes that are not spoil their own line only."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return stream


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="spasmbot")
def main() -> None:
    """Patient education about muscle spasms, for Slack and Discord."""


@main.command()
@click.option(
    "--role",
    "chosen",
    type=click.Choice([role.value for role in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="Which part of the work this process does, where several share it.",
)
@_kindly
def run(chosen: str) -> None:
    """Serve Slack and Discord, each where its tokens are set."""
    settings, role = _settings(), Role(chosen)
    serves = (settings.slack and role is not Role.DISCORD) or (settings.discord and role is not Role.WEB)
    if not serves:
        click.echo(HOW_TO_START, err=True)
        sys.exit(NO_TOKEN)
    asyncio.run(serving(settings, role))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the page; PORT, else 8080, where not given.")
@_kindly
def playground(port: int | None) -> None:
    """Try the bot in a browser: a Slack and a Discord channel on this machine, no token needed."""
    from bot.playground.run import run_playground

    asyncio.run(run_playground(_settings(), port))


@main.command()
@click.option(
    "--as", "form", type=click.Choice(["text", "slack", "discord", "json"]), default="text", show_default=True
)
@click.option("--locale", default=None, help="The asker's language, such as en or es-MX.")
@click.option("--batch", is_flag=True, help='Read JSON lines {"query": …, "locale": …}, write one JSON line each.')
@click.argument("words", nargs=-1)
@_kindly
def ask(form: str, locale: str | None, words: tuple[str, ...], *, batch: bool) -> None:
    """Print the card for WORDS as a person, Slack or Discord would get it."""
    from bot import ask as asking

    parts = assemble(_settings())
    if batch:
        sys.exit(asking.batch(parts, _utf8(sys.stdin), _utf8(sys.stdout)))
    answer = asyncio.run(asking.one(parts, " ".join(words), locale, form))
    click.echo(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=2))


@main.command()
@click.option("--json", "form", flag_value="json", help="One JSON record a topic.")
@click.option("--comments", "form", flag_value="comments", help="Comments for a pull request on GitHub.")
@click.option("--review-pack", "form", flag_value="review-pack", help="A document for a clinician to tick and sign.")
@click.option("--locale", default=None, help="With --review-pack: one language only.")
@_kindly
def check(form: str | None, locale: str | None) -> None:
    """Read all content as the bot would, and say what to mend: file, line, field, fix."""
    from bot.check import check_all, print_review_pack

    settings = _settings()
    if form == "review-pack":
        print_review_pack(settings, locale)
        return
    sys.exit(check_all(settings, form or "text"))


@main.group()
def manifest() -> None:
    """Print what a platform needs to set the app up."""


@manifest.command("slack")
@click.option("--mode", type=click.Choice(["socket", "http"]), default="socket", show_default=True)
@click.option("--public-url", default=None, help="With --mode http: https address of the bot; PUBLIC_URL else.")
@click.option("--with", "extras", type=click.Choice(["history", "pictures"]), multiple=True, help="One more feature.")
@click.option("--explain", is_flag=True, help="Say on standard error why each scope is asked for.")
@_kindly
def manifest_slack(mode: str, public_url: str | None, extras: tuple[str, ...], *, explain: bool) -> None:
    """Print the manifest of the Slack app as JSON, made from the commands and packs of this bot."""
    from bot.platforms.slack import manifest as slack
    from bot.platforms.slack.scopes import Extra

    settings = _settings()
    address = slack.https_address(public_url or settings.public_url) if mode == "http" else None
    wanted = [Extra(extra) for extra in extras]
    click.echo(json.dumps(slack.manifest(read_content(settings).packs, address, wanted), ensure_ascii=False, indent=2))
    if explain:
        click.echo(slack.explained(wanted), err=True)


@main.group()
def invite() -> None:
    """Print the link that brings the bot into a community."""


@invite.command("discord")
@click.option("--client-id", type=click.IntRange(10**14, 2**63), help="The application's id; Discord is asked else.")
@click.option("--with", "extras", type=click.Choice(["history", "pictures"]), multiple=True, help="One more feature.")
@_kindly
def invite_discord(client_id: int | None, extras: tuple[str, ...]) -> None:
    """Print the link that invites the bot to a Discord server, with the least permissions."""
    from bot.platforms.discord import invite as discord

    known = client_id or asyncio.run(discord.own_client_id(_settings()))
    click.echo(discord.link(known, [discord.Extra(extra) for extra in extras]))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Check everything the bot needs, and say how to mend what is wrong. Changes nothing, tells no secret.

    Ends with 0 when all is well, 1 for errors, 3 for warnings only, 2 when no platform is set.
    """
    from bot.doctor import doctor as look

    log.configure("error")  # findings say it, once
    sys.exit(look(json=as_json))


@main.command()
@click.option("--yes", is_flag=True, help="Overwrite FILE where it is there already.")
@click.argument("file", type=click.Path(path_type=Path))
@_kindly
def backup(file: Path, *, yes: bool) -> None:
    """Write everything that is kept to FILE, while the bot runs or not, and check it."""
    from bot.store.backup import backup as back_up

    click.echo(back_up(_settings(), file, overwrite=yes))


@main.command()
@click.option("--yes", is_flag=True, help="Put it in the place of what is kept already.")
@click.argument("file", type=click.Path(path_type=Path))
@_kindly
def restore(file: Path, *, yes: bool) -> None:
    """Put a backup back. Stop the bot first."""
    from bot.store.backup import restore as put_back

    click.echo(put_back(_settings(), file, overwrite=yes))


@main.group()
def keys() -> None:
    """TOKEN_KEYS, which encrypt the tokens of workspaces in the database."""


@keys.command("new")
@_kindly
def keys_new() -> None:
    """Print a new key. Set it in front of those in TOKEN_KEYS, with a comma."""
    from bot.store.keys import new_key

    click.echo(new_key())


@keys.command("rotate")
@_kindly
def keys_rotate() -> None:
    """Encrypt every token in the database with the newest of TOKEN_KEYS; the older ones can go then."""
    from bot.keeping import resealed

    words, whole = asyncio.run(resealed(_settings()))
    click.echo(words, err=not whole)
    sys.exit(not whole)


WHOSE = "PLATFORM:WORKSPACE_ID, such as slack:T0123ABC or discord:1100000000000000001"


@main.command()
@click.argument("whose", metavar="PLATFORM:WORKSPACE_ID")
@_kindly
def export(whose: str) -> None:
    """Print everything that is kept about one community, as JSON."""
    from bot.keeping import exported

    click.echo(json.dumps(asyncio.run(exported(_settings(), _workspace(whose))), ensure_ascii=False, indent=2))


@main.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("whose", metavar="PLATFORM:WORKSPACE_ID")
@_kindly
def forget(whose: str, *, yes: bool) -> None:
    """Erase everything that is kept about one community, and print a receipt."""
    from bot.keeping import forgotten

    workspace = _workspace(whose)
    if not yes:
        click.confirm(f"Erase everything kept about {whose}? Nobody can bring it back.", abort=True)
    click.echo(asyncio.run(forgotten(_settings(), workspace)))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Lines of each part.")
@click.argument("whose", metavar="[PLATFORM:WORKSPACE_ID]", required=False)
@_kindly
def tips(whose: str | None, limit: int, *, as_json: bool) -> None:
    """List the daily tips that come next, and those that are stuck; of one community where it is named."""
    from bot.listing import tips as listed

    workspace = _workspace(whose) if whose else None
    click.echo(asyncio.run(listed(_settings(), workspace, limit, as_json=as_json)))


def _workspace(whose: str) -> Workspace:
    platform, _, name = whose.partition(":")
    if platform not in ("slack", "discord") or not name.isalnum():
        raise click.UsageError(f"{whose!r} is no community. Write {WHOSE}.")
    return Workspace(platform, name)


if __name__ == "__main__":
    main()
