"""The gateway's ways of packing: one stream for the whole connection, flushed after each message."""

import zlib
from typing import Protocol

import zstandard

from bot.playground.discord.constants import DOCS

SOURCE = DOCS + "events/gateway#transport-compression"


class Packer(Protocol):
    """Turns one message into one frame."""

    def pack(self, text: str) -> str | bytes: ...


class Plain:
    def pack(self, text: str) -> str:
        return text


class ZlibStream:
    """Each frame ends with 00 00 FF FF, by which a client knows that a message is complete."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def pack(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor().compressobj()

    def pack(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


def packer(name: str | None) -> Packer:
    """Return the packer that the address of a connection asks for with `compress=`."""
    made: Packer
    match name:
        case None:
            made = Plain()
        case "zlib-stream":
            made = ZlibStream()
        case "zstd-stream":
            made = ZstdStream()
        case _:
            raise ValueError(f"no such compression: {name}")
    return made
