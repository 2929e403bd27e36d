"""A file of the configuration in canonical form; what would not mean the same is never returned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idpctl.config.builder import build
from idpctl.config.files import TextFile
from idpctl.config.report import Report
from idpctl.config.variables import AsWritten
from idpctl.errors import IdpctlError
from idpctl.formatting.hoist import hoist
from idpctl.formatting.order import arrange
from idpctl.formatting.tree import grow
from idpctl.formatting.write import write
from idpctl.text import escape

if TYPE_CHECKING:
    from idpctl.config.builder import Document
    from idpctl.model import Json


def formatted(document: Document) -> str:
    """Return the canonical text of a file that was read with `AsWritten`.

    Raise IdpctlError where that would have other values or other comments.
    """
    text = document.file.text.replace("\r\n", "\n").replace("\r", "\n")
    tree = grow(text)
    arrange(tree.root)
    hoist(tree.root)
    result = write(tree)
    shown = document.file.shown
    report = Report()
    again = build(TextFile(shown, result, ""), report, AsWritten())
    if again is None or _canonical(again.value) != _canonical(document.value):
        reason = report.problems()[0].message if report.problems() else "its values would be others"
        raise _refused(shown, reason)
    if sorted(grow(result).comments) != sorted(tree.comments):
        raise _refused(shown, "a comment would be lost")
    return result


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def _refused(shown: str, reason: str) -> IdpctlError:
    return IdpctlError(
        f"{escape(shown)} cannot be formatted without changing what it says: {reason}; nothing was written",
        hint="an alias has to stand behind its anchor in the canonical order too: write the value out",
    )
