"""What people do in the loopback Discord reaches a bare discord.py program, and its answers reach them."""

import discord
import pytest
from aiohttp import web
from discord import ui

from bot.playground.discord import LoopbackDiscord, NotOfferedError, buttons, text_of
from bot.playground.world import Channel
from tests.playground.bare_discord import Bare, Hands, aim, connected, running, seen, serving, small_world, until


async def test_a_private_answer_is_seen_by_the_asker_alone():
    async with running() as (loopback, bot):
        outcome = await loopback.command("ben", "general", ["spasm", "private"], {"words": "Stress"})
        assert outcome.ok
        [message] = seen(loopback, "ben", "general")
        assert outcome.messages == (message.id,)
        assert message.only_for == "ben"
        assert text_of(message) == message.text == "# Stress\nBody"
        assert buttons(message)[0] == ("To update", "update")
        assert message.payload["flags"] == 32768 + 64
        assert seen(loopback, "ada", "general") == []
        assert loopback.refusals == []
        assert bot.errors == []


async def test_the_bot_is_told_who_asks_from_where():
    async with running() as (loopback, bot):
        await loopback.command("ada", "general", ["spasm", "private"])
        await loopback.command("ben", "dm-ben", ["spasm", "private"])
        in_guild, in_dm = bot.interactions
        assert isinstance(in_guild.user, discord.Member)
        assert in_guild.user.display_name == "Ada L"
        assert in_guild.permissions.manage_guild
        assert in_guild.guild is not None
        assert in_guild.guild.name == "Spasm community"
        assert in_guild.locale is discord.Locale.latin_american_spanish
        assert in_guild.guild_locale is discord.Locale.american_english
        assert in_guild.app_permissions.value == 19456
        assert in_guild.context.guild
        assert in_guild.is_guild_integration()
        assert in_guild.channel == bot.get_channel(int(loopback.parts.directory.channel_id("general")))
        assert isinstance(in_dm.user, discord.User)
        assert in_dm.context.dm_channel
        assert in_dm.guild_id is None
        assert isinstance(in_dm.channel, discord.DMChannel)


async def test_a_deferred_answer_is_filled_by_what_follows():
    async with running() as (loopback, _):
        outcome = await loopback.command("ben", "general", ["spasm", "slow"])
        assert outcome.ok
        [message] = seen(loopback, "ben", "general")
        assert message.text == "# Slow\nBody"
        assert message.only_for == "ben"
        assert not message.edited
        assert message.payload["flags"] == 32768 + 64


async def test_a_deferral_without_an_answer_keeps_thinking():
    async with running(settle_seconds=0.05) as (loopback, _):
        outcome = await loopback.command("ben", "general", ["spasm", "stuck"])
        assert not outcome.ok
        assert outcome.error == "Spasmbot is thinking..."
        assert [m.text for m in seen(loopback, "ada", "general")] == ["Spasmbot is thinking..."]


async def test_a_bot_that_does_not_answer_in_time_has_not_responded():
    async with running(reply_seconds=0.05) as (loopback, bot):
        outcome = await loopback.command("ben", "general", ["spasm", "late"])
        assert outcome.error == "The application did not respond"
        bot.may_answer.set()
        await until(lambda: bool(bot.errors))
        assert bot.errors[0].code == 10062
        assert bot.errors[0].status == 404
        assert [r.rule for r in loopback.refusals] == ["10062: Unknown interaction"]


async def test_nobody_answers_when_no_bot_is_there():
    async with running(reply_seconds=0.05) as (loopback, bot):
        await bot.close()
        outcome = await loopback.command("ben", "general", ["spasm", "private"])
        assert outcome.error == "The application did not respond"


async def test_a_second_answer_is_refused():
    async with running() as (loopback, bot):
        assert (await loopback.command("ben", "general", ["spasm", "twice"])).ok
        await until(lambda: bool(bot.errors))
        assert bot.errors[0].code == 40060


async def test_a_refused_answer_leaves_the_person_without_one():
    async with running(reply_seconds=0.2) as (loopback, bot):
        outcome = await loopback.command("ben", "general", ["spasm", "huge"])
        assert outcome.error == "The application did not respond"
        assert bot.errors[0].code == 50035
        assert "Components displayable text size exceeds maximum size of 4000" in str(bot.errors[0])
        assert loopback.refusals[0].rule == "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"


