"""A YAML file as a tree that keeps comments: each stands with the key or the entry that it is about."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from idpctl.config import events
from idpctl.config.events import ALIAS, MAPPING, MAPPING_END, SCALAR, SEQUENCE, SEQUENCE_END, STREAM_END
from idpctl.formatting.comments import Comments

if TYPE_CHECKING:
    from typing import Any

    from idpctl.config.events import Event
    from idpctl.formatting.comments import Comment

BLANK = ""  # a blank line among comments


class Node:
    """A scalar, an alias, or a collection with its entries; `foot` are comments behind the last of them.

    `flow` says that a collection is written between brackets or braces.
    """

    __slots__ = ("anchor", "entries", "flow", "foot", "kind", "style", "value")

    def __init__(self, event: Event, *, flow: bool = False) -> None:
        self.kind: type[Any] = event.__class__
        self.anchor = event.anchor
        self.value = event.value if self.kind is SCALAR else ""
        self.style = (event.style or "") if self.kind is SCALAR else ""
        self.flow = flow
        self.entries: list[Entry] = []
        self.foot: list[str] = []


class Entry:
    """A member of a mapping, or an item of a sequence, which has no key.

    `above` are the comments and blank lines above it, `behind` is the comment in its own line.
    """

    __slots__ = ("above", "behind", "key", "value")

    def __init__(self) -> None:
        self.above: list[str] = []
        self.behind = ""
        self.key: Node | None = None
        self.value: Node

    @property
    def noted(self) -> bool:
        """Say whether there are comments."""
        return bool(self.behind or any(self.above))


class Tree:
    """A whole file: `head` are the comments on top of it, `comments` all that there are."""

    __slots__ = ("comments", "head", "root")

    def __init__(self, root: Node, head: list[str], comments: list[str]) -> None:
        self.root = root
        self.head = head
        self.comments = comments


def grow(text: str) -> Tree:
    """Return the tree of `text`, which our own reader has accepted; its lines end with LF."""
    return _Grower(text).tree()


class _Grower:
    """Builds a tree; collections recurse, as deep as the reader lets them."""

    __slots__ = ("_all", "_comments", "_end", "_head", "_last", "_loose", "_next", "_waiting")

    def __init__(self, text: str) -> None:
        self._next = events.open_events(text)
        self._comments = Comments(text)
        self._end = len(text)
        self._waiting: deque[Comment] = deque()
        self._all: list[str] = []
        self._head: list[str] = []
        self._loose = self._head
        self._last: Entry | None = None

    def tree(self) -> Tree:
        self._take()
        begin = self._take()
        if getattr(begin, "explicit", False):
            self._settle(self._head)
            if self._head:
                _space(self._head)
        event = self._take()
        if not _is_block(event):
            self._settle(self._head)
        root = self._node(event)
        self._loose = root.foot
        if not _is_block(event):
            self._last = None
        while self._take().__class__ is not STREAM_END:
            pass
        self._settle(root.foot)
        if root.entries and not self._head:
            self._head = _split_head(root.entries[0].above)
        return Tree(root, self._head, self._all)

    def _take(self) -> Event:
        event = self._next()
        self._wait(*self._comments.before(event))
        return event

    def _wait(self, *found: Comment) -> None:
        self._waiting.extend(found)
        self._all.extend(comment.text for comment in found)

    def _node(self, event: Event) -> Node:
        kind = event.__class__
        if kind is SCALAR:
            self._wait(*self._comments.inside(event))
        if kind in {SCALAR, ALIAS}:
            return Node(event)
        node = Node(event, flow=not _is_block(event))
        column = event.start_mark.column
        while (inner := self._take()).__class__ not in {MAPPING_END, SEQUENCE_END}:
            # An anchor stands before the first key: the column is that of the key.
            column = inner.start_mark.column if not node.entries and kind is MAPPING else column
            self._entry(node, inner)
        self._close(node, column, inner)
        return node

    def _entry(self, node: Node, event: Event) -> None:
        entry = Entry()
        self._settle(entry.above)
        # Between braces a line can be endless, and is not searched for where it begins.
        if not node.flow and self._comments.spaced(event.start_mark.index):
            _space(entry.above)
        self._last = entry
        node.entries.append(entry)
        if node.kind is MAPPING:
            entry.key = self._node(event)
            event = self._take()
        if _is_block(event):
            entry.value = self._node(event)
            return
        self._settle(entry.above)
        entry.value = self._node(event)
        self._last = entry
        if not entry.value.entries:
            entry.above += entry.value.foot

    def _close(self, node: Node, column: int, event: Event) -> None:
        """Take the comments behind the last entry: those as far in as the entries, and no key's below."""
        following = -1 if event.start_mark.index >= self._end else event.start_mark.column
        self._behind()
        while self._waiting and (node.flow or self._waiting[0].column >= max(column, following + 1)):
            self._stack(node.foot, self._waiting.popleft())
            self._behind()
        if node.flow:
            inner = [entry.value.kind in {SCALAR, ALIAS} or entry.value.flow for entry in node.entries]
            noted = any(entry.noted for entry in node.entries) or any(node.foot)
            # Between braces a comment has no place of its own.
            node.flow = not node.entries or (all(inner) and not noted)

    def _behind(self) -> None:
        while self._waiting and not self._waiting[0].alone:
            text = self._waiting.popleft().text
            if self._last is None:
                self._loose.append(text)
            elif self._last.behind:
                self._last.above.append(text)
            else:
                self._last.behind = text

    def _settle(self, lines: list[str]) -> None:
        """Move all that waits to `lines`, but what stands behind the entry before."""
        self._behind()
        while self._waiting:
            self._stack(lines, self._waiting.popleft())
            self._behind()

    @staticmethod
    def _stack(lines: list[str], comment: Comment) -> None:
        if comment.spaced:
            _space(lines)
        lines.append(comment.text)


def _is_block(event: Event) -> bool:
    return event.__class__ in {MAPPING, SEQUENCE} and not getattr(event, "flow_style", False)


def _space(lines: list[str]) -> None:
    if not lines or lines[-1] != BLANK:
        lines.append(BLANK)


def _split_head(above: list[str]) -> list[str]:
    """Cut off what is on top of the file, and not about its first key: all down to the last blank line."""
    end = len(above) - above[::-1].index(BLANK) if BLANK in above else len(above)
    head = above[:end]
    del above[:end]
    return head
