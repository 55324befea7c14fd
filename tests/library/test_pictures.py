"""The drawings: each can be shown, is small, and can be read by weak eyes; nothing but a plain drawing is shown."""

import re
import struct
from itertools import product
from pathlib import Path

import pytest

from bot.library.pictures import WIDTH_LIMIT, Pictures
from bot.library.problems import ContentError

FOLDER = Path(__file__).parents[2] / "content" / "spasm" / "pictures"
NAMES = Pictures(FOLDER).names()
GROUND = "#fff8ec"
"""The panels, which lie under every figure."""
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 72 48">'
SQUARE = '<rect width="9" height="9" fill="#22333b"/>'
PLAIN = f"{OPEN}{SQUARE}</svg>"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours(name: str, attribute: str) -> set[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = set(re.findall(rf'\b{attribute}="([^"]+)"', text)) - {"none"}
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for c in found), found
    return found


def of(tmp_path: Path, text: str) -> Pictures:
    folder = tmp_path / "content" / "spasm" / "pictures"
    folder.mkdir(parents=True)
    (folder / "a.svg").write_text(text, encoding="utf-8")
    return Pictures(folder)


def problem(pictures: Pictures) -> str:
    with pytest.raises(ContentError) as caught:
        pictures.png("a.svg")
    return str(caught.value)


