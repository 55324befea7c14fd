"""The files of one pack: the pack's own folder, and over it what a host's overlay changes or adds."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.library import yaml_file

Stamp = frozenset[tuple[str, int, int]]
"""Each file with the time of its last change and its size."""


def stamp(folders: Iterable[Path]) -> Stamp:
    """What the files below `folders` look like now; a file that vanishes meanwhile is left out."""
    found = set()
    for folder in folders:
        for file in folder.rglob("*"):
            try:
                state = file.stat()
            except OSError:
                continue
            found.add((str(file), state.st_mtime_ns, state.st_size))
    return frozenset(found)


class PackFiles:
    """Reads files by their path inside the pack, such as `en/treat/stress.md`, and hashes all that was read."""

    def __init__(self, folder: Path, root: Path, overlay: Path | None = None) -> None:
        """Read from `folder` below the content folder `root`; `overlay` is the host's folder for the same pack."""
        self._layers = [(folder, root.parent)]
        if overlay and overlay.is_dir():
            self._layers.append((overlay, overlay.parent.parent.parent))
        self._hash = hashlib.sha256()

    @property
    def revision(self) -> str:
        """A hash of everything read so far."""
        return self._hash.hexdigest()[:12]

    def name(self, file: str) -> str:
        """The file as an author knows it, from the content folder (or the overlay) on."""
        return self._names(*self._top(file), file)

    def exists(self, file: str) -> bool:
        return any((folder / file).is_file() for folder, _ in self._layers)

    def text(self, file: str) -> str:
        """The overlay's file where there is one, else the pack's. Raises ContentError."""
        return self._read(*self._top(file), file)

    def layers(self, file: str) -> Iterator[tuple[str, str]]:
        """(name, text) of the pack's file and then of the overlay's, for files that add up. Raises ContentError."""
        found = [layer for layer in self._layers if (layer[0] / file).is_file()] or self._layers[:1]
        for folder, start in found:
            yield self._names(folder, start, file), self._read(folder, start, file)

    def folders(self, name: str) -> tuple[Path, ...]:
        """A folder of the pack, and the overlay's of the same name behind it."""
        return tuple(base / name for base, _ in self._layers)

    def _top(self, file: str) -> tuple[Path, Path]:
        return next((layer for layer in reversed(self._layers) if (layer[0] / file).is_file()), self._layers[0])

    @staticmethod
    def _names(folder: Path, start: Path, file: str) -> str:
        return (folder / file).relative_to(start).as_posix()

    def _read(self, folder: Path, start: Path, file: str) -> str:
        text = yaml_file.read_text(folder / file, self._names(folder, start, file))
        self._hash.update(f"{file}\0{text}\0".encode())
        return text
