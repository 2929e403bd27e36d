"""One document against the schema, and against what no schema can say; every finding gets its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.report import MOST
from idpctl.schema.check import accepts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.config.builder import Document
    from idpctl.config.inspect import Finding
    from idpctl.config.report import Report


def judge(document: Document, report: Report) -> None:
    """Report what is wrong with the values of `document`."""
    found = findings_in(document, "config")
    if found:
        place(document, found[: MOST + 1], report)
    if " #" in document.file.text:
        _judge_comments(document, report)


def findings_in(document: Document, schema: str) -> list[Finding]:
    """Return what is wrong with the values of `document`, of which `schema` says what they may be."""
    found: list[Finding] = []
    if document.suspect:
        from idpctl.config.inspect import inspect

        found.extend(inspect(document.value))
    if not accepts(schema, document.value):
        from idpctl.config.wording import finding
        from idpctl.schema.check import explain

        findings = (finding(one, document.value) for one in explain(schema, document.value))
        found.extend(one for one in findings if one is not None)
    # What is a secret is nothing else beside, and its value is not to be shown.
    secrets = {one.path for one in found if one.rule == "CFG-27"}
    return [one for one in found if one.rule == "CFG-27" or one.path not in secrets]


def place(document: Document, found: Sequence[Finding], report: Report) -> None:
    """Report findings at their places in the file of `document`."""
    from idpctl.config.places import locate
    from idpctl.config.wording import at, type_words

    spots = locate(document.file, [finding.path for finding in found])
    for finding in found:
        spot = spots[finding.path]
        message, hint = finding.message, finding.hint
        if not message:
            message, hint = type_words(finding.path, at(document.value, finding.path), spot.written)
        where = spot.key if finding.at_key else spot.value
        report.add(finding.rule, message, where, hint=hint, path=finding.path)


def _judge_comments(document: Document, report: Report) -> None:
    from idpctl.config.places import cut_urls

    for path, where in cut_urls(document.file):
        message = "a comment begins right behind this URL: what follows # is no part of it"
        report.add("YML-20", message, where, path=path)