@pytest.mark.parametrize(
    ("button", "texts"),
    [
        ("update", ["# Updated\nBody"]),
        ("later", ["# Edited later\nBody"]),
        ("think", ["# Private\nBody", "# Thought\nBody"]),
    ],
)
async def test_a_button_can_change_its_message_or_bring_another(button, texts):
    async with running() as (loopback, _):
        card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        outcome = await loopback.press("ben", card, button)
        assert outcome.ok
        assert [m.text for m in seen(loopback, "ben", "general")] == texts
        assert seen(loopback, "ada", "general") == []
        assert loopback.refusals == []


async def test_a_button_can_bring_several_messages():
    async with running() as (loopback, bot):
        card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        await loopback.press("ben", card, "new")
        await loopback.world.wait_for(lambda: len(seen(loopback, "ben", "general")) == 3)
        assert [m.text for m in seen(loopback, "ben", "general")][1:] == ["# New\nBody", "and one more"]
        assert seen(loopback, "ada", "general") == []
        pressed = bot.interactions[-1].message
        assert pressed is not None
        assert pressed.flags.ephemeral
        assert pressed.components[0].id == 1


async def test_sharing_is_a_message_of_the_bot_for_all():
    async with running() as (loopback, _):
        card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        await loopback.press("ben", card, "share")
        assert [m.text for m in seen(loopback, "ada", "general")] == ["# Shared\nBody"]


async def test_where_the_bot_is_no_member_it_answers_but_cannot_post():
    async with running() as (loopback, bot):
        outcome = await loopback.command("ben", "elsewhere", ["spasm", "private"])
        assert outcome.ok
        await loopback.press("ben", outcome.messages[0], "share")
        assert bot.errors[0].code == 50001
        assert seen(loopback, "ada", "elsewhere") == []
        assert seen(loopback, "ben", "elsewhere")[0].text == "# Done\nBody"


async def test_a_copy_reaches_the_person_unless_they_refuse_messages():
    async with running() as (loopback, bot):
        card = (await loopback.command("ben", "general", ["spasm", "public"])).messages[0]
        await loopback.press("ben", card, "copy")
        assert [m.text for m in seen(loopback, "ben", "dm-ben")] == ["Your saved card"]
        card = (await loopback.command("cat", "general", ["spasm", "public"])).messages[0]
        await loopback.press("cat", card, "copy")
        assert bot.errors[0].code == 50007
        assert seen(loopback, "cat", "dm-cat") == []


async def test_a_message_can_be_taken_away():
    async with running() as (loopback, _):
        card = (await loopback.command("ben", "general", ["spasm", "public"])).messages[0]
        assert (await loopback.press("ben", card, "dismiss")).ok
        assert seen(loopback, "ben", "general") == []
        assert (await loopback.press("ben", card, "dismiss")).error == "that message is gone"


async def test_what_a_person_cannot_press_is_refused_before_the_bot_hears_of_it():
    async with running() as (loopback, bot):
        card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        heard = len(bot.interactions)
        assert (await loopback.press("ada", card, "update")).error == "Ada L cannot see that message"
        assert "nothing with the custom id" in ((await loopback.press("ben", card, "nothing")).error or "")
        assert "not a select" in ((await loopback.choose("ben", card, "update", ["x"])).error or "")
        assert len(bot.interactions) == heard


async def test_a_channel_can_be_chosen():
    async with running() as (loopback, _):
        card = (await loopback.command("ben", "general", ["spasm", "selects"])).messages[0]
        outcome = await loopback.choose("ben", card, "pick", ["general"])
        chosen = loopback.world.message(outcome.messages[0])
        assert chosen.text == f"{loopback.parts.directory.channel_id('general')} channels"
        assert "no channel 'nowhere'" in ((await loopback.choose("ben", card, "pick", ["nowhere"])).error or "")
        assert "2 values do not fit" in (
            (await loopback.choose("ben", card, "pick", ["general", "general"])).error or ""
        )


