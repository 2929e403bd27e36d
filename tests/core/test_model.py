from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given

from idpctl import digest
from idpctl.errors import (
    CheckFailedError,
    ExitCode,
    IdpctlError,
    IncompleteError,
    InterruptedRunError,
    InvalidInputError,
    LockedError,
    Problem,
    RefusedError,
    RegistryError,
    Severity,
    Source,
    StaleError,
    worst,
)
from idpctl.model import (
    ALL_FROM_CONFIG,
    ENDPOINTS,
    FIELDS,
    IdentityProvider,
    Origin,
    Places,
    Provenance,
    applied_digests,
)
from tests.support.build import TARGET, declared, desired, idp, mark, record
from tests.support.strategies import ANY_JSON


def test_the_fields_are_those_of_the_model() -> None:
    assert [*FIELDS, "properties"] == [field.name for field in fields(IdentityProvider)]
    assert set(ENDPOINTS) < set(FIELDS)


def test_a_provider_is_plain_json() -> None:
    values = idp("okta", properties={"a": [1]}).as_dict()
    assert list(values) == [*FIELDS, "properties"]
    assert IdentityProvider(**values) == idp("okta", properties={"a": [1]})


def test_values_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        idp().name = "other"  # type: ignore[misc]  # what the test is about


@pytest.mark.parametrize(
    ("discovered", "pinned"),
    [((), True), (("issuer",), False), (("token_endpoint",), False), (("jwks_endpoint",), False)],
)
def test_a_provider_is_pinned_when_nothing_has_to_be_discovered(
    discovered: tuple[str, ...], pinned: bool
) -> None:
    assert declared(discovered=discovered).pinned is pinned


def test_only_endpoints_have_another_origin_than_the_configuration() -> None:
    provenance = Provenance(issuer=Origin.DISCOVERY, jwks_endpoint=Origin.LOCK)
    assert {path: provenance.of(path) for path in ("issuer", "token_endpoint", "jwks_endpoint", "name")} == {
        "issuer": Origin.DISCOVERY,
        "token_endpoint": Origin.CONFIG,
        "jwks_endpoint": Origin.LOCK,
        "name": Origin.CONFIG,
    }
    assert {ALL_FROM_CONFIG.of(path) for path in FIELDS} == {Origin.CONFIG}


def packed(*places: tuple[int, int]) -> tuple[int, ...]:
    return tuple(line * 4096 + column for line, column in places)


BASE = Places(file="base.yaml", names=("name", "issuer"), packed=packed((3, 3), (4, 5), (5, 6)))
LAYER = Places(file="prod.yaml", names=("issuer",), packed=packed((7, 2), (8, 4095)))


@pytest.mark.parametrize(
    ("places", "path", "place"),
    [
        ((), None, None),
        ((), "name", None),
        ((BASE,), None, "base.yaml:3:3"),
        ((BASE,), "name", "base.yaml:4:5"),
        ((BASE,), "unknown", "base.yaml:3:3"),
        ((BASE, LAYER), "issuer", "prod.yaml:8:4095"),
        ((BASE, LAYER), "name", "base.yaml:4:5"),
        ((BASE, LAYER), None, "base.yaml:3:3"),
    ],
)
def test_a_field_is_found_where_it_was_last_written(
    places: tuple[Places, ...], path: str | None, place: str | None
) -> None:
    found = replace(declared(), places=places).at(path)
    assert (None if found is None else str(found)) == place


SEEN = record(desired("okta", properties={"a": 1}))


@pytest.mark.parametrize("path", FIELDS)
def test_the_digest_of_a_record_covers_every_field(path: str) -> None:
    value = False if path == "enabled" else "other"
    assert replace(SEEN, idp=replace(SEEN.idp, **{path: value})).digest() != SEEN.digest()


@pytest.mark.parametrize(
    "given",
    [
        {"owner": "other"},
        {"key": "other"},
        {"name": "other"},
        {"applied": {}},
        {"replaces": "x"},
        {"protect": True},
    ],
)
def test_the_digest_of_a_record_covers_who_owns_it(given: dict[str, object]) -> None:
    assert SEEN.mark is not None
    assert replace(SEEN, mark=replace(SEEN.mark, **given)).digest() != SEEN.digest()


