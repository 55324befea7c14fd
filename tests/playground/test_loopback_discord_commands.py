"""Commands are registered by Discord's rules and offered to people where they fit."""

import discord
import pytest
from discord import app_commands

from tests.playground.bare_discord import Bare, Hands, connected, running, serving, small_world, speaking


def command(name="spasm", **changes):
    return {"name": name, "description": "About spasms", "type": 1} | changes


def option(name="topic", kind=3, **changes):
    return {"type": kind, "name": name, "description": "Which", **changes}


REFUSED = {
    "upper case": (command("Spasm"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    "space in a name": (command("two words"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    "name too long": (command("x" * 33), "name", "BASE_TYPE_BAD_LENGTH"),
    "bad translated name": (
        command(name_localizations={"es-ES": "Calambre"}),
        "name_localizations/es-ES",
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    "no such locale": (command(name_localizations={"es": "calambre"}), "name_localizations/es", "BASE_TYPE_CHOICES"),
    "no description": (command(description=""), "description", "BASE_TYPE_BAD_LENGTH"),
    "description too long": (command(description="x" * 101), "description", "BASE_TYPE_MAX_LENGTH"),
    "26 options": (command(options=[option(f"o{n}") for n in range(26)]), "options", "BASE_TYPE_MAX_LENGTH"),
    "required after optional": (
        command(options=[option("a"), option("b", required=True)]),
        "options/1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    "option twice": (
        command(options=[option(), option()]),
        "options/1",
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ),
    "option beside a subcommand": (
        command(options=[option("a", 1), option("b")]),
        "options",
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "group in a group": (
        command(options=[option("a", 2, options=[option("b", 2, options=[])])]),
        "options/0/options/0/type",
        "BASE_TYPE_CHOICES",
    ),
    "choices with autocomplete": (
        command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]),
        "options/0/autocomplete",
        "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES",
    ),
    "26 choices": (
        command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]),
        "options/0/choices",
        "BASE_TYPE_MAX_LENGTH",
    ),
    "8,001 characters": (
        command(options=[option(f"o{n}", choices=[{"name": "x" * 100, "value": "y" * 250}]) for n in range(25)]),
        "",
        "APPLICATION_COMMAND_TOO_LARGE",
    ),
    "context menu with a description": (command(type=2), "", "APPLICATION_COMMAND_CONTEXT_MENU_FIELDS"),
    "unknown field": (command(descriptions="x"), "descriptions", "UNKNOWN_PROPERTY"),
    "context twice": (command(contexts=[0, 0]), "contexts", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_command_that_breaks_a_rule_is_refused(case, method):
    body, place, code = REFUSED[case]
    async with speaking() as api:
        path = f"/applications/{api.loopback.application_id}/commands"
        status, answer = await api(method, path, body if method == "POST" else [body])
        assert (status, answer["code"]) == (400, 50035), answer
        assert code in [refusal.rule for refusal in api.loopback.refusals]
        node = answer["errors"] if method == "POST" else answer["errors"]["0"]
        for step in place.split("/") if place else []:
            node = node[step]
        assert node["_errors"]
        assert api.loopback.commands == {}


async def test_names_may_use_every_script():
    async with speaking() as api:
        for name in ("calambre-ñ", "अकड़न", "ตะคริว", "痙攣", "o'clock_1"):
            status, answer = await api("POST", f"/applications/{api.loopback.application_id}/commands", command(name))
            assert status == 201, answer


async def test_a_name_stands_once_in_a_scope_and_a_scope_holds_a_hundred():
    async with speaking() as api:
        path = f"/applications/{api.loopback.application_id}/commands"
        _, answer = await api("PUT", path, [command(), command()])
        assert answer["errors"]["1"]["_errors"][0]["code"] == "APPLICATION_COMMANDS_DUPLICATE_NAME"
        many = [command(f"c{n}") for n in range(101)]
        assert (await api("PUT", path, many))[1]["code"] == 30032
        assert (await api("PUT", path, many[:100]))[0] == 200
        assert (await api("POST", path, command("one-more")))[1]["code"] == 30032


async def test_commands_are_listed_changed_and_removed():
    async with speaking() as api:
        app = f"/applications/{api.loopback.application_id}"
        for path in (f"{app}/commands", f"{app}/guilds/{api.loopback.guild_id}/commands"):
            localized = command(name_localizations={"es-ES": "calambre"})
            status, made = await api("POST", path, localized)
            assert status == 201
            status, again = await api("POST", path, localized | {"description": "Other"})
            assert (status, again["id"]) == (200, made["id"])
            assert again["version"] != made["version"]
            assert "name_localizations" not in (await api("GET", path))[1][0]
            [listed] = (await api("GET", f"{path}?with_localizations=true"))[1]
            assert listed["name_localizations"] == {"es-ES": "calambre"}
            one = f"{path}/{made['id']}"
            assert (await api("GET", one))[1]["description"] == "Other"
            assert (await api("PATCH", one, {"description": "Third"}))[1]["description"] == "Third"
            assert (await api("PATCH", one, {"name": "BAD"}))[0] == 400
            changed = (await api("PATCH", one, {"default_member_permissions": 32}))[1]
            assert changed["default_member_permissions"] == "32"
            assert (await api("DELETE", one))[0] == 204
            assert (await api("GET", path))[1] == []


async def test_a_scope_takes_two_hundred_new_commands_a_day():
    clock = Hands()
    async with speaking(small_world(clock=clock)) as api:
        path = f"/applications/{api.loopback.application_id}/commands"
        first, second = ([command(f"{letter}{n}") for n in range(100)] for letter in "ab")
        for commands in (first, first, second):
            assert (await api("PUT", path, commands))[0] == 200
        assert (await api("PUT", path, [command("new")]))[1]["code"] == 30034
        clock.forward(days=1)
        assert (await api("PUT", path, [command("new")]))[0] == 200
        assert api.loopback.sync_count == 4


async def test_moderators_alone_find_the_admin_command_and_dms_do_not_have_it():
    async with running() as (loopback, _):
        assert loopback.offered("ada", "general") == ["spasm", "spasm-admin"]
        assert loopback.offered("ben", "general") == ["spasm"]
        assert loopback.offered("ada", "dm-ada") == ["spasm"]
        refused = await loopback.command("ben", "general", ["spasm-admin"], {"channel": "general"})
        assert refused.error == "no command /spasm-admin is offered to Ben in general"
        done = await loopback.command("ada", "general", ["spasm-admin"], {"channel": "general", "count": 2})
        assert loopback.world.message(done.messages[0]).text == "general 2"


async def test_copies_for_everywhere_and_for_the_server_show_twice():
    async with running() as (loopback, bot):
        bot.tree.copy_global_to(guild=discord.Object(int(loopback.guild_id)))
        await bot.tree.sync(guild=discord.Object(int(loopback.guild_id)))
        assert loopback.offered("ben", "general") == ["spasm", "spasm"]
        assert loopback.offered("ben", "dm-ben") == ["spasm"]
        assert loopback.sync_count == 2
        assert (await loopback.command("ben", "general", ["spasm", "private"])).ok
        assert [c.name for c in await bot.tree.fetch_commands()] == ["spasm", "spasm-admin"]


@pytest.mark.parametrize(
    ("person", "channel", "path", "options", "error"),
    [
        ("ben", "general", ["cramp"], {}, "no command /cramp is offered to Ben in general"),
        ("ben", "general", ["spasm"], {}, "/spasm must be followed by one of its subcommands"),
        ("ben", "general", ["spasm", "nothing"], {}, "/spasm nothing: there is no 'nothing'"),
        ("ben", "general", ["spasm", "topic"], {}, "the option 'topic' is required"),
        ("ben", "general", ["spasm", "topic"], {"topic": 3}, "topic: 3 is not of the kind asked for"),
        ("ben", "general", ["spasm", "topic"], {"topics": "x"}, "/spasm topic has no option 'topics'"),
        ("ben", "dm-ada", ["spasm", "private"], {}, "Ben cannot see Ada L"),
        ("ada", "general", ["spasm-admin"], {"channel": "nowhere"}, "there is no channel 'nowhere' here"),
    ],
)
async def test_what_a_person_cannot_write_is_refused(person, channel, path, options, error):
    async with running() as (loopback, bot):
        outcome = await loopback.command(person, channel, path, options)
        assert (outcome.ok, outcome.error) == (False, error)
        assert bot.interactions == []


@pytest.mark.parametrize(
    ("limits", "good", "bad"),
    [
        ({"min_length": 2, "max_length": 3}, "abc", "abcd"),
        ({"choices": [{"name": "A", "value": "a"}]}, "a", "b"),
    ],
)
async def test_values_must_fit_the_option(limits, good, bad):
    async with speaking(reply_seconds=0.0) as api:
        loopback = api.loopback
        body = command(options=[option(**limits)])
        await api("POST", f"/applications/{loopback.application_id}/commands", body)
        assert "topic:" in ((await loopback.command("ben", "general", ["spasm"], {"topic": bad})).error or "")
        silent = await loopback.command("ben", "general", ["spasm"], {"topic": good})
        assert silent.error == "The application did not respond"


async def test_contexts_and_installs_decide_where_a_command_is_offered():
    world = small_world()
    async with speaking(world, user_install=True, private_channels=frozenset()) as api:
        path = f"/applications/{api.loopback.application_id}/commands"
        wanted = [
            command("everywhere"),
            command("server", contexts=[0], integration_types=[0]),
            command("own", contexts=[0, 1, 2], integration_types=[1]),
            command("no-dm", dm_permission=False, integration_types=[0]),
            command("nobody", default_member_permissions=0),
        ]
        assert (await api("PUT", path, wanted))[0] == 200
        offered = api.loopback.offered
        assert offered("ben", "general") == ["everywhere", "server", "own", "no-dm"]
        assert offered("ben", "dm-ben") == ["everywhere", "own", "nobody"]
        assert offered("ben", "elsewhere") == ["everywhere", "own"]


async def test_people_roles_and_numbers_come_resolved():
    class Bot(Bare):
        async def setup_hook(self):
            self.tree.clear_commands(guild=None)

            @self.tree.command(description="x")
            async def all(i: discord.Interaction, who: discord.Member, role: discord.Role, much: float, all: bool):  # noqa: A001, A002
                said = f"{who.display_name} {role.name} {much} {all} {isinstance(who, discord.Member)}"
                await i.response.send_message(said, ephemeral=True)

            await super().setup_hook()

    async with serving() as loopback, connected(loopback, Bot()):
        options = {"who": "ada", "role": "moderators", "much": 1.5, "all": True}
        outcome = await loopback.command("ben", "general", ["all"], options)
        assert loopback.world.message(outcome.messages[0]).text == "Ada L moderators 1.5 True True"
        for changes in ({"who": "zed"}, {"role": "kings"}, {"much": True}):
            assert not (await loopback.command("ben", "general", ["all"], options | changes)).ok


async def test_a_person_may_use_the_name_in_their_language():
    class Names(app_commands.Translator):
        async def translate(self, string, locale, context):
            return "calambre" if locale is discord.Locale.latin_american_spanish and string.message == "spasm" else None

    class Bot(Bare):
        async def setup_hook(self):
            await self.tree.set_translator(Names())
            self.tree.clear_commands(guild=None)

            @self.tree.command(name=app_commands.locale_str("spasm"), description="x")
            async def spasm(i: discord.Interaction):
                await i.response.send_message("hola", ephemeral=True)

            await super().setup_hook()

    async with serving() as loopback, connected(loopback, Bot()):
        assert (await loopback.command("ada", "general", ["calambre"])).ok
        assert (await loopback.command("ben", "general", ["spasm"])).ok
        assert not (await loopback.command("ben", "general", ["calambre"])).ok
