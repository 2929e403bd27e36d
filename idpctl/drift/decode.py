"""The last report, read back: a file that may have come from anywhere."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from idpctl.drift.model import (
    ABSENT,
    DriftClass,
    Finding,
    Knowledge,
    ProviderState,
    Reason,
    Side,
    Since,
    State,
    Stranger,
    held,
)
from idpctl.drift.rules import BAD_REPORT
from idpctl.errors import InvalidInputError, Source
from idpctl.model import Origin, Target
from idpctl.planfile.strict import LIMIT, parse
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idpctl.model import Json

    Object = dict[str, Any]

_NAMED = "last report"
_MAJOR = "1"


def read_report(path: Path) -> Since:
    """Return what the report in the file `path` says; raise InvalidInputError for any other file."""
    try:
        with path.open("rb") as file:
            text = file.read(LIMIT + 1)
    except OSError as error:
        raise _refused(f"the {_NAMED} cannot be read: {error.strerror}", path) from error
    try:
        return parse_report(text)
    except InvalidInputError as error:
        raise _refused(error.message, path) from error


def parse_report(text: str | bytes) -> Since:
    """Return what the report `text` says; raise InvalidInputError for any other text."""
    body = parse(text, BAD_REPORT, _NAMED)
    try:
        _require_report(body)
    except RecursionError:
        raise _refused(f"the {_NAMED} is nested too deeply") from None
    return decode(body)


def _require_report(body: Json) -> None:
    from idpctl.schema.check import accepts, explain

    version = body.get("format_version") if isinstance(body, dict) else None
    if not isinstance(version, str) or body.get("kind") != "drift":
        raise _refused(f"the {_NAMED} is no report of idpctl drift")
    if version.partition(".")[0] != _MAJOR:
        raise _refused(f"the {_NAMED} has format {escape(version, 20)}, known is {_MAJOR}")
    if not accepts("drift", body):
        first = explain("drift", body)[0]
        place = ".".join(map(str, first.path))
        raise _refused(f"the {_NAMED} is wrong at {escape(place)}: {escape(first.message)}")
    for time in _times(body):
        _require_time(time)


def _times(body: Object) -> Iterator[str]:
    yield body["started"]
    yield from filter(None, [body["last_success"]])
    yield from (entry["first_seen"] for entry in body["findings"])


def _require_time(text: str) -> None:
    """Refuse what no calendar has: the schema knows digits alone, and formats count with times."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise _refused(f"the {_NAMED} holds {text}, which is no time") from None


def _refused(message: str, path: Path | None = None) -> InvalidInputError:
    where = None if path is None else escape(str(path))
    return InvalidInputError(message, hint=BAD_REPORT.hint, rule=BAD_REPORT.id, where=where)


def decode(body: Object) -> Since:
    """Return what the next run needs of a report that its schema accepts."""
    target = body["target"]
    return Since(
        target=None
        if target is None
        else Target(**_only(target, "owner", "driver", "location", "organization")),
        started=body["started"],
        fingerprint=body["fingerprint"],
        notified=body["notified"],
        last_success=body["last_success"],
        findings=tuple(_finding(entry) for entry in body["findings"]),
        providers=tuple(_provider(entry) for entry in body["providers"]),
        strangers=tuple(Stranger(**_only(entry, "ref", "name", "owner")) for entry in body["strangers"]),
    )


def _only(entry: Object, *names: str) -> Object:
    """Return the members that this version knows: a later one may have added others."""
    return {name: entry[name] for name in names}


def _finding(entry: Object) -> Finding:
    source = entry["source"]
    return Finding(
        kind=DriftClass(entry["class"]),
        reason=Reason(entry["reason"]),
        applied=_side(entry["applied"]),
        live=_side(entry["live"]),
        wanted=_side(entry["wanted"]),
        served=_side(entry["served"]),
        origin=None if entry["origin"] is None else Origin(entry["origin"]),
        source=None if source is None else Source(**_only(source, "file", "line", "column")),
        **_only(entry, "key", "name", "path", "trust", "detail", "first_seen"),
    )


def _side(side: Object | None) -> Side:
    if side is None:
        return ABSENT
    if "value" in side:
        return held(side["value"])
    return Side(knowledge=Knowledge.UNKNOWN, digest=side["digest"])


def _provider(entry: Object) -> ProviderState:
    return ProviderState(
        key=entry["key"], name=entry["name"], state=State(entry["state"]), refs=tuple(entry["refs"])
    )
