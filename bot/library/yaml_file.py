"""YAML that knows its line numbers, checked by a pydantic model; what does not fit becomes problems."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.library.problems import ContentError, Problem

Model = TypeVar("Model", bound=BaseModel)

_FIXES = {
    "missing": "add this line",
    "extra_forbidden": "remove this line, or mend its name",
    "string_type": "write plain text here; put it in quotes if it looks like a number or a date",
    "date_from_datetime_parsing": "write a day as 2026-11-23",
    "date_type": "write a day as 2026-11-23",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "greater_than_equal": "write a number in that range",
    "less_than_equal": "write a number in that range",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "list_type": "write a list, such as [one, two]",
    "tuple_type": "write a list, such as [one, two]",
    "dict_type": "write `key: value` lines here",
    "model_type": "write `key: value` lines here",
    "too_short": "name one at least",
    "too_long": "name fewer",
    "string_too_long": "shorten it",
    "string_too_short": "write something here",
    "string_pattern_mismatch": "use small letters, digits and hyphens only",
}
_ADDRESS_FIX = "write an address that starts with https://"


try:
    from yaml import CSafeLoader as _Fast  # libyaml, where PyYAML was built with it: ten times as fast
except ImportError:
    from yaml import SafeLoader as _Fast  # type: ignore[assignment]  # the same, in Python


class _Loader(_Fast):
    """Takes a day as text, so that the model refuses 30 February with its line; refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_text(path: Path, name: str) -> str:
    """Read a content file. Raises ContentError when it is missing, unreadable or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ContentError([Problem(name, line, "file", "is not UTF-8 text.", "save it as UTF-8")]) from None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ContentError([Problem(name, 0, "file", f"{reason}.", "add the file, or make it readable")]) from None


def parse(text: str, model: type[Model], *, name: str, first_line: int = 1) -> Model:
    """Read YAML `text` into `model`. `first_line` is where the text starts in its file.

    Raises:
        ContentError: with one problem for each field that does not fit.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        fix = "check the quotes, the colons and the indents; a text with `: ` or a leading `*` or `[` needs quotes"
        raise ContentError([Problem(name, line, "YAML", f"{error.problem or 'cannot be read'}.", fix)]) from None
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        line = first_line + text[: getattr(error, "position", 0)].count("\n")
        fix = "remove characters that are not text, and `!!` marks"
        raise ContentError([Problem(name, line, "YAML", f"{error}.".replace("\n", " "), fix)]) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ContentError([_problem(e, root, name, first_line) for e in error.errors()]) from None


def _problem(error: Any, root: yaml.Node | None, name: str, first_line: int) -> Problem:
    field = ".".join(str(part) for part in error["loc"]) or "file"
    fix = _FIXES.get(error["type"], "see the author's guide, docs/authors.md")
    if error.get("ctx", {}).get("pattern", "").startswith("^https?"):
        fix = _ADDRESS_FIX
    message = error["msg"].removeprefix("Value error, ")
    return Problem(name, first_line + _line_of(root, error["loc"]), field, f"{message}.", fix)


def _line_of(node: yaml.Node | None, path: Sequence[int | str]) -> int:
    """Lines from the start of the document to the value at `path`, or to the nearest thing around it."""
    line = node.start_mark.line if node else 0
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line
