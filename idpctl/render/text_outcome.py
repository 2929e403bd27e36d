"""Everything that is not a plan, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftReport
from idpctl.errors import IdpctlError
from idpctl.model import ENDPOINTS
from idpctl.render.outcome import Applied, Checked, Discovered, Effective, Listed, Renewed
from idpctl.render.problems import error_text, plural, problem_lines, tally
from idpctl.render.safe import sentence, word
from idpctl.render.style import COLORED
from idpctl.render.text_field import value_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.inventory import Row
    from idpctl.model import Desired
    from idpctl.render.outcome import Validated
    from idpctl.render.style import Palette
    from idpctl.render.view import Outcome


_WIDEST = 48
_IDS = 10  # rule ids on a line
_TITLES = ("STATUS", "KEY", "NAME", "TYPE", "ISSUER", "")


def outcome_text(outcome: Outcome, colors: Palette, *, verbose: bool) -> str:
    """Return the text of a result; it ends with what it comes to."""
    if isinstance(outcome, IdpctlError):
        return error_text(outcome, color=colors is COLORED, verbose=verbose)
    if isinstance(outcome, Applied):
        from idpctl.render.text_apply import applied_lines

        lines = applied_lines(outcome, colors, verbose=verbose)
    elif isinstance(outcome, Effective):
        from idpctl.render.effective_yaml import effective_lines

        lines = effective_lines(outcome, verbose=verbose)
    elif isinstance(outcome, Renewed):
        from idpctl.render.text_lock import renewed_lines

        lines = renewed_lines(outcome, colors, verbose=verbose)
    elif isinstance(outcome, Listed):
        lines = _listed(outcome)
    elif isinstance(outcome, DriftReport):
        from idpctl.render.text_drift import drift_lines

        lines = drift_lines(outcome, colors, verbose=verbose)
    elif isinstance(outcome, Checked):
        from idpctl.render.text_check import checked_lines

        lines = checked_lines(outcome, colors, verbose=verbose)
    elif isinstance(outcome, Discovered):
        lines = _discovered(outcome, colors, verbose=verbose)
    else:
        lines = _validated(outcome, colors, verbose=verbose)
    return "\n".join(lines) + "\n"


def _validated(outcome: Validated, colors: Palette, *, verbose: bool) -> Iterator[str]:
    yield from problem_lines(outcome.problems, colors, verbose=verbose)
    found = tally(outcome.problems) or "no findings"
    failed = sum(problem.blocks for problem in outcome.problems)
    if failed:
        checks = plural(failed, "check")
        yield f"{colors.red}Error: {colors.reset}the configuration is not valid: {checks} failed"
    else:
        # Terraform's sentence for the same.
        yield f"{colors.green}Success!{colors.reset} The configuration is valid."
    files = plural(len(outcome.files), "file")
    yield f"idpctl: {plural(outcome.providers, 'provider')} in {files}; {found}"


def _discovered(outcome: Discovered, colors: Palette, *, verbose: bool) -> Iterator[str]:
    for key, desired in outcome.resolved:
        yield f"{colors.bold}{word(key)}{colors.reset}"
        yield from _endpoints(desired)
        about = [problem for problem in outcome.problems if problem.address == key]
        yield from problem_lines(about, colors, verbose=True)
        if outcome.passed.get(key):
            yield from _passed(outcome.passed[key])
        yield ""
    keys = {key for key, _ in outcome.resolved}
    rest = [problem for problem in outcome.problems if problem.address not in keys]
    yield from problem_lines(rest, colors, verbose=verbose)
    complete = sum(desired is not None for _, desired in outcome.resolved)
    found = tally(outcome.problems) or "no findings"
    yield f"idpctl: {complete} of {len(outcome.resolved)} resolved; {found}"


def _passed(rules: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(rules), _IDS):
        yield f"  {'passed' if start == 0 else '':<9}{' '.join(rules[start : start + _IDS])}"


def _endpoints(desired: Desired | None) -> Iterator[str]:
    if desired is None:
        yield "      an endpoint is missing"
        return
    for path in ENDPOINTS:
        yield value_line(" ", path, getattr(desired.idp, path), f"   ({desired.provenance.of(path)})")


def _listed(outcome: Listed) -> Iterator[str]:
    yield f"idpctl list: {sentence(str(outcome.target))}"
    yield ""
    cells = [_cells(row) for row in outcome.rows]
    if cells:
        widths = [min(max(map(len, column)), _WIDEST) for column in zip(_TITLES, *cells, strict=True)]
        yield from (_line(row, widths) for row in (_TITLES, *cells))
        yield ""
    counts: dict[str, int] = {}
    for row in outcome.rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    parts = [f"{count} {status}" for status, count in sorted(counts.items())]
    yield f"idpctl: {', '.join(parts) or 'no records'}"


def _cells(row: Row) -> tuple[str, ...]:
    name = word(row.name) + ("" if row.enabled else " (disabled)")
    key, issuer = word(row.key) if row.key else "-", word(row.issuer) if row.issuer else "-"
    return str(row.status), key, name, word(row.type), issuer, sentence(row.detail)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
