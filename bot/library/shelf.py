"""Every pack's pictures by name, drawn at first use."""

import hashlib
from collections.abc import Mapping

from bot.library.model import Pack


class Shelf:
    """Pictures of all packs as PNG, by `pack/name`. Keeps what it drew until the drawing changes."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._drawn: dict[str, tuple[str, bytes]] = {}

    def use(self, packs: Mapping[str, Pack]) -> None:
        """Take pictures from these packs from now on."""
        self._packs = packs

    def digest(self, name: str) -> str:
        """A hash of the drawing. Raises KeyError for an unknown name."""
        return hashlib.sha256(self._svg(name)).hexdigest()[:12]

    def png(self, name: str) -> bytes:
        """The drawing as PNG. Raises KeyError for an unknown name, or one that cannot be drawn."""
        digest = self.digest(name)
        kept = self._drawn.get(name)
        if kept and kept[0] == digest:
            return kept[1]
        drawn = draw(self._svg(name))
        self._drawn[name] = (digest, drawn)
        return drawn

    def _svg(self, name: str) -> bytes:
        pack, _, picture = name.partition("/")
        try:
            return self._packs[pack].pictures[picture].read_bytes()
        except OSError:
            raise KeyError(name) from None


def draw(svg: bytes) -> bytes:
    """Rasterise a drawing, 720 pixels wide. Raises KeyError when it is no drawing."""
    import resvg_py

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=WIDTH))
    except (ValueError, UnicodeDecodeError) as error:
        raise KeyError("not a drawing") from error


WIDTH = 720
"""Pixels: twice a phone's width in points."""
