"""What the files say of each provider, before layers are laid over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.marks import FIRST, unpack
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.config.builder import Document
    from idpctl.config.layers import Layer
    from idpctl.config.report import Report
    from idpctl.errors import Source
    from idpctl.model import Json

    Written = dict[str, tuple["Part", ...]]


class Part:
    """What one file says of one provider; `mark` is the packed place of the provider's key."""

    __slots__ = ("document", "mark", "values")

    def __init__(self, document: Document, values: dict[str, Json], mark: int) -> None:
        self.document = document
        self.values = values
        self.mark = mark


def collect(layers: Sequence[Layer], report: Report) -> Written:
    """Return what all files say of each provider, in their order; a layer must not say it twice."""
    written: Written = {}
    for layer in layers:
        for key, part in _of_layer(layer, report).items():
            written[key] = (*written.get(key, ()), part)
    return written


def _of_layer(layer: Layer, report: Report) -> dict[str, Part]:
    here: dict[str, Part] = {}
    for document in layer.documents:
        for key, part in _parts(document):
            first = here.setdefault(key, part)
            if first is not part:
                message = f"{quote(key)} is declared here and at {where(first)}"
                report.add("CFG-30", message, where(part), path=("providers", key))
    return here


def _parts(document: Document) -> Iterator[tuple[str, Part]]:
    providers = document.value.get("providers") if isinstance(document.value, dict) else None
    if not isinstance(providers, dict):
        return
    marks = document.marks.get(id(providers)) or [FIRST] * len(providers)
    for (key, values), mark in zip(providers.items(), marks, strict=True):
        if isinstance(values, dict):
            yield key, Part(document, values, mark)


def where(part: Part) -> Source:
    """Return the place of the provider's key."""
    return unpack(part.document.file.shown, part.mark)
