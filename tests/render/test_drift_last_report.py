"""The last report, read back: its times are times, since metrics and acceptances count with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.drift.decode import parse_report, read_report
from idpctl.errors import InvalidInputError
from idpctl.schema import check
from tests.render.drifts import everything, json_text

if TYPE_CHECKING:
    from pathlib import Path

NO_TIMES = [
    "2026-13-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:61:00Z",
    "0000-01-01T00:00:00Z",
    "9999-99-99T99:99:99Z",
]


def body() -> dict[str, Any]:
    return dict(json.loads(json_text(everything())))


@pytest.mark.parametrize("time", NO_TIMES)
@pytest.mark.parametrize("place", ["started", "last_success", "first_seen"])
def test_a_time_that_no_calendar_has_is_refused(place: str, time: str) -> None:
    report = body()
    holder = report["findings"][-1] if place == "first_seen" else report
    assert holder[place]
    holder[place] = time
    with pytest.raises(InvalidInputError, match=f"the last report holds {time}, which is no time") as caught:
        parse_report(json.dumps(report))
    assert caught.value.rule == "DRF-02"


@pytest.mark.parametrize("time", ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_any_other_time_is_kept(time: str) -> None:
    report = body()
    report["started"] = report["last_success"] = report["findings"][0]["first_seen"] = time
    since = parse_report(json.dumps(report))
    assert (since.started, since.last_success, since.findings[0].first_seen) == (time, time, time)


def test_a_last_success_may_be_unknown() -> None:
    assert parse_report(json.dumps({**body(), "last_success": None})).last_success is None


def test_a_report_that_its_schema_refuses_is_refused_with_the_place() -> None:
    report = body()
    report["findings"][0]["class"] = "else"
    with pytest.raises(InvalidInputError, match=r"the last report is wrong at findings\.0\.class: "):
        parse_report(json.dumps(report))


def test_what_is_no_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="the last report cannot be read: Is a directory") as caught:
        read_report(tmp_path)
    assert (caught.value.rule, caught.value.where) == ("DRF-02", str(tmp_path))


def test_recursion_while_a_report_is_checked_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(_name: str, _value: object) -> bool:
        raise RecursionError

    monkeypatch.setattr(check, "accepts", too_deep)
    with pytest.raises(InvalidInputError, match="the last report is nested too deeply"):
        parse_report(json.dumps(body()))
