"""Layers: each file given with -f, together with what it includes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idpctl.config import files, structure
from idpctl.config.builder import build
from idpctl.config.judge import judge, place
from idpctl.config.report import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from idpctl.config.builder import Document
    from idpctl.config.files import TextFile
    from idpctl.config.report import Report
    from idpctl.config.variables import Variables


class Layer:
    """One file given with -f, and the files that it includes."""

    __slots__ = ("folder", "included", "main")

    def __init__(self, main: Document, folder: Path) -> None:
        self.main = main
        self.folder = folder
        self.included: list[Document] = []

    @property
    def documents(self) -> list[Document]:
        """Return all documents, the file itself first."""
        return [self.main, *self.included]


class Reader:
    """Reads files into layers.

    Problems go to the report; `complete` says whether every file could be read to its end.
    """

    __slots__ = ("_report", "_root", "_variables", "complete", "digests")

    def __init__(self, root: Path, report: Report, variables: Variables) -> None:
        self._root = root
        self._report = report
        self._variables = variables
        self.complete = True
        self.digests: dict[str, str] = {}

    def layers(self, paths: Sequence[Path]) -> list[Layer]:
        """Return a layer for each of `paths`, relative to the root, that can be read."""
        layers = []
        for path in paths:
            main = self._document(self._root / path, self._shown(path))
            if main is not None:
                structure.check_main(main, self._report)
                layers.append(Layer(main, (self._root / path).parent))
        given = {_real(self._root / path) for path in paths} if layers else set()
        for layer in layers:
            layer.included = list(self._included(layer, given))
        return layers

    def alone(self, paths: Sequence[Path]) -> list[Document]:
        """Return each of `paths`, relative to the root, that can be read, whatever its part may be."""
        found = (self._document(self._root / path, self._shown(path)) for path in paths)
        return [document for document in found if document is not None]

    def given(self, raw: bytes, shown: str) -> list[Document]:
        """Return the document whose bytes are `raw`, if it can be read."""
        document = self._accept(files.accept(raw, shown, self._report))
        return [] if document is None else [document]

    def _shown(self, path: Path) -> str:
        if path.is_absolute() and path.is_relative_to(self._root):
            path = path.relative_to(self._root)
        return path.as_posix()

    def _document(self, path: Path, shown: str) -> Document | None:
        return self._accept(files.read(path, shown, self._report))

    def _accept(self, file: TextFile | None) -> Document | None:
        document = None if file is None else build(file, self._report, self._variables)
        if file is None or document is None:
            self.complete = False
            return None
        self.digests[file.shown] = file.sha256
        judge(document, self._report)
        return document

    def _included(self, layer: Layer, given: set[str]) -> Iterable[Document]:
        main = layer.main.file.shown
        prefix = main[: main.rfind("/") + 1]
        seen = set(given)
        for match in self._matches(layer):
            path = layer.folder / match
            real = _real(path)
            if real in seen:
                continue
            seen.add(real)
            document = self._document(path, prefix + match)
            if document is not None:
                structure.check_included(document, self._report)
                yield document

    def _matches(self, layer: Layer) -> Iterable[str]:
        value = layer.main.value
        patterns = value.get("include") if isinstance(value, dict) else None
        if not patterns or not isinstance(patterns, list):
            return
        from idpctl.config.include import expand
        from idpctl.config.inspect import Finding

        found = []
        for index, pattern in enumerate(patterns[:MOST]):
            matches, fault = expand(layer.folder, pattern) if isinstance(pattern, str) else ([], None)
            yield from matches
            if fault is not None:
                found.append(Finding("CFG-29", ("include", index), fault))
        if found:
            self.complete = False
            place(layer.main, found, self._report)


def _real(path: Path) -> str:
    return os.path.realpath(path)  # noqa: PTH - Path.resolve raises where links run in circles
