"""The drawings of a pack: hand-made SVG files in its `pictures` folder, turned into PNG when a card first needs one."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

import resvg_py

from bot.library import yaml_file
from bot.library.problems import ContentError, Problem

WIDTH = 720
WIDTH_LIMIT = 2160
_SIZE_LIMIT = 256 * 1024
_TALLEST = 4
"""Height over width: a picture is read on a phone, and a tall one would take memory for nothing."""
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_ELEMENTS = _SHAPES | {"svg", "g", "title", "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop"}
"""No `use`: a few lines of it can multiply to millions of shapes."""
_VIEW_BOX = re.compile(r"0 0 ([1-9]\d{1,3}) ([1-9]\d{1,3})")
_SIZE_FIX = 'start it with <svg viewBox="0 0 720 480" …>'


class Pictures:
    """The pictures of a pack, by file name; those of a later folder (the host's) go before those of an earlier one.

    Files are read once: a reload of the content makes a new one.
    """

    def __init__(self, *folders: Path) -> None:
        self._files = {name: path for folder in folders for name, path in _files(folder).items()}
        self._texts: dict[str, str] = {}
        self._images: dict[tuple[str, int], bytes] = {}

    def names(self) -> tuple[str, ...]:
        """Every picture's file name, such as `calf-stretch.svg`, sorted."""
        return tuple(self._files)

    def problems(self) -> list[Problem]:
        """What is wrong with each file that may not be shown. Nothing is drawn for that."""
        found: list[Problem] = []
        for name in self._files:
            try:
                _Check(self._place(name)).read(self._text(name))
            except ContentError as error:
                found += error.problems
        return found

    def without(self, problems: Iterable[Problem]) -> "Pictures":
        """The pictures that none of the problems is about."""
        bad = {p.file for p in problems}
        self._files = {name: path for name, path in self._files.items() if self._place(name) not in bad}
        return self

    def digest(self, name: str) -> str:
        """A hash of the drawing: an uploaded picture holds for these bytes alone.

        Raises:
            KeyError: for a name that `names` does not give.
            ContentError: when the file cannot be read.
        """
        return hashlib.sha256(self._text(name).encode()).hexdigest()[:12]

    def png(self, name: str, width: int = WIDTH) -> bytes:
        """Draw a picture `width` pixels wide; it is kept, so that the next call costs nothing.

        Raises:
            KeyError: for a name that `names` does not give.
            ValueError: for a width below 1 or above 2160.
            ContentError: when the file is no drawing that the bot may show.
        """
        if not 1 <= width <= WIDTH_LIMIT:
            raise ValueError(f"a picture is 1 to {WIDTH_LIMIT} pixels wide, not {width}")
        if (name, width) not in self._images:
            self._images[name, width] = self._draw(name, width)
        return self._images[name, width]

    def _draw(self, name: str, width: int) -> bytes:
        text = self._text(name)
        _Check(self._place(name)).read(text)
        try:
            return resvg_py.svg_to_bytes(svg_string=text, width=width, skip_system_fonts=True)
        except ValueError as error:
            fix = "open the file in a drawing program, and save it as a plain SVG"
            raise self._error(name, f"cannot be drawn ({error}).", fix) from None

    def _text(self, name: str) -> str:
        if name not in self._texts:
            path = self._files[name]
            if path.stat().st_size > _SIZE_LIMIT:
                raise self._error(name, f"is larger than {_SIZE_LIMIT // 1024} KB.", "draw it with fewer shapes")
            self._texts[name] = yaml_file.read_text(path, self._place(name))
        return self._texts[name]

    def _place(self, name: str) -> str:
        """The file as an author knows it: `spasm/pictures/calf-stretch.svg` with the folder above."""
        return "/".join(self._files[name].parts[-4:])

    def _error(self, name: str, message: str, fix: str) -> ContentError:
        return ContentError([Problem(self._place(name), 0, "picture", message, fix)])


def _files(folder: Path) -> dict[str, Path]:
    """The SVG files that lie in the folder itself; a link that leads out of it is none of them."""
    root = folder.resolve()
    found = sorted(root.glob("*.svg")) if root.is_dir() else []
    return {path.name: path for path in found if path.is_file() and path.resolve().parent == root}


class _Check:
    """Reads an SVG tag by tag, and refuses all but plain shapes: nothing runs, and nothing is fetched."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._begun = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.ProcessingInstructionHandler = self._instruction

    def read(self, text: str) -> None:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            message = f"is no well-formed SVG ({expat.errors.messages[error.code]})."
            raise self._error(message, "close every tag and quote, or save it anew", error.lineno) from None

    def _doctype(self, *_: object) -> None:
        raise self._error("has a DOCTYPE.", "remove the line, and all entities")

    def _instruction(self, target: str, _data: str) -> None:
        raise self._error(f"has an instruction <?{target}?>.", "remove it")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _SVG or name not in _ELEMENTS:
            fix = "draw with paths and plain shapes only; draw numerals as paths"
            raise self._error(f"holds <{name}>.", fix)
        if not self._begun:
            self._begun = True
            self._measure(name, attributes)
        for key, value in attributes.items():
            self._attribute(key.rpartition(" ")[2], value)

    def _measure(self, name: str, attributes: dict[str, str]) -> None:
        box = _VIEW_BOX.fullmatch(attributes.get("viewBox", ""))
        if name != "svg" or not box:
            raise self._error("does not say its size.", _SIZE_FIX)
        if attributes.get("width", box[1]) != box[1] or attributes.get("height", box[2]) != box[2]:
            raise self._error("has a width or height unlike its viewBox.", "remove both; the viewBox is enough")
        if int(box[2]) > _TALLEST * int(box[1]):
            raise self._error(f"is {box[1]} wide, but {box[2]} high.", _SIZE_FIX)

    def _attribute(self, name: str, value: str) -> None:
        outside = value.lower().count("url(") != value.count("url(#")
        if name == "style" or name.startswith("on"):
            raise self._error(
                f"has the attribute {name}.", "write colours and lines as attributes such as fill and stroke"
            )
        if outside or (name == "href" and not value.startswith("#")):
            raise self._error(f"points out of the file with {name}.", "keep all that it shows inside the file")

    def _error(self, message: str, fix: str, line: int = 0) -> ContentError:
        return ContentError([Problem(self._file, line or self._parser.CurrentLineNumber, "picture", message, fix)])
