"""Card templates: Jinja writes Markdown, which becomes nodes. Overlay templates run in Jinja's sandbox."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.cards.markdown import Markdown, MarkdownError, escape, to_nodes
from bot.cards.nodes import Node

_PYTHON_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression of a template may raise besides Jinja's own errors."""


class CardTemplateError(Exception):
    """A template that cannot make a card; names the template and the line where it is known."""


class _Compiled(BytecodeCache):
    """A template is compiled once in a process, as long as it is not changed; that takes longer than all else here."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


class Templates:
    """Card templates from `folder`/cards, with those of an overlay folder in front of them.

    Every value is escaped for Markdown when it is printed; `|md` lets the pack's own Markdown through.
    """

    def __init__(self, folder: Path, overlay: Path | None = None) -> None:
        folders = [f / "cards" for f in (overlay, folder) if f is not None]
        self._jinja = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(f) for f in folders]),
            undefined=StrictUndefined,
            finalize=_escape_value,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            bytecode_cache=_compiled,
        )
        self._jinja.filters["md"] = Markdown

    def render(self, name: str, words: Mapping[str, Any], gettext: Callable[[str], str]) -> tuple[Node, ...]:
        """Make the nodes of the card `name` (without .md.j2) from `words`.

        Raises:
            CardTemplateError: when the template is missing or wrong, or writes Markdown that no card has.
        """
        try:
            text = self._jinja.get_template(f"{name}.md.j2").render({**words, "_": gettext})
            return to_nodes(text)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            where = f"cards/{name}.md.j2:{line}" if line else f"cards/{name}.md.j2"
            raise CardTemplateError(f"{where}: {error.message or type(error).__name__}") from error
        except MarkdownError as error:
            raise CardTemplateError(f"cards/{name}.md.j2: line {error.line} of its output: {error}") from error
        except _PYTHON_ERRORS as error:
            raise CardTemplateError(f"cards/{name}.md.j2: {error}") from error


def _escape_value(value: object) -> object:
    if isinstance(value, Markdown) or value is None:
        return value
    return escape(str(value))