async def test_options_people_and_roles_can_be_chosen():
    selects = {
        "string": ui.Select(options=[discord.SelectOption(label=v) for v in "abc"], max_values=2),
        "user": ui.UserSelect(),
        "role": ui.RoleSelect(),
        "any": ui.MentionableSelect(),
        "off": ui.Select(options=[discord.SelectOption(label="a")], disabled=True),
    }

    class Bot(Bare):
        async def on_interaction(self, interaction):
            self.interactions.append(interaction)
            await interaction.response.send_message("thanks", ephemeral=True)

    async with serving() as loopback, connected(loopback, Bot()) as bot:
        view = ui.LayoutView()
        for name, select in selects.items():
            select.custom_id = name
            view.add_item(ui.ActionRow(select))
        channel = bot.get_channel(int(loopback.parts.directory.channel_id("general")))
        await channel.send(view=view)
        [card] = seen(loopback, "ben", "general")
        for name, values in (("string", ["a", "c"]), ("user", ["ada"]), ("role", ["moderators"]), ("any", ["ada"])):
            assert (await loopback.choose("ben", card.id, name, values)).ok
        assert (await loopback.choose("ben", card.id, "any", ["moderators"])).ok
        data = [interaction.data for interaction in bot.interactions]
        assert data[0]["values"] == ["a", "c"]
        assert [list(d["resolved"]) for d in data[1:]] == [
            ["users", "members"],
            ["roles"],
            ["users", "members"],
            ["roles"],
        ]
        for name, values in (("string", ["d"]), ("string", []), ("off", ["a"]), ("role", ["kings"]), ("user", ["zed"])):
            assert not (await loopback.choose("ben", card.id, name, values)).ok
        assert len(bot.interactions) == 5


async def test_a_form_with_labels_and_a_select_is_filled_in():
    class Choices(ui.Modal, title="Choices"):
        hour = ui.Label(text="Hour", component=ui.Select(custom_id="hour", options=[discord.SelectOption(label="8")]))
        where = ui.Label(text="Where", component=ui.ChannelSelect(custom_id="where"))
        note = ui.Label(text="Note", component=ui.TextInput(custom_id="note", required=False))

        async def on_submit(self, interaction):
            said = f"{self.hour.component.values} {self.where.component.values} {self.note.component.value!r}"
            await interaction.response.send_message(said, ephemeral=True)

    class Bot(Bare):
        async def on_interaction(self, interaction):
            if interaction.type is discord.InteractionType.application_command:
                await interaction.response.send_modal(Choices())

    async with serving() as loopback, connected(loopback, Bot()) as bot:
        bot.tree.clear_commands(guild=None)
        await loopback.command("ben", "general", ["spasm", "private"])
        outcome = await loopback.submit_modal("ben", {"hour": ["8"], "where": ["general"]})
        said = loopback.world.message(outcome.messages[0]).text
        assert said.startswith("['8'] [<AppCommandChannel")
        assert said.endswith("''")
        assert loopback.refusals == []


async def test_a_body_is_not_judged_when_speed_is_measured():
    async with running(judged=False) as (loopback, _):
        assert (await loopback.command("ben", "general", ["spasm", "private"])).ok


async def test_a_form_is_shown_filled_in_and_answered():
    async with running() as (loopback, _):
        outcome = await loopback.command("ben", "general", ["spasm", "form"])
        assert outcome.modal is not None
        assert outcome.modal["title"] == "Form"
        answer = await loopback.submit_modal("ben", {"note": "hello"})
        assert loopback.world.message(answer.messages[0]).text == "noted: hello"
        assert (await loopback.submit_modal("ben", {})).error == "no form is open"


async def test_suggestions_come_while_a_person_types():
    async with running() as (loopback, _):
        path = ["spasm", "topic"]
        choices = await loopback.autocomplete("ben", "general", path, "topic", "str", options={"more": True})
        assert choices == [{"name": "str True", "value": "str"}]
        with pytest.raises(NotOfferedError, match="suggests nothing"):
            await loopback.autocomplete("ben", "general", path, "more", "x")


