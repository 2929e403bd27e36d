"""Places of declared providers: what ten thousand of them have in common is kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.marks import FIRST, mark_of
from idpctl.config.merge import MERGED_FIELDS
from idpctl.model import Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idpctl.config.builder import Document
    from idpctl.config.written import Part
    from idpctl.model import Json

    Names = tuple[str, ...]


class PlaceKeeper:
    """Makes `Places`; tuples of names are shared, and so are the places of defaults."""

    __slots__ = ("_defaults", "_inherited", "_names")

    def __init__(self, defaults: Iterable[tuple[Document, Mapping[str, Json]]]) -> None:
        self._names: dict[Names, Names] = {}
        self._inherited: dict[tuple[Names, ...], tuple[Places, ...]] = {}
        self._defaults = [
            self._places(document, values, mark_of(document, document.value, "defaults"))
            for document, values in defaults
        ]

    def of(self, parts: tuple[Part, ...]) -> tuple[Places, ...]:
        """Return the places of a provider.

        A field is looked up from the end: so later layers come last, and defaults, behind them, hold
        only what no layer writes.
        """
        own = tuple([self._places(part.document, part.values, part.mark) for part in parts])
        if not self._defaults:
            return own
        shape = tuple([places.names for places in own])
        inherited = self._inherited.get(shape)
        if inherited is None:
            inherited = self._inherited[shape] = self._without({name for names in shape for name in names})
        return own + inherited

    def _without(self, taken: set[str]) -> tuple[Places, ...]:
        return tuple(_without(places, taken) for places in self._defaults)

    def _places(self, document: Document, values: Mapping[str, Json], mark: int) -> Places:
        names = tuple(values)
        marks = document.marks.get(id(values)) or [FIRST] * len(names)
        packed = (mark, *marks)
        for field in MERGED_FIELDS:
            inner = values.get(field)
            if inner:
                names += tuple([f"{field}.{name}" for name in inner])
                packed += tuple(document.marks.get(id(inner)) or [mark] * len(inner))
        return Places(file=document.file.shown, names=self._names.setdefault(names, names), packed=packed)


def _without(places: Places, taken: set[str]) -> Places:
    kept = [index for index, name in enumerate(places.names) if name not in taken]
    return Places(
        file=places.file,
        names=tuple(places.names[index] for index in kept),
        packed=(places.packed[0], *(places.packed[index + 1] for index in kept)),
    )
