"""The client libraries alone, answering every command with one short text: what our own answers are compared with.

Run as a file, in a process of its own: `python bare.py slack` or `discord`, with the bot's settings.
"""

import asyncio
import os
import sys

from aiohttp import web


async def ready(_: web.Request) -> web.Response:
    return web.Response(text="ready")


async def slack() -> web.RouteDef:
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"] + "/api/")
    secret = os.environ["SLACK_SIGNING_SECRET"]
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)

    @app.command("/spasm")
    async def answer(ack: AsyncAck) -> None:
        await ack("hello")

    async def posted(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return web.post("/slack/events", posted)


async def discord() -> None:
    import discord
    import yarl

    discord.http.Route.BASE = os.environ["DISCORD_API_URL"] + "/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)
    tree = discord.app_commands.CommandTree(client)

    @tree.command(name="spasm", description="bare")
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello", ephemeral=True)

    async def register() -> None:
        await tree.sync()

    client.setup_hook = register  # type: ignore[method-assign]
    await client.start(os.environ["DISCORD_TOKEN"])


async def main() -> None:
    server = web.Application()
    server.router.add_get("/readyz", ready)
    if sys.argv[1] == "slack":
        server.add_routes([await slack()])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    if sys.argv[1] == "discord":
        await discord()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
