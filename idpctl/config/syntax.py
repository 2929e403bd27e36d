"""What a parser's complaint means, in the words of someone who writes YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.error import MarkedYAMLError

from idpctl.errors import Source
from idpctl.text import quote

if TYPE_CHECKING:
    from yaml.error import YAMLError

    from idpctl.config.events import Mark
    from idpctl.config.reading import Reading

_MISPLACED = "this does not fit in with the lines before"
_INDENTATION = "check the indentation, and that quotes and brackets are closed"
# Part of what libyaml or PyYAML's own parser says; what it means; what to do.
_MEANINGS = (
    ("mapping values are not allowed", "a colon is not possible here", 'quote text that holds ": "'),
    ("cannot start any token", "{character} cannot begin a value", "quote the value"),
    ("unexpected end of stream", "a quote is not closed", "close the quote that begins before this place"),
    (
        "escape",
        "this escape is not known",
        "double the backslash, or use single quotes: they know no escapes",
    ),
    ("could not find expected ':'", "a key needs a colon and a space behind it", None),
    ("did not find expected node content", "a value is missing, or a bracket is not closed", None),
    ("expected the node content", "a value is missing, or a bracket is not closed", None),
    ("did not find expected", _MISPLACED, _INDENTATION),
    ("but found", _MISPLACED, _INDENTATION),
)


def note_error(error: YAMLError, reading: Reading) -> None:
    """Report the parser's `error` at the place where it stopped."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "")
    if not isinstance(error, MarkedYAMLError) or mark is None:
        reading.report.add("YML-01", "this is not YAML", Source(file=reading.file.shown, line=1))
        return
    for words, meaning, hint in _MEANINGS:
        if words in problem:
            message = meaning.format(character=_character(reading.file.text, mark))
            reading.note("YML-01", message + _begin(error, mark), mark, hint=hint)
            return
    reading.note("YML-01", problem, mark)


def _begin(error: MarkedYAMLError, mark: Mark) -> str:
    context = error.context_mark
    return "" if context is None or context.line == mark.line else f" (begun in line {context.line + 1})"


def _character(text: str, mark: Mark) -> str:
    return quote(text[mark.index : mark.index + 1])
