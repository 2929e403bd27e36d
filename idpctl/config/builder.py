"""From YAML events to plain values, in one pass that refuses what safe_load lets pass.

This is the hot path: ten thousand providers are two hundred thousand events. Places are kept for
the fields of providers alone; any other place is looked up when it is needed (`places`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.error import MarkedYAMLError

from idpctl.config import events
from idpctl.config.aliases import MOST_DEPTH, Anchors
from idpctl.config.events import ALIAS, MAPPING, MAPPING_END, SCALAR, SEQUENCE_END, STREAM_END
from idpctl.config.keys import Keys
from idpctl.config.marks import LINE
from idpctl.config.reading import Reading
from idpctl.config.report import StopReadingError
from idpctl.config.values import Values
from idpctl.text import quote

if TYPE_CHECKING:
    from idpctl.config.events import Event
    from idpctl.config.files import TextFile
    from idpctl.config.report import Report
    from idpctl.config.variables import Variables
    from idpctl.model import Json

MOST_NODES = 1_000_000
_PLACED_DEPTH = 4  # root, providers, a provider, its properties


class Document:
    """One file as plain values.

    `marks` maps the id() of a mapping to the packed places of its members, in their order: of the
    value where that is a scalar, else of the key. `suspect` is that of the reading.
    """

    __slots__ = ("file", "marks", "suspect", "value")

    def __init__(self, file: TextFile, value: Json, marks: dict[int, list[int]], *, suspect: bool) -> None:
        self.file = file
        self.value = value
        self.marks = marks
        self.suspect = suspect


def build(file: TextFile, report: Report, variables: Variables) -> Document | None:
    """Return the document in `file`; None where it cannot be read to its end. Problems go to `report`."""
    reading = Reading(file, report)
    try:
        builder = _Builder(reading, variables)
        value = builder.read()
    except MarkedYAMLError as error:
        from idpctl.config.syntax import note_error

        note_error(error, reading)
    except StopReadingError:
        pass
    else:
        return Document(file, value, builder.marks, suspect=reading.suspect)
    return None


class _Builder:
    """Builds one document; collections recurse, at most `MOST_DEPTH` deep."""

    __slots__ = ("_anchors", "_deepest", "_keys", "_next", "_nodes", "_reading", "_scalar", "marks")

    def __init__(self, reading: Reading, variables: Variables) -> None:
        self._next = events.open_events(reading.file.text)
        self._reading = reading
        self._keys = Keys(reading)
        self._anchors = Anchors(reading)
        self._scalar = Values(reading, self._anchors, variables).value
        self._nodes = self._deepest = 0
        self.marks: dict[int, list[int]] = {}

    def read(self) -> Json:
        """Return the one document of the stream."""
        follow = self._next
        follow()
        if follow().__class__ is STREAM_END:
            self._reading.refuse_empty("the file holds no document")
        root = follow()
        value = self._scalar(root) if root.__class__ is SCALAR else self._node(root, 1)
        follow()
        end = follow()
        if end.__class__ is not STREAM_END:
            self._reading.stop("YML-08", "another document begins here", end.start_mark)
        if value is None:
            self._reading.refuse_empty("the document is empty")
        return value

    def _mapping(self, depth: int) -> dict[str, Json]:
        follow, known, scalar = self._next, self._keys.known, self._scalar
        values: dict[str, Json] = {}
        marks: list[int] = []
        while True:
            event = follow()
            kind = event.__class__
            if kind is MAPPING_END:
                break
            key = None
            if kind is SCALAR and event.tag is None and event.anchor is None:
                key = known.get(event.value)
            if key is None:
                key = self._new_key(event, depth)
            member = follow()
            mark = event.start_mark
            if member.__class__ is SCALAR:
                value = scalar(member)
                if value is not None or member.value:
                    mark = member.start_mark
            else:
                value = self._node(member, depth + 1)
            if key in values or key is None:
                self._refuse(key, event, values, marks)
                continue
            values[key] = value
            column = mark.column + 1
            marks.append((mark.line + 1) * LINE + (column if column < LINE else LINE - 1))
        if depth <= _PLACED_DEPTH:
            self.marks[id(values)] = marks
        self._count(len(values) + 1, event)
        return values

    def _new_key(self, event: Event, depth: int) -> str | None:
        key = self._keys.judge(event)
        if key is None:  # the parser goes on behind what was meant as the key
            self._node(event, depth + 1)
        return key

    def _refuse(self, key: str | None, event: Event, values: dict[str, Json], marks: list[int]) -> None:
        if key is not None:
            first = marks[list(values).index(key)] // LINE
            message = f"the key {quote(key)} is written twice, first in line {first}"
            self._reading.note("CFG-03", message, event.start_mark, hint="keep one of the two")

    def _sequence(self, depth: int) -> list[Json]:
        values: list[Json] = []
        while True:
            event = self._next()
            kind = event.__class__
            if kind is SEQUENCE_END:
                break
            self._count(1, event)
            values.append(self._scalar(event) if kind is SCALAR else self._node(event, depth + 1))
        return values

    def _node(self, event: Event, depth: int) -> Json:
        """Return the collection that `event` begins, or what an alias stands for."""
        if event.__class__ is ALIAS:
            value, size, height = self._anchors.follow(event, depth)
            self._count(size, event)
            self._deepest = max(self._deepest, depth + height - 1)
            return value
        if depth > MOST_DEPTH:
            self._reading.stop("YML-07", f"the nesting is deeper than {MOST_DEPTH} levels", event.start_mark)
        if event.tag is not None:
            self._reading.note("YML-10", "the value has a tag", event.start_mark)
        self._deepest = max(self._deepest, depth)
        if event.anchor is not None:
            return self._anchored(event, event.anchor, depth)
        return self._mapping(depth) if event.__class__ is MAPPING else self._sequence(depth)

    def _anchored(self, event: Event, anchor: str, depth: int) -> Json:
        nodes, deepest = self._nodes, self._deepest
        self._deepest = depth
        self._anchors.open(anchor)
        value: Json = self._mapping(depth) if event.__class__ is MAPPING else self._sequence(depth)
        self._anchors.close(anchor, value, self._nodes - nodes, self._deepest - depth + 1)
        self._deepest = max(deepest, self._deepest)
        return value

    def _count(self, nodes: int, event: Event) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            self._reading.stop("YML-03", f"the file holds more than {MOST_NODES:,} values", event.start_mark)
