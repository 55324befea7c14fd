"""The pack's pictures over HTTP, for Slack, which fetches them from PUBLIC_URL."""

from aiohttp import web

from bot.cards.pictures import PictureShelf, PictureUrl

_FOR_EVER = "public, max-age=31536000, immutable"
"""The address holds the drawing's digest: another drawing has another address."""


def picture_route(shelf: PictureShelf) -> web.RouteDef:
    async def picture(request: web.Request) -> web.Response:
        name = f"{request.match_info['pack']}/{request.match_info['name']}"
        try:
            if shelf.digest(name) == request.match_info["digest"]:
                return web.Response(
                    body=shelf.png(name), content_type="image/png", headers={"Cache-Control": _FOR_EVER}
                )
        except KeyError:
            pass
        raise web.HTTPNotFound

    return web.get("/pictures/{digest}/{pack}/{name}.png", picture)


def picture_urls(public_url: str | None, shelf: PictureShelf) -> PictureUrl:
    """Addresses below `public_url`; none where it is not set."""

    def url(name: str) -> str | None:
        return f"{public_url}/pictures/{shelf.digest(name)}/{name}.png" if public_url else None

    return url
