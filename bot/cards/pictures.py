"""The port for pictures: a name on a card to a PNG. Names are `pack/picture`, such as `spasm/calf-stretch`."""

from collections.abc import Callable, Iterable
from typing import Protocol

PictureUrl = Callable[[str], str | None]
"""The address of a picture where others can fetch it; None when there is none."""


class PictureShelf(Protocol):
    """Pictures of all packs. `png` and `digest` raise KeyError for an unknown name."""

    def names(self) -> Iterable[str]: ...

    def png(self, name: str) -> bytes: ...

    def digest(self, name: str) -> str:
        """Changes when the drawing does."""
