"""What one run of `drift` writes is what the next one compares with."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from idpctl import digest
from idpctl.drift.decode import parse_report
from idpctl.drift.model import Finding, Side, Since
from idpctl.errors import InvalidInputError
from idpctl.schema.check import accepts, explain
from idpctl.text import hide_userinfo, hide_userinfo_inside
from tests.render.drifts import BAD, everything, found, held, json_text, report, skipped
from tests.render.strategies import reports

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport

# What is judged anew by every run, and so is not taken from the last report.
JUDGED: dict[str, Any] = {"counts": False, "acceptance": None, "carried": False, "lapsed": ""}
SIDES = ("applied", "live", "wanted", "served")


def body_of(subject: DriftReport, **values: Any) -> dict[str, Any]:
    return {**json.loads(json_text(subject)), **values}


def as_told(finding: Finding) -> Finding:
    """Return a finding as the next run knows it: without user information, and not judged."""
    shown = {name: hidden(getattr(finding, name)) for name in SIDES}
    name, detail = hide_userinfo(finding.name), hide_userinfo(finding.detail)
    return replace(finding, name=name, detail=detail, **shown, **JUDGED)


def hidden(side: Side) -> Side:
    return replace(side, value=hide_userinfo_inside(side.value))


@given(reports())
def test_the_next_run_knows_what_this_one_saw(subject: DriftReport) -> None:
    text = json_text(subject)
    assert text.isascii()
    assert explain("drift", json.loads(text)) == []
    assert parse_report(text) == Since(
        target=subject.target,
        started=subject.started,
        fingerprint=subject.fingerprint,
        notified=subject.notified,
        last_success=subject.last_success,
        findings=tuple(map(as_told, subject.findings)),
        providers=subject.providers,
        strangers=subject.strangers,
    )


@given(reports())
def test_a_finding_is_the_same_one_after_it_was_saved(subject: DriftReport) -> None:
    """Else every run would tell of it anew, and forget when it was first seen."""
    known = parse_report(json_text(subject)).findings
    assert [one.identity for one in known] == [one.identity for one in subject.findings]


def test_the_fingerprint_can_be_made_from_what_is_written() -> None:
    """As a reader of the JSON would, with no help from the code that wrote it."""
    body = body_of(everything())
    drift = [
        [one["class"], one["key"] or one["name"], one["path"] or "", one["value_sha256"]]
        for one in body["findings"]
        if one["drift"]
    ]
    assert len(drift) == body["drift"] == 4
    assert body["fingerprint"] == "sha256:" + digest.sha256(sorted(drift))


@pytest.mark.parametrize("path", ["issuer", "token_endpoint"])
def test_the_digest_of_an_acceptance_can_be_made_from_what_is_written(path: str) -> None:
    (one,) = [one for one in body_of(everything())["findings"] if one["path"] == path]
    side = "served" if one["class"] == "upstream" else "live"
    assert one["value_sha256"] == digest.sha256(one[side]["value"])
    assert path != "issuer" or one["live"]["value"] == BAD


def test_user_information_is_neither_written_nor_part_of_a_digest() -> None:
    url = "https://user:hunter2@host.example/"
    secret = found(key=None, name=url, path="issuer", live=held({url: [url]}), detail=f"of the owner {url}")
    text = json_text(report(secret))
    assert "hunter2" not in text
    (known,) = parse_report(text).findings
    assert known.live.value == {hide_userinfo(url): [hide_userinfo(url)]}
    assert known.identity == secret.identity


def test_a_run_that_was_skipped_says_why_and_keeps_what_was_known() -> None:
    body = body_of(skipped(found(path="issuer")))
    assert body["run"] == "skipped"
    assert body["error"]["message"].startswith("skipped: an apply is running")
    assert len(parse_report(json.dumps(body)).findings) == 1


def test_a_later_minor_version_may_add_members() -> None:
    body = body_of(everything(), format_version="1.7", later=1)
    for entry in (body["target"], body["findings"][0], body["providers"][0], body["strangers"][0]):
        entry["later"] = {"a": 1}
    assert parse_report(json.dumps(body)) == parse_report(json_text(everything()))


@pytest.mark.parametrize("member", sorted(body_of(everything())))
def test_every_member_is_required(member: str) -> None:
    body = body_of(everything())
    del body[member]
    assert not accepts("drift", body)
    with pytest.raises(InvalidInputError):
        parse_report(json.dumps(body))


@pytest.mark.parametrize("member", sorted(body_of(everything())["findings"][0]))
def test_every_member_of_a_finding_is_required(member: str) -> None:
    body = body_of(everything())
    del body["findings"][0][member]
    assert not accepts("drift", body)