async def test_suggestions_that_do_not_come_are_an_error():
    async with running(reply_seconds=0.05) as (loopback, _):
        loopback.fail_next("callback", drop="before", times=5)
        with pytest.raises(TimeoutError, match="Loading options failed"):
            await loopback.autocomplete("ben", "general", ["spasm", "topic"], "topic", "s")


async def test_what_a_person_says_to_the_bot_is_answered():
    async with running() as (loopback, bot):
        assert (await loopback.say("ben", "dm-ben", "hello")).ok
        await loopback.world.wait_for(lambda: len(seen(loopback, "ben", "dm-ben")) == 2)
        assert [m.text for m in seen(loopback, "ben", "dm-ben")] == ["hello", "You said: hello"]
        assert not (await loopback.say("ada", "dm-ben", "hello")).ok
        assert bot.heard[0].author.name == "ben"


async def test_what_is_said_in_a_channel_stays_unheard_without_the_intent():
    async with running() as (loopback, bot):
        assert (await loopback.say("ben", "general", "hello")).ok
        await loopback.say("ben", "dm-ben", "ping")
        await until(lambda: bool(bot.heard))
        assert [m.content for m in bot.heard][:1] == ["ping"]


@pytest.mark.parametrize(("allowed", "content"), [(0, ""), (1 << 15, "hello all")])
async def test_message_content_is_withheld_without_its_intent(allowed, content):
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=bool(allowed))
    async with serving(privileged_intents=allowed) as loopback, connected(loopback, Bare(intents=intents)) as bot:
        await loopback.say("ben", "general", "hello all")
        await until(lambda: bool(bot.heard))
        assert bot.heard[0].content == content
        await loopback.say("ben", "general", f"<@{loopback.application_id}> hello")
        await until(lambda: any("hello" in m.content for m in bot.heard if m.mentions == [] and m.author != bot.user))


async def test_an_app_that_people_installed_for_themselves_works_elsewhere_and_between_people():
    world = small_world()
    world.add_channel(Channel("friends", "friends", bot_is_member=False))
    async with serving(world, user_install=True, private_channels=frozenset({"friends"})) as loopback:
        bot = Bare()
        for command in bot.tree.get_commands():
            command.allowed_installs = discord.app_commands.AppInstallationType(guild=True, user=True)
        async with connected(loopback, bot):
            outcome = await loopback.command("ben", "elsewhere", ["spasm", "private"])
            assert outcome.ok
            await loopback.press("ben", outcome.messages[0], "update")
            assert (await loopback.command("ben", "friends", ["spasm", "private"])).ok
            elsewhere, button, friends = bot.interactions
            assert elsewhere.is_user_integration()
            assert not elsewhere.is_guild_integration()
            assert elsewhere.guild_id == int(loopback.elsewhere_id)
            assert elsewhere.app_permissions.value == 0
            assert button.is_user_integration()
            assert friends.context.private_channel
            assert isinstance(friends.channel, discord.GroupChannel)


async def test_a_token_ends_after_fifteen_minutes():
    clock = Hands()
    async with running(small_world(clock=clock)) as (loopback, bot):
        await loopback.command("ben", "general", ["spasm", "private"])
        [interaction] = bot.interactions
        clock.forward(minutes=14, seconds=59)
        await interaction.followup.send("in time", ephemeral=True)
        clock.forward(seconds=1)
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.followup.send("too late", ephemeral=True)
        assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_a_new_channel_can_be_told_to_the_bot():
    async with running() as (loopback, bot):
        loopback.world.add_channel(Channel("new", "new"))
        id_ = int(loopback.parts.directory.channel_id("new"))
        await loopback.channel_added("new")
        await until(lambda: bot.get_channel(id_) is not None)


async def test_the_server_can_live_inside_another_app():
    loopback = LoopbackDiscord(small_world())
    parent = web.Application()
    parent.add_subapp("/discord", loopback.app)
    runner = web.AppRunner(parent, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    loopback.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/discord"
    before = aim(loopback)
    try:
        async with connected(loopback, Bare()):
            assert (await loopback.command("ben", "general", ["spasm", "private"])).ok
            assert loopback.recorded[0]["path"] == "/api/v10/users/@me"
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before
        await loopback.stop()
        await runner.cleanup()
