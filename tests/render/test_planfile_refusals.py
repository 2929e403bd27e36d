"""What `load` refuses: with a rule and a hint, and never with a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl import digest
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.planfile import LIMIT, dump, load
from idpctl.planfile.refusal import RULES
from tests.render.plans import applied, planned, problem, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE, AFTER = wanted("okta"), wanted("okta", issuer="https://evil.example/")
PLAN = planned([AFTER], [applied(BEFORE, "r-1")], problems=[problem()])
TEXT = dump(PLAN)


def resealed(change: Callable[[Any], object], text: str = TEXT) -> str:
    """Return the plan with `change` made to its JSON, and a digest that fits."""
    body = json.loads(text)
    del body["sha256"]
    change(body)
    body["sha256"] = digest.sha256(body)
    return json.dumps(body)


def refusal(text: str | bytes) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        load(text)
    error = caught.value
    assert error.exit_code is ExitCode.INVALID
    assert error.hint
    assert error.rule in RULES
    return error


UNREADABLE = {
    "empty": "",
    "cut short": TEXT[: len(TEXT) // 2],
    "text after the end": TEXT + "{}",
    "an array": "[]",
    "a string": '"plan"',
    "null": "null",
    "another object": "{}",
    "a plan of terraform": '{"format_version": "1.2", "resource_changes": []}',
    "a version that is no text": '{"format_version": 1, "fingerprint": ""}',
    "a member twice": TEXT.replace('"applyable":', '"complete": true, "applyable":', 1),
    "a member twice below": TEXT.replace('"ref": "r-1"', '"ref": "r-1", "ref": "r-2"', 1),
    "not a number": TEXT.replace('"declared": 1', '"declared": NaN', 1),
    "infinity": TEXT.replace('"declared": 1', '"declared": -Infinity', 1),
    "a fraction": TEXT.replace('"declared": 1', '"declared": 1.0', 1),
    "an exponent": TEXT.replace('"declared": 1', '"declared": 1e999', 1),
    "5,000 digits": TEXT.replace('"declared": 1', '"declared": ' + "9" * 5000, 1),
    "100,000 brackets": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "a control character": TEXT.replace("acme", "ac\x00me", 1),
    "a byte order mark": "\ufeff" + TEXT,
    "UTF-16": TEXT.encode("utf-16"),
    "latin-1": b'{"format_version": "\xfc"}',
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_plan_is_unreadable(text: str | bytes) -> None:
    assert refusal(text).rule == "PLF-01"


def test_depth_that_the_reader_survives_is_refused_where_it_is_used() -> None:
    nested: dict[str, Any] = {}
    for _ in range(900):
        nested = {"a": nested}
    text = TEXT.replace('"files": {', '"more": ' + json.dumps(nested) + ', "files": {', 1)
    assert refusal(text).rule in {"PLF-01", "PLF-03"}


def test_recursion_while_a_plan_is_checked_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(_: object) -> str:
        raise RecursionError

    monkeypatch.setattr(digest, "sha256", too_deep)
    assert "nested too deeply" in refusal(TEXT).message


@pytest.mark.parametrize("text", [" " * (LIMIT + 1), b" " * (LIMIT + 1)])
def test_more_than_64_mib_is_not_even_parsed(text: str | bytes) -> None:
    assert "larger than 64 MiB" in refusal(text).message


def test_syntax_errors_are_placed() -> None:
    assert "line 3, column 1" in refusal('{"a": 1,\n"b": 2,\n').message


@pytest.mark.parametrize("version", ["2.0", "0.9", "10.0", "1", "x" * 300])
def test_another_major_version_is_refused_before_anything_else(version: str) -> None:
    text = TEXT.replace('"format_version": "1.0"', f'"format_version": "{version}"')
    assert refusal(text).rule == ("PLF-02" if version != "1" else "PLF-03")


EDITS = {
    "a value": ("https://evil.example/", "https://good.example/"),
    "a flag": ('"destroy": false', '"destroy": true'),
    "the digest": ('"sha256": "', '"sha256": "0'),
    "the fingerprint": ('"fingerprint": "sha256:', '"fingerprint": "sha256:0'),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS)
def test_an_edited_plan_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    assert refusal(TEXT.replace(old, new, 1)).rule == "PLF-03"


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_every_flipped_bit_is_noticed(place: int, bit: int) -> None:
    data = bytearray(TEXT.encode())
    data[place] ^= 1 << bit
    try:
        loaded = load(bytes(data))
    except InvalidInputError:
        return
    # White space between members may change; it says nothing.
    assert loaded.fingerprint == PLAN.fingerprint
    assert json.loads(bytes(data)) == json.loads(TEXT)


@given(st.integers(0, len(TEXT) - 2))
def test_every_truncation_is_noticed(length: int) -> None:
    refusal(TEXT[:length])


def test_a_plan_without_its_digest_is_refused() -> None:
    body = json.loads(TEXT)
    del body["sha256"]
    assert refusal(json.dumps(body)).rule == "PLF-03"


WRONG_SHAPES: dict[str, Callable[[Any], object]] = {
    "a member is missing": lambda body: body.pop("target"),
    "a number for a flag": lambda body: body["options"].update(strict=1),
    "a flag for a number": lambda body: body["registry"].update(count=True),
    "an unknown action": lambda body: body["resource_changes"][0]["idpctl"].update(action="explode"),
    "no-ops are no changes": lambda body: body["resource_changes"][0]["idpctl"].update(action="no_op"),
    "null for a record": lambda body: body["resource_changes"][0].update(change=None),
    "an array for an object": lambda body: body.update(inputs=[]),
    "a text for a list": lambda body: body["options"].update(only="abc"),
    "a place before the file": lambda body: body["resource_changes"][0]["idpctl"]["source"].update(line=0),
}


@pytest.mark.parametrize("change", WRONG_SHAPES.values(), ids=WRONG_SHAPES)
def test_a_wrong_shape_is_refused_and_placed(change: Callable[[Any], None]) -> None:
    error = refusal(resealed(change))
    assert error.rule == "PLF-03"
    assert "wrong at" in error.message


CONTRADICTIONS: dict[str, tuple[Callable[[Any], object], str]] = {
    "policies see less than is done": (
        lambda body: body["resource_changes"][0]["change"].update(actions=["no-op"]),
        "resource_changes[0].change.actions",
    ),
    "a value beside its field": (
        lambda body: body["resource_changes"][0]["change"]["after"].update(issuer="https://good.example/"),
        "fingerprint",
    ),
    "a record without its values": (
        lambda body: body["resource_changes"][0]["change"].update(before=None),
        "fingerprint",
    ),
    "values without their record": (
        lambda body: body["resource_changes"][0]["idpctl"].update(record=None),
        "fingerprint",
    ),
    "wanted values that are gone": (
        lambda body: body["resource_changes"][0]["change"].update(after=None),
        "fingerprint",
    ),
    "wanted without its rest": (
        lambda body: body["resource_changes"][0]["idpctl"].update(desired=None),
        "fingerprint",
    ),
    "an address of something else": (
        lambda body: body["resource_changes"][0].update(address="identity_provider.harmless"),
        "resource_changes[0].address",
    ),
    "an applyable plan with errors": (lambda body: body.update(applyable=True), "applyable"),
    "a count": (lambda body: body["summary"].update(update=0), "summary.update"),
    "a former address of another type": (
        lambda body: body["resource_changes"][0].update(previous_address="okta"),
        "fingerprint",
    ),
}


@pytest.mark.parametrize(("change", "place"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_was_shown_is_what_would_be_done(change: Callable[[Any], None], place: str) -> None:
    error = refusal(resealed(change))
    assert error.rule == "PLF-04"
    assert place in error.message


def test_drift_cannot_be_kept_from_policies() -> None:
    plan = planned([BEFORE], [applied(BEFORE, "r-1", issuer="https://evil.example/")])
    error = refusal(resealed(lambda body: body.update(resource_drift=[]), dump(plan)))
    assert "resource_drift" in error.message


def test_a_refusal_prints_nothing_raw() -> None:
    def change(body: Any) -> None:
        body["options"]["\x1b[2J"] = 1
        body["target"]["driver"] = ["\x1b]0;x\x07"]

    assert refusal(resealed(change)).message.isprintable()
    assert refusal('{"\x7f": 1, "\x7f": 2}').message.isprintable()


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_other_text_is_refused(text: str | bytes) -> None:
    refusal(text)