def test_the_digest_of_a_record_covers_what_it_is() -> None:
    assert SEEN.mark is not None
    properties = replace(SEEN.idp, properties={"a": True})
    others = (replace(SEEN, ref="x"), replace(SEEN, mark=None), replace(SEEN, idp=properties))
    assert SEEN.digest() not in {other.digest() for other in others}
    same = (
        replace(SEEN, revision="9", usage=("app",)),
        replace(SEEN, mark=replace(SEEN.mark, op="another")),
        replace(SEEN, mark=replace(SEEN.mark, applied=dict(reversed(SEEN.mark.applied.items())))),
    )
    assert {other.digest() for other in same} == {SEEN.digest()}


def test_a_mark_remembers_every_field_and_the_managed_properties() -> None:
    want = desired("okta", properties={"a": {"x": 1}})
    merged = replace(want, idp=replace(want.idp, properties={"a": {"x": 1}, "theirs": 2}))
    remembered = applied_digests(merged)
    assert list(remembered) == [*FIELDS, "properties.a"]
    assert remembered["properties.a"] == digest.short({"x": 1})
    assert {path: digest.short(getattr(want.idp, path)) for path in FIELDS}.items() <= remembered.items()
    absent = replace(want, idp=replace(want.idp, properties={}))
    assert applied_digests(absent)["properties.a"] == digest.short(None)


@given(value=ANY_JSON)
def test_a_mark_remembers_any_property(value: object) -> None:
    want = desired("okta", properties={"p": value})
    assert mark(want).applied["properties.p"] == digest.short(value)


def test_a_target_is_shown_in_one_line() -> None:
    assert str(TARGET) == "acme/prod on memory here (organization acme)"


# Errors and their exit codes.


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IdpctlError("x"), 1),
        (RegistryError("x"), 1),
        (InvalidInputError("x"), 3),
        (CheckFailedError("x"), 4),
        (RefusedError("x"), 5),
        (StaleError("x"), 6),
        (LockedError("x"), 7),
        (IncompleteError("x"), 8),
        (InterruptedRunError("x"), 130),
        (InterruptedRunError("x", code=ExitCode.TERMINATED), 143),
    ],
)
def test_every_error_has_its_exit_code(error: IdpctlError, code: int) -> None:
    assert error.exit_code == code
    assert (str(error), error.message, error.hint, error.where, error.problems) == ("x", "x", None, None, ())


def test_an_error_carries_where_why_and_what_to_do() -> None:
    problem = Problem(rule="CFG-01", severity=Severity.ERROR, message="m")
    error = InvalidInputError(
        "x", hint="h", where=Source(file="a.yaml", line=3), rule="CFG-01", problems=iter([problem])
    )
    assert (error.hint, error.where, error.rule, error.problems) == ("h", "a.yaml:3:1", "CFG-01", (problem,))


@pytest.mark.parametrize(
    ("codes", "winner"),
    [
        ([], 0),
        ([0, 2], 2),
        ([2, 1], 1),
        ([1, 3], 3),
        ([3, 4], 4),
        ([4, 5], 5),
        ([5, 7], 7),
        ([7, 6], 6),
        ([6, 8], 8),
        ([8, 130], 130),
        ([130, 143], 143),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8], 8),
    ],
)
def test_of_several_exit_codes_the_most_urgent_wins(codes: list[int], winner: int) -> None:
    assert worst(map(ExitCode, codes)) == winner
    assert worst(map(ExitCode, reversed(codes))) == winner


@pytest.mark.parametrize(
    ("severity", "reason", "blocks"),
    [
        (Severity.ERROR, None, True),
        (Severity.ERROR, "known", False),
        (Severity.WARNING, None, False),
        (Severity.INFO, None, False),
    ],
)
def test_errors_block_unless_they_are_suppressed(
    severity: Severity, reason: str | None, blocks: bool
) -> None:
    problem = Problem(rule="R", severity=severity, message="m", suppressed=reason)
    assert problem.blocks is blocks
    assert problem.with_severity(Severity.ERROR).severity is Severity.ERROR
