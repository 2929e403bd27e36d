"""Results that are no plan: an apply, an inventory, an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.inventory import Status
from idpctl.render.fates import ENDS, FATES, completed, fates
from idpctl.render.html_checks import checks
from idpctl.render.html_facts import target_facts
from idpctl.render.html_filter import choice
from idpctl.render.html_lists import MOST, facts, fold, listing, section
from idpctl.render.html_markup import join, name, own, prose, tag
from idpctl.render.html_plan import banner
from idpctl.report import Status as Fate
from idpctl.report import message_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from idpctl.errors import IdpctlError
    from idpctl.inventory import Row
    from idpctl.render.html_markup import Html
    from idpctl.render.outcome import Applied, Listed
    from idpctl.render.view import View
    from idpctl.report import OperationResult

_ORDER = (Fate.IN_DOUBT, Fate.FAILED, Fate.NOT_STARTED, Fate.DONE)
_KINDS = {
    Status.IN_SYNC: "good",
    Status.DRIFTED: "bad",
    Status.DEPOSED: "warn",
    Status.UNDECLARED: "warn",
    Status.MISSING: "warn",
    Status.UNMANAGED: "",
    Status.FOREIGN: "",
}
_COLUMNS = ("Status", "Key", "Name", "Type", "Issuer", "Detail")


def class_of(status: Status) -> str:
    """Return the class of the rows that have this status."""
    return str(status).replace(" ", "-")


def end(outcome: Applied) -> Html:
    """Return how an apply ended, in the words in which its text ends."""
    report = outcome.report
    told = join([own(f"{fates(report.operations)}; operation id "), name(report.op)])
    if report.complete:
        return banner("good", completed(outcome), told)
    because = [] if report.error is None else [prose(message_of(report.error))]
    if not any(one.status in {Fate.DONE, Fate.IN_DOUBT} for one in report.operations):
        because.append(own("Nothing was changed."))
    hint = getattr(report.error, "hint", None)
    if hint:
        because.append(join([own("Hint: "), prose(hint)]))
    return banner("bad", f"Error: {ENDS[report.outcome]}", *because, told)


def operations(outcome: Applied) -> Iterator[Html]:
    """Yield the operations by their fate; what is failed or in doubt, or left behind, is never folded."""
    results = outcome.report.operations
    partly = any(one.status in {Fate.DONE, Fate.IN_DOUBT} for one in results)
    for fate in _ORDER:
        found = [one for one in results if one.status is fate]
        grave = fate in {Fate.IN_DOUBT, Fate.FAILED} or (fate is Fate.NOT_STARTED and partly)
        if found:
            yield _fate(f"Operations {FATES[fate]}", found, "danger" if grave else "")


def _fate(title: str, found: Sequence[OperationResult], kind: str) -> Html:
    table = listing("operations", ("Operation", "Record", "Provider", "Detail"), map(_operation, found))
    folded = not kind and len(found) > MOST
    content = fold(f"All {len(found):,} of them", table) if folded else table
    return section(title, content, kind=kind, count=len(found))


def _operation(result: OperationResult) -> Html:
    cells = (own(str(result.verb)), None, name(result.address), _detail(result.detail))
    return _row(cells, name(result.name))


def _detail(text: str) -> Html:
    return prose(text) if text else own("")


def _row(cells: Iterable[Html | None], header: Html, kind: str = "") -> Html:
    """Return a row; `header` stands in place of the cell that is None, and is what the row is about."""
    written = (tag("th", header, scope="row") if cell is None else tag("td", cell) for cell in cells)
    return tag("tr", *written, class_=kind)


def inventory(outcome: Listed, view: View) -> Iterator[Html]:
    """Yield the choice of a status, the table of records, and which registry they are in."""
    counts: dict[str, tuple[str, int]] = {}
    for row in outcome.rows:
        label, count = counts.get(class_of(row.status), (str(row.status).capitalize(), 0))
        counts[class_of(row.status)] = (label, count + 1)
    yield choice("Show records", counts)
    if outcome.rows:
        yield section(
            "Records", listing("inventory", _COLUMNS, map(_record, outcome.rows)), count=len(outcome.rows)
        )
    known = facts(*target_facts(outcome.target), ("Exit code", own(str(int(view.exit_code)))))
    yield section("About this list", known)


def standing(outcome: Listed) -> Html:
    """Return how many records there are of each status."""
    counts: dict[str, int] = {}
    for row in outcome.rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    parts = [f"{count:,} {status}" for status, count in sorted(counts.items())]
    sound = {*counts} <= {Status.IN_SYNC, Status.UNMANAGED, Status.FOREIGN}
    return banner("good" if sound else "ready", ", ".join(parts) or "No records")


def _record(row: Row) -> Html:
    status = tag("b", own(str(row.status)), class_=_KINDS[row.status])
    key, issuer = (name(text) if text else own("-") for text in (row.key or "", row.issuer))
    state = own("" if row.enabled else " (disabled)")
    cells = (status, key, None, name(row.type), issuer, _detail(row.detail))
    return _row(cells, join([name(row.name), state]), f"filtered {class_of(row.status)}")


def failure(error: IdpctlError, view: View) -> Iterator[Html]:
    """Yield what went wrong, where, and what to do."""
    told = [prose(error.message)]
    if error.where:
        told.append(join([own("At "), name(error.where)]))
    if error.rule:
        told.append(join([own("Rule "), name(error.rule)]))
    if error.hint:
        told.append(join([own("Hint: "), prose(error.hint)]))
    yield banner("bad", "Error", *told)
    yield from checks(error.problems)
    yield section("About this run", facts(("Exit code", own(str(int(view.exit_code))))))
