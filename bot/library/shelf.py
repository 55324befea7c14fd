"""Every pack's pictures by one name, such as `spasm/calf-stretch`."""

from collections.abc import Mapping

from bot.library.model import Pack
from bot.library.pictures import Pictures


class Shelf:
    """Pictures of all packs as PNG, by `pack/name`."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs

    def use(self, packs: Mapping[str, Pack]) -> None:
        """Take pictures from these packs from now on."""
        self._packs = packs

    def names(self) -> tuple[str, ...]:
        """Every picture of every pack."""
        return tuple(
            f"{pack}/{file.removesuffix('.svg')}" for pack, p in self._packs.items() for file in p.pictures.names()
        )

    def digest(self, name: str) -> str:
        """A hash of the drawing. Raises KeyError for an unknown name."""
        pictures, file = self._find(name)
        return pictures.digest(file)

    def png(self, name: str) -> bytes:
        """The drawing as PNG, drawn at first use. Raises KeyError for an unknown name."""
        pictures, file = self._find(name)
        return pictures.png(file)

    def draw_all(self) -> None:
        """Draw everything now, so that nobody waits for it later; about a tenth of a second each."""
        for pack in self._packs.values():
            for file in pack.pictures.names():
                pack.pictures.png(file)

    def _find(self, name: str) -> tuple[Pictures, str]:
        pack, _, picture = name.partition("/")
        return self._packs[pack].pictures, f"{picture}.svg"
