"""Each rule of the loopback Discord about messages and answers refuses what breaks it, in Discord's words."""

import importlib.util
from pathlib import Path

import pytest

from bot.playground.discord.constants import InteractionType
from bot.playground.discord.mentions import pings
from bot.playground.discord.schema import check
from tests.playground.bare_discord import V2, seen, speaking

SHARED = Path(__file__).parents[3] / "shared"

LINK = {"type": 2, "style": 5, "label": "Site", "url": "https://example.org"}


def text(content="hello"):
    return {"type": 10, "content": content}


def button(custom_id="b", **changes):
    return {"type": 2, "style": 2, "label": "B", "custom_id": custom_id} | changes


def row(*inside):
    return {"type": 1, "components": list(inside)}


def select(count=2, **changes):
    options = [{"label": str(n), "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "s", "options": options} | changes


def v2(*components, **changes):
    return {"flags": V2, "components": list(components)} | changes


def classic(*components, **changes):
    return {"content": "x", "components": list(components)} | changes


REFUSED = {
    "unknown field": ({"contents": "x"}, "contents", "UNKNOWN_PROPERTY"),
    "unknown field inside": (v2(text() | {"colour": 1}), "components/0/colour", "UNKNOWN_PROPERTY"),
    "number for a text": ({"content": 1}, "content", "BASE_TYPE_INVALID"),
    "text for a number": ({"content": "x", "flags": "64"}, "flags", "NUMBER_TYPE_COERCE"),
    "object for a list": ({"components": {}}, "components", "LIST_TYPE_CONVERT"),
    "text for an object": (v2("hello"), "components/0", "MODEL_TYPE_CONVERT"),
    "missing field": (v2({"type": 10}), "components/0/content", "BASE_TYPE_REQUIRED"),
    "no such component": (v2({"type": 99}), "components/0/type", "BASE_TYPE_CHOICES"),
    "button outside a row": (v2(button()), "components/0/type", "BASE_TYPE_CHOICES"),
    "not an id": ({"sticker_ids": ["x"]}, "sticker_ids/0", "NUMBER_TYPE_COERCE"),
    "colour too high": (v2({"type": 17, "accent_color": 1 << 24, "components": [text()]}), "", "NUMBER_TYPE_MAX"),
    "colour below nothing": (v2({"type": 17, "accent_color": -1, "components": [text()]}), "", "NUMBER_TYPE_MIN"),
    "nonce of 26 characters": ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    "content too long": ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    "empty text": (v2(text("")), "components/0/content", "BASE_TYPE_BAD_LENGTH"),
    "label too long": (v2(row(button(label="x" * 81))), "components/0/components/0/label", "BASE_TYPE_MAX_LENGTH"),
    "custom id too long": (v2(row(button("x" * 101))), "", "BASE_TYPE_BAD_LENGTH"),
    "six buttons": (v2(row(*(button(str(n)) for n in range(6)))), "components/0/components", "BASE_TYPE_BAD_LENGTH"),
    "26 options": (v2(row(select(26))), "components/0/components/0/options", "BASE_TYPE_BAD_LENGTH"),
    "telephone link": (v2(row(LINK | {"url": "tel:911"})), "", "URL_TYPE_INVALID_SCHEME"),
    "attachment link": (v2(row(LINK | {"url": "attachment://x"})), "", "URL_TYPE_INVALID_SCHEME"),
    "content beside V2": (
        v2(text(), content="x"),
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "embeds beside V2": (
        v2(text(), embeds=[{"title": "x"}]),
        "embeds",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "V2 without its flag": ({"components": [text()]}, "components/0/type", "UNION_TYPE_CHOICES"),
    "six rows": (classic(*(row(button(str(n))) for n in range(6))), "components", "BASE_TYPE_MAX_LENGTH"),
    "41 components": (
        v2({"type": 17, "components": [text(str(n)) for n in range(40)]}),
        "components",
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "4,001 characters": (
        v2(text("x" * 2001), text("y" * 2000)),
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "custom id used twice": (
        v2(row(button("a")), row(button("a"))),
        "components/1/components/0/custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "id used twice": (v2(text() | {"id": 3}, text() | {"id": 3}), "components/1/id", "COMPONENT_ID_DUPLICATED"),
    "button without custom id": (v2(row(button(None))), "", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    "link without address": (v2(row(button(None, style=5))), "", "BUTTON_COMPONENT_URL_REQUIRED"),
    "link with custom id": (
        v2(row(LINK | {"custom_id": "x"})),
        "components/0/components/0/custom_id",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "button without label": (v2(row(button(label=None))), "", "BUTTON_COMPONENT_LABEL_REQUIRED"),
    "select beside a button": (v2(row(button(), select())), "", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    "more must than may be chosen": (
        v2(row(select(min_values=2, max_values=1))),
        "",
        "SELECT_COMPONENT_MIN_VALUES_ABOVE_MAX",
    ),
    "more may be chosen than there is": (
        v2(row(select(max_values=3))),
        "",
        "SELECT_COMPONENT_MAX_VALUES_EXCEED_OPTIONS",
    ),
    "two defaults": (
        v2(row(select(options=[{"label": v, "value": v, "default": True} for v in "ab"]))),
        "",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    "option twice": (
        v2(row(select(options=[{"label": "a", "value": "v"}, {"label": "b", "value": "v"}]))),
        "components/0/components/0/options/1",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    "picture that was not sent": (
        v2({"type": 12, "items": [{"media": {"url": "attachment://calf.png"}}]}),
        "components/0/items/0/media/url",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    "embeds too long": ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    "mentions allowed twice over": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "no such kind of mention": (
        {"content": "x", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions/parse/0",
        "BASE_TYPE_CHOICES",
    ),
    "private flag outside an answer": ({"content": "x", "flags": 64}, "flags", "MESSAGE_FLAGS_NOT_ALLOWED"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_message_that_breaks_a_rule_is_refused(case):
    body, place, code = REFUSED[case]
    async with speaking() as api:
        status, answer = await api("POST", api.messages("general"), body)
        assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
        [refusal] = api.loopback.refusals
        assert refusal.rule == code
        assert refusal.source.startswith("https://")
        assert seen(api.loopback, "ada", "general") == []
        node = answer["errors"]
        for step in place.split("/") if place else []:
            node = node[step]
        if place:
            assert node["_errors"][0]["code"] == code


ALLOWED = {
    "text": {"content": "x" * 2000},
    "40 components of 4,000 characters": v2(
        {"type": 17, "components": [text("x" * (4000 - 38)), *(text("y") for _ in range(38))]}
    ),
    "everything V2 has": v2(
        {"type": 9, "components": [text()], "accessory": {"type": 11, "media": {"url": "https://example.org/x.png"}}},
        {"type": 9, "components": [text(), text()], "accessory": button("accessory")},
        {"type": 12, "items": [{"media": {"url": "https://example.org/x.png"}, "description": "x", "spoiler": True}]},
        {"type": 14, "divider": True, "spacing": 2},
        row(select()),
        row({"type": 8, "custom_id": "channel", "channel_types": [0], "min_values": 0, "max_values": 3}),
        row(LINK, button("x", emoji={"name": "x"}, label=None)),
    ),
    "rows below a text": classic(row(button()), row(select())),
    "ids as numbers": {"content": "x", "allowed_mentions": {"parse": [], "users": [1], "replied_user": False}},
    "what discord.py always sends": {
        "content": None,
        "embeds": [{"title": "x", "flags": 0, "type": "rich"}],
        "tts": False,
    },
}


@pytest.mark.parametrize("case", ALLOWED)
async def test_a_message_within_the_rules_is_taken(case):
    async with speaking() as api:
        status, answer = await api("POST", api.messages("general"), ALLOWED[case])
        assert status == 200, answer
        assert api.loopback.refusals == []


async def test_a_change_is_judged_by_what_it_leads_to():
    async with speaking() as api:
        path = api.messages("general")
        _, old = await api("POST", path, {"content": "old"})
        upgrade = v2(text())
        status, answer = await api("PATCH", f"{path}/{old['id']}", upgrade)
        assert (status, list(answer["errors"])) == (400, ["content"])
        status, answer = await api("PATCH", f"{path}/{old['id']}", upgrade | {"content": None})
        assert (status, answer["flags"]) == (200, V2)
        # The flag stays, so text cannot come back.
        status, answer = await api("PATCH", f"{path}/{old['id']}", {"content": "again", "flags": 0})
        assert status == 400
        assert (await api("PATCH", f"{path}/{old['id']}", {"components": []}))[1]["code"] == 50006


MENTIONS = "@everyone @here <@1> <@!2> <@&3>"


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        (None, ["@everyone", "@here", "<@1>", "<@!2>", "<@&3>"]),
        ({}, []),
        ({"parse": []}, []),
        ({"parse": ["everyone"]}, ["@everyone", "@here"]),
        ({"parse": ["users"]}, ["<@1>", "<@!2>"]),
        ({"parse": ["roles"]}, ["<@&3>"]),
        ({"parse": [], "users": ["1"], "roles": [3]}, ["<@1>", "<@&3>"]),
    ],
)
def test_pings_are_what_allowed_mentions_lets_through(allowed, found):
    assert pings([MENTIONS], allowed) == found


async def test_a_message_notes_its_pings():
    async with speaking() as api:
        await api("POST", api.messages("general"), v2({"type": 17, "components": [text("hi @everyone")]}))
        await api("POST", api.messages("general"), {"content": "hi @everyone", "allowed_mentions": {"parse": []}})
        assert [m.payload["pings"] for m in seen(api.loopback, "ada", "general")] == [["@everyone"], []]


def choices(count):
    return {"type": 8, "data": {"choices": [{"name": str(n), "value": str(n)} for n in range(count)]}}


ANSWERS = {
    "choices for a command": (InteractionType.COMMAND, choices(1), "type"),
    "update for a command": (InteractionType.COMMAND, {"type": 7, "data": {"content": "x"}}, "type"),
    "deferred update for a command": (InteractionType.COMMAND, {"type": 6}, "type"),
    "pong": (InteractionType.COMMAND, {"type": 1}, "type"),
    "message for suggestions": (InteractionType.AUTOCOMPLETE, {"type": 4, "data": {"content": "x"}}, "type"),
    "form after a form": (
        InteractionType.MODAL,
        {
            "type": 9,
            "data": {
                "custom_id": "x",
                "title": "x",
                "components": [row({"type": 4, "custom_id": "t", "style": 1, "label": "l"})],
            },
        },
        "type",
    ),
    "26 choices": (InteractionType.AUTOCOMPLETE, choices(26), "data/choices"),
    "choice too long": (
        InteractionType.AUTOCOMPLETE,
        {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}},
        "data/choices/0/name",
    ),
    "choices in a message": (InteractionType.COMMAND, {"type": 4, "data": {"choices": []}}, "data/choices"),
    "no such type": (InteractionType.COMMAND, {"type": 77}, "type"),
    "content beside V2": (InteractionType.COMMAND, {"type": 4, "data": v2(text(), content="x")}, "data/content"),
    "content too long": (InteractionType.COMMAND, {"type": 4, "data": {"content": "x" * 2001}}, "data/content"),
    "flag of another kind": (InteractionType.COMMAND, {"type": 4, "data": {"content": "x", "flags": 1}}, "data/flags"),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_an_answer_that_does_not_fit_is_refused(case):
    kind, body, place = ANSWERS[case]
    async with speaking() as api:
        world, interactions = api.loopback.world, api.loopback.parts.interactions
        interaction = interactions.start(kind, world.people["ben"], world.channels["general"], {"name": "spasm"})
        status, answer = await api("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body)
        assert (status, answer["code"]) == (400, 50035), answer
        node = answer["errors"]
        for step in place.split("/"):
            node = node[step]
        assert node["_errors"]
        assert interaction.reply is None


async def test_a_callback_is_told_what_became_of_it_only_when_it_asks():
    async with speaking() as api:
        world, interactions = api.loopback.world, api.loopback.parts.interactions
        for query, status in (("", 204), ("?with_response=true", 200)):
            made = interactions.start(InteractionType.COMMAND, world.people["ben"], world.channels["general"], {})
            body = {"type": 4, "data": {"content": "x", "flags": 64}}
            got, answer = await api("POST", f"/interactions/{made.id}/{made.token}/callback{query}", body)
            assert got == status
        assert answer["resource"]["message"]["flags"] == 64
        assert answer["interaction"]["response_message_id"] == answer["resource"]["message"]["id"]
        assert answer["interaction"]["response_message_ephemeral"] is True
        assert answer["interaction"]["response_message_loading"] is False


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not there")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the tool leaves a file open
def test_the_trimmed_schema_judges_as_the_published_one():
    spec = importlib.util.spec_from_file_location("validate_discord", SHARED / "tools/validate_discord.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    published = tool.Validator(SHARED / "specs/discord-openapi.json", strict=True)
    # The published schema leaves `format: uri` open, and discord.py sends ids as numbers.
    ours_alone = {"telephone link", "ids as numbers"}
    for case, body in {**{name: body for name, (body, *_) in REFUSED.items()}, **ALLOWED}.items():
        found = published.check("POST", "/channels/1/messages", body)
        wrong = [f for f in found if not tool.DISCORDPY.search(": ".join(f))]
        if case not in ours_alone:
            assert bool(check("POST /channels/{channel_id}/messages", body)) == bool(wrong), case
