"""The fields of a change, as the rows of a table: the name, both values, who made them differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import FIELDS, Origin
from idpctl.render.contrast import is_pointed_at
from idpctl.render.html_markup import join, lines, name, own, tag
from idpctl.render.html_value import added, changed, removed
from idpctl.render.problems import plural
from idpctl.render.safe import words
from idpctl.render.vocabulary import CAUSES, FORCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.model import Desired, Record
    from idpctl.plan import Change, FieldChange
    from idpctl.render.html_markup import Html

_MARK = "mark."
_APPLIED = "mark.applied."
_ORIGINS = {
    Origin.CONFIG: "value from the configuration",
    Origin.DISCOVERY: "value from discovery",
    Origin.LOCK: "value from the lock file",
}


def field_table(change: Change) -> Html:
    """Return the table of what differs, comes or goes; nothing where there is no field to show."""
    if change.before is None:
        rows = [] if change.desired is None else [*_coming(change.desired)]
    elif change.desired is None:
        rows = [*_going(change.before)]
    else:
        rows = [*_differing(change.fields)]
    return table(rows) if rows else join([])


def table(rows: Sequence[Html]) -> Html:
    """Return the table of rows that `row` made."""
    head = tag("tr", *(tag("th", own(title), scope="col") for title in ("Field", "Values")))
    return tag("table", tag("thead", head), tag("tbody", lines(rows)), class_="fields")


def row(title: Html, values: Html, *notes: str) -> Html:
    """Return the row of one field; `notes` are words of our own."""
    why = [tag("p", own("; ".join(notes)), class_="why")] if notes else []
    return tag("tr", tag("th", title, scope="row"), tag("td", values, *why))


def differing(title: Html, field: FieldChange, before: object, after: object, *more: str) -> Html:
    """Return the row of a field that has two values, with their cause and origin."""
    values = changed(before, after, point=is_pointed_at(field.path))
    return row(title, values, CAUSES[field.cause], _ORIGINS[field.origin], *more)


def _coming(desired: Desired) -> Iterator[Html]:
    for path in FIELDS:
        value, origin = getattr(desired.idp, path), desired.provenance.of(path)
        if value != "":
            yield row(name(path), added(value), *([] if origin is Origin.CONFIG else [_ORIGINS[origin]]))
    for key in sorted(desired.declared.properties):
        yield row(name(f"properties.{key}"), added(desired.idp.properties.get(key)))


def _going(record: Record) -> Iterator[Html]:
    """Yield the fields of a record that goes; its extras are the registry's own and may be secret."""
    for path in FIELDS:
        value = getattr(record.idp, path)
        if value != "":
            yield row(name(path), removed(value))
    extras = len(record.idp.properties)
    if extras:
        count = plural(extras, "property", "properties")
        yield row(name("properties"), own(f"{count}, not shown"))


def _differing(fields: Sequence[FieldChange]) -> Iterator[Html]:
    for field in fields:
        if not field.path.startswith(_MARK):
            yield _row(field)
    yield from _mark([field for field in fields if field.path.startswith(_MARK)])


def _row(field: FieldChange) -> Html:
    more = [FORCES] if field.immutable else []
    more += ["changes whom to trust"] if field.trust else []
    notes = (CAUSES[field.cause], _ORIGINS[field.origin], *more)
    if field.before is None:
        return row(name(field.path), added(field.after), "not set before", *notes)
    if field.after is None:
        return row(name(field.path), removed(field.before), "not set any more", *notes)
    return differing(name(field.path), field, field.before, field.after, *more)


def _mark(fields: Sequence[FieldChange]) -> Iterator[Html]:
    """Yield what only idpctl keeps in the record."""
    for field in fields:
        values = changed(field.before, field.after, point=False)
        if field.path == "mark.protect":
            yield row(
                name(field.path), values, "protected from now on" if field.after else "no longer protected"
            )
        elif not field.path.startswith(_APPLIED):
            yield row(name(field.path), values)
    remembered = [field.path.removeprefix(_APPLIED) for field in fields if field.path.startswith(_APPLIED)]
    if remembered:
        names = tag("bdi", own(words(remembered, len(remembered))))
        yield row(name("mark.applied"), names, "as wanted already, now remembered")
