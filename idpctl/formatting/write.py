"""A tree as canonical YAML. ruamel.yaml writes and never reads, so nothing hostile reaches its parser."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml import events as out
from ruamel.yaml.emitter import RoundTripEmitter
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken

from idpctl.config.events import ALIAS, MAPPING, SCALAR, SEQUENCE
from idpctl.formatting.style import restyled
from idpctl.formatting.tree import BLANK
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from idpctl.formatting.tree import Entry, Node, Tree

    _Notes = list[Any] | None  # the comment behind a node, and those above it

_FOLD_AT = 100
_STEP = 2


def write(tree: Tree) -> str:
    """Return the text of `tree`: two spaces a level, sequences below their key, one space before comments."""
    yaml = YAML()
    yaml.Emitter = _Emitter
    yaml.width = sys.maxsize
    yaml.indent(mapping=_STEP, sequence=2 * _STEP, offset=_STEP)
    body = StringIO()
    first = tree.root.entries[0].above if tree.root.entries else []
    yaml.emit(_document(tree.root), body)
    # The foot of a block is written with its entries.
    foot = tree.root.foot if tree.root.flow or not tree.root.entries else []
    return _lines(_trimmed([*tree.head, *first])) + body.getvalue() + _lines(foot)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


class _Emitter(RoundTripEmitter):
    """Writes scalars in the style that was decided on, and what is hard to read as escapes."""

    def choose_scalar_style(self) -> str:
        style: str = self.event.style
        return style

    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: ARG002 - its base's signature
        self.write_indicator(quote(text, None), True)

    def write_post_comment(self, event: Any) -> bool:
        written: bool = super().write_post_comment(event)
        if isinstance(event, out.CollectionEndEvent):
            self.no_newline = False  # as without a comment; else the next item stands in the same line
        return written

    def write_folded(self, text: str, comment: Any) -> None:
        self.best_width, width = _FOLD_AT, self.best_width
        super().write_folded(text, comment)
        self.best_width = width


def _document(root: Node) -> Iterator[Any]:
    yield out.StreamStartEvent()
    yield out.DocumentStartEvent(explicit=False)
    yield from _node(root, 0, None)
    yield out.DocumentEndEvent(explicit=False)
    yield out.StreamEndEvent()


def _node(node: Node, column: int, notes: _Notes, *, flow: bool = False) -> Iterator[Any]:
    """Yield the events of `node`, whose own entries stand at `column`; `flow` is that of what it is in."""
    if node.kind is ALIAS:
        yield out.AliasEvent(node.anchor, comment=notes)
    elif node.kind is SCALAR:
        value, style = restyled(node, flow=flow)
        yield out.ScalarEvent(node.anchor, None, (True, True), value, style=style, comment=notes)
    else:
        yield from _collection(node, column, notes)


def _collection(node: Node, column: int, notes: _Notes) -> Iterator[Any]:
    mapping = node.kind is MAPPING
    start = out.MappingStartEvent if mapping else out.SequenceStartEvent
    end = out.MappingEndEvent if mapping else out.SequenceEndEvent
    begin, finish = notes, _notes("", node.foot, column)
    if node.flow and notes:
        # What is behind a value stands behind its closing bracket.
        begin, finish = ([None, notes[1]] if notes[1] else None), [notes[0], None]
    yield start(node.anchor, None, True, flow_style=node.flow, comment=begin)
    for index, entry in enumerate(node.entries):
        # What is above the first entry of all belongs to the head; no blank line begins a block.
        skipped = index == 0 and (len(entry.above) if column == 0 else entry.above[:1] == [BLANK])
        yield from _entry(entry, entry.above[skipped:], column, flow=node.flow)
    yield end(comment=finish)


def _entry(entry: Entry, above: list[str], column: int, *, flow: bool) -> Iterator[Any]:
    value, behind = entry.value, entry.behind
    inner = column + (2 * _STEP if entry.key is None and value.kind is SEQUENCE else _STEP)
    if flow:
        above, behind = [], ""
    if entry.key is not None:
        yield from _node(entry.key, 0, _notes("", above, column), flow=flow)
        above = []
    yield from _node(value, inner, _notes(behind, above, column), flow=flow)


def _notes(behind: str, above: Sequence[str], column: int) -> _Notes:
    if not behind and not above:
        return None
    first = CommentToken(f"{behind}\n", CommentMark(0)) if behind else None
    return [first, [CommentToken(f"{line}\n", CommentMark(column)) for line in above]]


def _trimmed(lines: Iterable[str]) -> list[str]:
    """Return `lines` without blank ones at the begin, and with one in a row at most."""
    kept: list[str] = []
    for line in lines:
        if line != BLANK or (kept and kept[-1] != BLANK):
            kept.append(line)
    return kept
