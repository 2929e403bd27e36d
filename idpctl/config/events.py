"""YAML as a stream of events: libyaml's where it is built in, else the parser written in Python.

Both read the same subset, since `files` refuses beforehand what they see differently. Composers
are not used: libyaml's crashes the interpreter on deep nesting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from yaml import events as of_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Mark(Protocol):
        """A place; line, column and index count from 0."""

        line: int
        column: int
        index: int

    class Event(Protocol):
        """What both parsers say of a node. A scalar has a value; a plain one has no style."""

        value: str
        style: str | None
        tag: str | None
        anchor: str | None
        start_mark: Mark
        end_mark: Mark

    NextEvent = Callable[[], Event]

ALIAS: type[Any] = of_yaml.AliasEvent
SCALAR: type[Any] = of_yaml.ScalarEvent
MAPPING: type[Any] = of_yaml.MappingStartEvent
MAPPING_END: type[Any] = of_yaml.MappingEndEvent
SEQUENCE: type[Any] = of_yaml.SequenceStartEvent
SEQUENCE_END: type[Any] = of_yaml.SequenceEndEvent
STREAM_END: type[Any] = of_yaml.StreamEndEvent


def open_pure(text: str) -> NextEvent:
    """Return a function that gives the next event of `text`, by PyYAML's own parser."""
    from idpctl.config.pure import PureParser

    return PureParser(text).next_event


def open_fast(text: str) -> NextEvent:
    """Return a function that gives the next event of `text`, by libyaml."""
    return cast("NextEvent", CParser(text).get_event)


try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    open_events = open_pure
else:
    open_events = open_fast
