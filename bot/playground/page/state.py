"""What one person sees, as JSON for the page."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.playground.discord.constants import Option
from bot.playground.world import BOT, Channel, Message, Person, Platform

from .community import LANGUAGES
from .element import Node, find
from .journal import Entry
from .known import Known
from .modals import modal
from .stage import Stage

Json = dict[str, Any]
SHOWN = 40
"""Messages of one channel on the page."""
REQUESTS = 20


def state(stage: Stage, person: Person, shown: dict[Platform, Channel]) -> Json:
    """Everything the page draws for `person`, with one channel of each platform open."""
    stage.trim()
    return {
        "revision": stage.world.revision,
        "now": stage.world.clock().isoformat(),
        "bot": asdict(stage.bot.status),
        "person": _person(person),
        "people": [_person(p) for p in stage.world.people.values()],
        "languages": LANGUAGES,
        "refusals": len(stage.slack.refusals) + len(stage.discord.refusals),
        "commands": _commands(stage, person, shown[Platform.DISCORD]),
        "platforms": {
            platform: {
                "channel": channel.key,
                "channels": [_channel(stage, person, platform, c) for c in _channels(stage, person)],
                "feed": _feed(stage, person, platform, channel),
                "modal": modal(stage, person, platform),
            }
            for platform, channel in shown.items()
        },
    }


def requests(stage: Stage) -> Json:
    """The last things the bot sent, newest first, and what the platforms refused."""
    loopbacks: tuple[tuple[Platform, list[Json], list[Any]], ...] = (
        (Platform.SLACK, stage.slack.recorded, stage.slack.refusals),
        (Platform.DISCORD, stage.discord.recorded, stage.discord.refusals),
    )
    return {
        platform: {
            "requests": [_named(entry) for entry in reversed(recorded[-REQUESTS:])],
            "refusals": [
                {"rule": refusal.rule, "source": refusal.source, "detail": refusal.detail}
                for refusal in reversed(refused)
            ],
        }
        for platform, recorded, refused in loopbacks
    }


def _named(entry: Json) -> Json:
    """A request with a short name: `chat.postMessage`, or the path without ids and tokens."""
    if "path" not in entry:
        return {"name": entry["method"], "request": entry}
    steps = entry["path"].partition("?")[0].removeprefix("/api/v10/").split("/")
    short = "/".join("…" if step.isdecimal() or len(step) > 40 else step for step in steps)
    return {"name": f"{entry['method']} {short}", "request": entry}


def _person(person: Person) -> Json:
    return {"key": person.key, "name": person.name, "locale": person.locale, "moderator": person.moderator}


def _channels(stage: Stage, person: Person) -> list[Channel]:
    return [c for c in stage.world.channels.values() if c.dm_with in (None, person.key)]


def _channel(stage: Stage, person: Person, platform: Platform, channel: Channel) -> Json:
    """`last` is the bot's last message there, from which the page knows what is unread."""
    seen = stage.world.seen_by(person.key, platform, channel.key)
    last = next((m.id for m in reversed(seen) if m.author == BOT), 0)
    return {"key": channel.key, "name": channel.name, "direct": channel.dm_with is not None, "last": last}


def _feed(stage: Stage, person: Person, platform: Platform, channel: Channel) -> list[Json]:
    """Messages and the journal's entries as one list, oldest first."""
    seen = stage.world.seen_by(person.key, platform, channel.key)
    messages = seen[-SHOWN:]
    first = messages[0].id if len(seen) > SHOWN else 0
    rows = [((m.id, 0), _message(stage, m)) for m in messages]
    entries = [e for e in stage.journal.seen_by(person.key, platform, channel.key) if e.after >= first]
    rows += [((e.after, e.number), _entry(e, person)) for e in entries[-SHOWN:]]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _message(stage: Stage, message: Message) -> Json:
    by_bot = message.author == BOT
    slack = message.platform is Platform.SLACK
    body = (stage.slack_drawing if slack else stage.discord_drawing).message(message.payload)
    return {
        "kind": "message",
        "id": message.id,
        "author": "Spasmbot" if by_bot else stage.world.people[message.author].name,
        "key": message.author,
        "bot": by_bot,
        "at": _iso(message.at),
        "private": message.only_for is not None,
        "edited": message.edited and message.only_for is None,
        "reply": message.thread_of is not None,
        "says": message.text if slack or not by_bot else _spoken(body),
        "body": [_node(n) for n in body],
    }


def _spoken(body: list[Node]) -> str:
    """What a screen reader hears of a Discord message: its texts, not its buttons."""
    return "".join(text.text() for text in find(body, "text")).strip()


def _entry(entry: Entry, person: Person) -> Json:
    return {
        "kind": entry.kind,
        "id": f"e{entry.number}",
        "author": person.name,
        "key": person.key,
        "at": _iso(entry.at),
        "says": entry.text,
    }


def _node(node: Node) -> Any:
    return node if isinstance(node, str) else node.json()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _commands(stage: Stage, person: Person, channel: Channel) -> list[Json]:
    """Each command that Discord offers here, one entry a subcommand, as the bot registered it."""
    offered = stage.discord.invocations.offered(person, channel)
    known = stage.discord_drawing.known
    return [leaf for command in offered for leaf in _leaves(command, [], person.locale, known)]


def _leaves(command: Json, path: list[str], locale: str, known: Known) -> list[Json]:
    here = [*path, command["name"]]
    inner = [o for o in command.get("options") or [] if o["type"] in (Option.SUBCOMMAND, Option.GROUP)]
    if inner:
        return [leaf for option in inner for leaf in _leaves(option, here, locale, known)]
    described = (command.get("description_localizations") or {}).get(locale) or command["description"]
    options = [_option(o, known) for o in command.get("options") or []]
    return [{"path": here, "description": described, "options": options}]


def _option(option: Json, known: Known) -> Json:
    """As the bot registered it; Discord itself offers whom or what there is where that is asked for."""
    kept = ("name", "description", "type", "choices")
    asked = {"required": bool(option.get("required")), "autocomplete": bool(option.get("autocomplete"))}
    offered = {
        Option.USER: known.people,
        Option.CHANNEL: known.channels,
        Option.ROLE: known.roles,
        Option.MENTIONABLE: (*known.people, *known.roles),
    }.get(option["type"])
    there = {"choices": [{"name": c.label, "value": c.value} for c in offered]} if offered else {}
    return {key: option[key] for key in kept if key in option} | asked | there
