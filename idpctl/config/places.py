"""Where things stand in a file: a second, slow reading, done only when something has to be said."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from idpctl.config import events
from idpctl.config.events import MAPPING, MAPPING_END, SCALAR, SEQUENCE, SEQUENCE_END
from idpctl.config.reading import source
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idpctl.config.events import Event, NextEvent
    from idpctl.config.files import TextFile
    from idpctl.errors import Source

    Path = tuple[str | int, ...]

_CUT = re.compile(r" +#\S")


@value
class Spot:
    """Where a node stands: its key, or itself where it has none, and its value.

    A collection, nothing at all and what an alias repeats stand where their key does. `written` is
    the text of a plain scalar, as it is in the file.
    """

    key: Source
    value: Source
    written: str | None


def locate(file: TextFile, wanted: Iterable[Path]) -> dict[Path, Spot]:
    """Return the spot of each of `wanted` in a file that was built; of its nearest parent, if it has none.

    What an alias repeats stands where the alias is.
    """
    paths = set(wanted)
    prefixes = {path[:length] for path in paths for length in range(len(path) + 1)}
    found: dict[Path, Spot] = {}
    for path, key, event in walk(file.text):
        if path in prefixes and path not in found:
            found[path] = spot(file.shown, key, event)
    return {path: found[_nearest(path, found)] for path in paths}


def _nearest(path: Path, found: dict[Path, Spot]) -> Path:
    while path not in found:
        path = path[:-1]
    return path


def cut_urls(file: TextFile) -> Iterator[tuple[Path, Source]]:
    """Yield each URL behind which a comment begins without a space: ` #frag` is no part of it."""
    if not _CUT.search(file.text):
        return
    for path, _, event in walk(file.text):
        plain = event.__class__ is SCALAR and not event.style and "://" in event.value
        if plain and _CUT.match(file.text, event.end_mark.index):
            yield path, source(file.shown, event.start_mark)


def spot(shown: str, key: Event | None, event: Event) -> Spot:
    """Return the spot of a node that `walk` yields, in the file `shown`."""
    scalar = event.__class__ is SCALAR
    plain = scalar and not event.style
    begin = event if key is None else key
    stands_alone = scalar and (event.value or event.style)
    return Spot(
        key=source(shown, begin.start_mark),
        value=source(shown, (event if stands_alone else begin).start_mark),
        written=event.value if plain else None,
    )


def walk(text: str) -> Iterator[tuple[Path, Event | None, Event]]:
    """Yield path, key and first event of every node; an alias is one, and what it repeats is none."""
    follow = events.open_events(text)
    follow()
    follow()
    yield from _node(follow, follow(), (), None)


def _node(
    follow: NextEvent, event: Event, path: Path, key: Event | None
) -> Iterator[tuple[Path, Event | None, Event]]:
    yield path, key, event
    if event.__class__ is MAPPING:
        while (begin := follow()).__class__ is not MAPPING_END:
            if begin.__class__ is SCALAR:
                yield from _node(follow, follow(), (*path, begin.value), begin)
                continue
            # A key that was refused: neither it nor its value has a path.
            deque(_node(follow, begin, (), None), maxlen=0)
            deque(_node(follow, follow(), (), None), maxlen=0)
    elif event.__class__ is SEQUENCE:
        index = 0
        while (begin := follow()).__class__ is not SEQUENCE_END:
            yield from _node(follow, begin, (*path, index), None)
            index += 1
