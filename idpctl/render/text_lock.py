"""What became of the discovery lock, as text: whom to trust comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.problems import plural, problem_lines
from idpctl.render.safe import word
from idpctl.render.text_field import difference_lines
from idpctl.render.vocabulary import host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.lockfile.update import LockChange
    from idpctl.render.outcome import Renewed
    from idpctl.render.style import Palette

_MOST_ADDED = 20


def renewed_lines(outcome: Renewed, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield trust changes, then every entry that changes, findings, and what it comes to."""
    trust = [(change.key, field) for change in outcome.changes for field in change.trust]
    if trust:
        yield f"{colors.bold}{colors.red}Trust changes{colors.reset} (another party answers there):"
        for key, field in trust:
            old, new = (word(host(text) or text) for text in (field.before, field.after))
            yield f"  {colors.red}!{colors.reset} {word(key)}  {field.path}  {old} -> {new}"
        yield ""
    yield from _changes(outcome.changes, colors, verbose=verbose)
    yield from problem_lines(outcome.problems, colors, verbose=verbose)
    yield _end(outcome)
    yield f"idpctl: {_counts(outcome)}"


def _changes(changes: Sequence[LockChange], colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield every change; what is new is a count where it would hide what changes."""
    added = [change for change in changes if change.before is None]
    hidden = added if len(added) > _MOST_ADDED and not verbose else []
    for change in changes:
        if change.before is None and hidden:
            continue
        yield _title(change, colors)
        # What is gone stands in the history of the file.
        for field in change.fields if change.after is not None else ():
            yield from difference_lines(field, "", colors)
    if hidden:
        yield f"  {colors.green}+{colors.reset} {len(hidden)} providers (-v shows them)"
    if changes:
        yield ""


def _title(change: LockChange, colors: Palette) -> str:
    key = word(change.key)
    if change.previous_key is not None:
        return f"  {colors.yellow}~{colors.reset} {key}   (moved from {word(change.previous_key)})"
    if change.before is None:
        return f"  {colors.green}+{colors.reset} {key}"
    if change.after is None:
        return f"  {colors.red}-{colors.reset} {key}   (needs no lock: not declared, or all written)"
    again = "" if change.fields else "   (served as it is locked; its digest was wrong)"
    return f"  {colors.yellow}~{colors.reset} {key}{again}"


def _end(outcome: Renewed) -> str:
    file = word(outcome.file)
    if outcome.written:
        return f"Written: {file}. Commit it, and have it reviewed."
    if outcome.current:
        return f"{file} is up to date."
    what = "what is served and declared now" if outcome.changes else "in its canonical form"
    return f"{file} is not {what}: idpctl lock --all would change it."


def _counts(outcome: Renewed) -> str:
    changes = outcome.changes
    added = sum(change.before is None for change in changes)
    dropped = sum(change.after is None for change in changes)
    changed = len(changes) - added - dropped
    entries = "1 entry" if outcome.entries == 1 else f"{outcome.entries} entries"
    trust = plural(sum(len(change.trust) for change in changes), "trust change")
    return f"{added} added, {changed} changed, {dropped} dropped; {entries}; {trust}"
