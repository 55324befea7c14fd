"""Makes odd payloads: a genuine one with parts taken away, exchanged, nested or of another type; or none at all."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests import odd

Path = tuple[str | int, ...]
ODD_IDS = [
    "",
    "D",
    "0",
    "-1",
    "99999999999999999999999999",
    "<!channel>",
    "T0LOOPBACK",
    "1|admin|set|set-up|0|",
    "🦵" * 60,
]
DEPTH = 60


def deep() -> list[Any]:
    made: list[Any] = []
    for _ in range(DEPTH):
        made = [made]
    return made


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), odd.text, st.sampled_from(ODD_IDS)
)
values = st.one_of(
    leaves,
    st.builds(deep),
    st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
        max_leaves=8,
    ),
)


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a payload, its inside before itself."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from paths(each, (*here, key))
    if here:
        yield here


@st.composite
def spoilt(draw: st.DrawFn, genuine: dict[str, Any]) -> dict[str, Any]:
    """One to three places of a genuine payload, taken away or given another value."""
    made = deepcopy(genuine)
    for _ in range(draw(st.integers(1, 3))):
        places = list(paths(made))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder: Any = made
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = draw(values)
    return made


bodies = st.one_of(
    st.binary(max_size=200),
    odd.text.map(lambda text: text.encode("utf-8", "surrogatepass")),
    values.map(lambda value: json.dumps(value).encode()),
    values.map(lambda value: b"payload=" + json.dumps(value).encode()),
    st.sampled_from(
        [b"payload=%7B", b"{" * 5000, b"[" * 60_000, b"payload=" + b"[" * 60_000, b"a=1&a=2&payload=", b"%ff=%fe"]
    ),
)
"""Bodies of requests that may be anything at all."""
