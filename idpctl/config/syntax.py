"""What a parser's complaint means, in the words of someone who writes YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.config.aliases import MOST_DEPTH
from idpctl.config.files import place
from idpctl.text import quote

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError

    from idpctl.config.reading import Reading

_DEPTH = "maximum nesting depth"
_MISPLACED = "this does not fit in with the lines before"
_INDENTATION = "check the indentation, and that quotes and brackets are closed"
# Part of what libyaml or PyYAML's own parser says; what it means; what to do.
_MEANINGS = (
    ("mapping values are not allowed", "a colon is not possible here", 'quote text that holds ": "'),
    ("cannot start any token", "CHARACTER cannot begin a value", "quote the value"),
    ("unexpected end of stream", "a quote is not closed", "close the quote that begins before this place"),
    ("document start", "the document has ended before this line", "remove the ... above it"),
    ("hexdecimal", "an escape needs more hexadecimal digits", None),
    ("hexadecimal", "an escape needs more hexadecimal digits", None),
    (
        "escape",
        "this escape is not known",
        "double the backslash, or use single quotes: they know no escapes",
    ),
    # libyaml 0.2.6 reads a line ahead, and so meets its own limit before the builder meets its lower one.
    (_DEPTH, f"the nesting is deeper than {MOST_DEPTH} levels", None),
    ("could not find expected ':'", "a key needs a colon and a space behind it", None),
    ("did not find expected node content", "a value is missing, or a bracket is not closed", None),
    ("expected the node content", "a value is missing, or a bracket is not closed", None),
    ("did not find expected", _MISPLACED, _INDENTATION),
    ("but found", _MISPLACED, _INDENTATION),
    ("but got", _MISPLACED, _INDENTATION),
)


def note_error(error: MarkedYAMLError, reading: Reading) -> None:
    """Report the parser's `error` at the place where it stopped."""
    text, shown = reading.file.text, reading.file.shown
    mark: Any = error.problem_mark
    problem = str(error.problem)
    message, hint = _meaning(problem)
    message = message.replace("CHARACTER", quote(text[mark.index : mark.index + 1]))
    where = place(shown, text, _index(mark.index, text, problem))
    rule = "YML-07" if _DEPTH in problem else "YML-01"
    reading.report.add(rule, message + _begin(error, where.line), where, hint=hint)


def _index(index: int, text: str, problem: str) -> int:
    """Return where the problem is; the two parsers differ about escapes and the end of the text."""
    return text.rfind("\\", 0, index + 1) if "unknown escape" in problem else min(index, len(text))


def _meaning(problem: str) -> tuple[str, str | None]:
    for words, meaning, hint in _MEANINGS:
        if words in problem:
            return meaning, hint
    return problem, None


def _begin(error: MarkedYAMLError, line: int) -> str:
    context = error.context_mark
    return "" if context is None or context.line + 1 == line else f" (begun in line {context.line + 1})"