def test_the_pack_has_its_pictures() -> None:
    assert {n.removesuffix(".svg") for n in NAMES} >= {
        *(
            "three-feelings",
            "calf-stretch",
            "calf-stretch-sitting",
            "foot-stretch",
            "hamstring-stretch",
            "neck-stretch",
        ),
        *("warm-or-cold", "self-massage", "tens-cautions"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_drawn_small_and_once(name: str) -> None:
    pictures = Pictures(FOLDER)
    image = pictures.png(name)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", image[16:24])
    assert wide == 720
    assert 300 <= high <= 720
    assert 5_000 < len(image) < 200_000
    assert pictures.png(name) is image
    assert struct.unpack(">I", pictures.png(name, 360)[16:20]) == (360,)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_stands_out_from_its_panel(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert f'rx="20" fill="{GROUND}" stroke="#22333b"' in text, "the figures stand on panels with a border"
    lines = colours(name, "stroke") - {GROUND}  # a line in the panel's colour parts two shapes
    assert lines
    for line in lines:
        assert contrast(line, GROUND) >= 4.5, line


@pytest.mark.parametrize("name", NAMES)
def test_outlines_stand_out_from_the_areas_they_part(name: str) -> None:
    areas = {c for c in colours(name, "fill") if luminance(c) > 0.15}
    for line, area in product({"#22333b"}, areas):
        assert contrast(line, area) >= 4.5, area


@pytest.mark.parametrize("name", NAMES)
def test_no_letters_but_those_drawn_as_paths(name: str) -> None:
    assert "<text" not in (FOLDER / name).read_text(encoding="utf-8")


def test_the_digest_is_that_of_the_drawing(tmp_path: Path) -> None:
    pictures = of(tmp_path, PLAIN)
    (tmp_path / "b").mkdir()
    assert re.fullmatch("[0-9a-f]{12}", pictures.digest("a.svg"))
    assert pictures.digest("a.svg") == of(tmp_path / "b", PLAIN).digest("a.svg")
    (tmp_path / "c").mkdir()
    assert pictures.digest("a.svg") != of(tmp_path / "c", PLAIN.replace("9", "8")).digest("a.svg")


@pytest.mark.parametrize("name", ["b.svg", "a", "", "../pictures/a.svg", "../secret.svg", "/etc/passwd", "note.txt"])
def test_an_unknown_name_is_a_key_error(tmp_path: Path, name: str) -> None:
    pictures = of(tmp_path, PLAIN)
    (tmp_path / "content/spasm/secret.svg").write_text(PLAIN)
    (tmp_path / "content/spasm/pictures/note.txt").write_text("no picture")
    assert pictures.names() == ("a.svg",)
    with pytest.raises(KeyError):
        pictures.png(name)
    with pytest.raises(KeyError):
        pictures.digest(name)


def test_a_link_that_leads_out_is_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (tmp_path / "secret.svg").write_text(PLAIN)
    (folder / "in.svg").write_text(PLAIN)
    (folder / "out.svg").symlink_to(tmp_path / "secret.svg")
    (folder / "same.svg").symlink_to("in.svg")
    (folder / "broken.svg").symlink_to("nowhere.svg")
    assert Pictures(folder).names() == ("in.svg", "same.svg")


def test_no_folder_is_no_pictures(tmp_path: Path) -> None:
    assert Pictures(tmp_path / "pictures").names() == ()


@pytest.mark.parametrize("width", [0, -1, WIDTH_LIMIT + 1])
def test_a_width_out_of_bounds_is_refused(tmp_path: Path, width: int) -> None:
    with pytest.raises(ValueError, match="pixels wide"):
        of(tmp_path, PLAIN).png("a.svg", width)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no well-formed SVG"),
        ("not a drawing", "no well-formed SVG"),
        (f"{OPEN}<g>{SQUARE}</svg>", "no well-formed SVG"),
        (PLAIN.replace("viewBox", "box"), "its size"),
        (f"<html>{PLAIN}</html>", "<html>"),
        ('<svg viewBox="0 0 72 48"><g/></svg>', "<svg>"),
        (PLAIN.replace("72 48", "0 0"), "its size"),
        (PLAIN.replace("72 48", "10 9000"), "high"),
    ],
)
def test_a_broken_drawing_names_the_file_and_the_fix(tmp_path: Path, text: str, said: str) -> None:
    message = problem(of(tmp_path, text))
    assert message.startswith("content/spasm/pictures/a.svg")
    assert said in message
    assert "Fix: " in message


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<g onclick='alert(1)'/>",
        "<g onload='alert(1)'/>",
        "<style>@import url(https://example.org/a.css);</style>",
        "<g style='fill:url(https://example.org/a.svg#b)'/>",
        "<g fill='url(https://example.org/a.svg#b)'/>",
        "<g fill='url( \"https://example.org/a.svg#b\")'/>",
        "<g fill='URL(https://example.org/a.svg#b)'/>",
        "<image href='https://example.org/a.png'/>",
        "<image href='/etc/passwd'/>",
        "<use href='https://example.org/a.svg#b'/>",
        "<use href='#b'/>",
        "<linearGradient xlink:href='other.svg#b'/>",
        "<a href='https://example.org'><g/></a>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<text>words</text>",
        "<animate/>",
        "<?php echo 1 ?>",
    ],
)
def test_what_runs_or_reaches_out_is_refused(tmp_path: Path, inside: str) -> None:
    message = problem(of(tmp_path, f"{OPEN}\n{inside}{SQUARE}</svg>"))
    assert message.startswith("content/spasm/pictures/a.svg:2: error: picture: ")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_doctype_is_refused(tmp_path: Path, doctype: str) -> None:
    assert "has a DOCTYPE" in problem(of(tmp_path, doctype + PLAIN))


def test_a_part_of_the_same_file_may_be_named(tmp_path: Path) -> None:
    inside = "<defs><clipPath id='c'><rect width='5' height='5'/></clipPath></defs>"
    assert of(tmp_path, f"{OPEN}{inside}<g clip-path='url(#c)'>{SQUARE}</g></svg>").png("a.svg")


@pytest.mark.parametrize("size", ['width="5"', 'height="90000"', 'width="100%"'])
def test_a_size_unlike_the_view_box_is_refused(tmp_path: Path, size: str) -> None:
    assert "unlike its viewBox" in problem(of(tmp_path, PLAIN.replace("viewBox", f"{size} viewBox")))


def test_what_the_library_cannot_draw_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> bytes:
        raise ValueError("no")

    monkeypatch.setattr("resvg_py.svg_to_bytes", refuse)
    assert "cannot be drawn (no)" in problem(of(tmp_path, PLAIN))


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    assert "256 KB" in problem(of(tmp_path, f"{OPEN}{SQUARE * 8000}</svg>"))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    pictures = of(tmp_path, PLAIN)
    (tmp_path / "content/spasm/pictures/a.svg").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in problem(pictures)
