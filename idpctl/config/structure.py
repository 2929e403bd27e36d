"""What a file has to hold for its part in the configuration, and all files together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.judge import place
from idpctl.config.merge import moved
from idpctl.errors import Source
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from idpctl.config.builder import Document
    from idpctl.config.layers import Layer
    from idpctl.config.report import Report
    from idpctl.model import Moved

_MOST_SUGGESTED = 1000


def check_main(document: Document, report: Report) -> None:
    """Check that a file given with -f says which version of the format it has."""
    if isinstance(document.value, dict) and "version" not in document.value:
        start = Source(file=document.file.shown, line=1)
        report.add("CFG-21", '"version" is missing', start, hint="write: version: 1")


def check_included(document: Document, report: Report) -> None:
    """Check that an included file holds `providers`, and nothing else."""
    value = document.value
    if not isinstance(value, dict):
        return
    if "providers" not in value:
        report.add("CFG-26", "the file has no `providers`", Source(file=document.file.shown, line=1))
    extra = [key for key in value if key != "providers"]
    if extra:
        from idpctl.config.inspect import Finding

        message = "an included file holds `providers` alone"
        place(document, [Finding("CFG-32", (key,), message, at_key=True) for key in extra], report)


def check_together(layers: Sequence[Layer], report: Report) -> None:
    """Check that the layers together say who owns the records, and which providers there are."""
    if not all(isinstance(layer.main.value, dict) for layer in layers):
        return
    start = Source(file=layers[0].main.file.shown, line=1)
    if not any("owner" in layer.main.value for layer in layers):
        hint = "write who owns the records, for example: owner: acme/prod"
        report.add("CFG-21", '"owner" is missing', start, hint=hint)
    documents = (document for layer in layers for document in layer.documents)
    if not any("providers" in document.value for document in documents if isinstance(document.value, dict)):
        report.add("CFG-26", "no file declares `providers`", start)


def check_moved(layers: Sequence[Layer], declared: Collection[str], report: Report) -> None:
    """Check that each `moved` entry leads from a key that is gone to one that is declared."""
    seen: set[str] = set()
    for document, entries in moved(layers):
        found: list[tuple[int, str, str, str | None]] = []
        for index, entry in entries:
            found.extend((index, *fault) for fault in _moved_faults(entry, declared, seen))
            seen.add(entry.from_key)
        if found:
            from idpctl.config.inspect import Finding

            place(
                document,
                [Finding("CFG-31", ("moved", index, end), text, hint) for index, end, text, hint in found],
                report,
            )


def _moved_faults(
    entry: Moved, declared: Collection[str], seen: set[str]
) -> Iterator[tuple[str, str, str | None]]:
    if entry.from_key in declared:
        yield "from", f"{quote(entry.from_key)} is still declared: nothing has moved", None
    if entry.from_key in seen:
        yield "from", f"{quote(entry.from_key)} is moved twice", None
    if entry.to_key not in declared:
        from idpctl.schema.suggest import suggest

        hint = suggest(entry.to_key, declared) if len(declared) <= _MOST_SUGGESTED else None
        yield "to", f"{quote(entry.to_key)} is not declared", hint
