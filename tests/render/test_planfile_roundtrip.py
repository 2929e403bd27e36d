"""A plan that was saved and loaded is the same plan, whatever stands in its texts."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from idpctl import digest
from idpctl.asked import Inputs, Options
from idpctl.errors import ExitCode, Problem, Source
from idpctl.model import (
    Capabilities,
    IdentityProvider,
    Lifecycle,
    Mark,
    Provenance,
    Record,
    Target,
)
from idpctl.plan import Change, FieldChange, Gate, Plan, Step
from idpctl.planfile import dump, load
from idpctl.schema import store
from idpctl.schema.check import accepts
from tests.render.plans import applied, planned, problem, unmanaged, wanted
from tests.render.strategies import plans

SCHEMA = Draft202012Validator(store.load("plan"))


@pytest.mark.unmeasured
@given(plans)
def test_any_plan_comes_back_equal(plan: Plan) -> None:
    text = dump(plan)
    loaded = load(text)
    assert loaded == replace(plan, changes=tuple(change.public() for change in plan.changes))
    assert loaded.effect() == plan.effect()
    assert loaded.fingerprint == plan.fingerprint
    assert dump(loaded) == text


@pytest.mark.unmeasured
@given(plans)
def test_every_saved_plan_satisfies_the_published_schema(plan: Plan) -> None:
    body = json.loads(dump(plan, exit_code=ExitCode.CHANGES))
    SCHEMA.validate(body)
    assert accepts("plan", body)


def test_the_schema_itself_is_sound_and_says_what_it_means() -> None:
    schema = store.load("plan")
    Draft202012Validator.check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        assert part["title"]
        assert part["description"]
        for name, member in part.get("properties", {}).items():
            assert "$ref" in member or member["description"], name


@pytest.mark.unmeasured
@given(plans)
def test_a_saved_plan_is_plain_ascii_without_a_command_for_a_log_reader(plan: Plan) -> None:
    text = dump(plan)
    assert all(" " <= character <= "~" or character == "\n" for character in text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text


def test_nothing_of_a_plan_is_forgotten() -> None:
    # The properties above draw every member. A new one has to be drawn and saved too.
    known: dict[type[Any], int] = {
        Plan: 14,
        Change: 13,
        FieldChange: 7,
        Step: 3,
        Gate: 5,
        Options: 11,
        Inputs: 5,
        Target: 4,
        Capabilities: 5,
        Record: 6,
        Mark: 7,
        Provenance: 3,
        Lifecycle: 3,
        IdentityProvider: 10,
        Problem: 8,
        Source: 3,
    }
    assert {one: len(fields(one)) for one in known} == known


def test_what_only_the_configuration_knows_is_left_behind() -> None:
    plan = planned([wanted("okta")], [])
    (change,) = load(dump(plan)).changes
    assert change.desired is not None
    assert change.desired.declared.places == ()
    assert change.source == plan.changes[0].source


def test_the_text_depends_on_nothing_but_the_plan() -> None:
    a, b = wanted("a", properties={"x": {"q": 1, "p": 2}, "y": 1}), wanted("b")
    turned = replace(a, idp=replace(a.idp, properties={"y": 1, "x": {"p": 2, "q": 1}}))
    assert dump(planned([a, b], [unmanaged("z")])) == dump(planned([b, turned], [unmanaged("z")]))


def test_the_digest_survives_another_layout() -> None:
    plan = planned([wanted("okta")], [], problems=[problem()])
    body = json.loads(dump(plan))
    assert load(json.dumps(body, indent=4, sort_keys=True)).fingerprint == plan.fingerprint
    assert body.pop("sha256") == digest.sha256(body)


def test_bytes_are_read_as_utf_8() -> None:
    plan = planned([wanted("okta", description="für alle")], [])
    body = json.loads(dump(plan))
    assert load(json.dumps(body, ensure_ascii=False).encode()).fingerprint == plan.fingerprint


def test_output_of_a_run_holds_its_exit_code_and_can_be_applied_too() -> None:
    plan = planned([wanted("okta")], [])
    text = dump(plan, exit_code=ExitCode.CHANGES)
    assert json.loads(text)["exit_code"] == 2
    assert load(text).fingerprint == plan.fingerprint


def test_members_of_a_later_minor_version_are_ignored() -> None:
    plan = planned([wanted("okta")], [])
    body = json.loads(dump(plan))
    del body["sha256"]
    body |= {"format_version": "1.7", "novelty": [1]}
    body["resource_changes"][0]["idpctl"]["novelty"] = {"deep": True}
    body["sha256"] = digest.sha256(body)
    assert load(json.dumps(body)).fingerprint == plan.fingerprint


@pytest.mark.parametrize("count", [0, 1, 300])
def test_providers_that_are_as_wanted_take_a_name_each(count: int) -> None:
    desired = [wanted(f"idp{number:03}") for number in range(count)]
    text = dump(planned(desired, [applied(one, f"r-{one.key}") for one in desired]))
    body = json.loads(text)
    assert body["resource_changes"] == []
    assert len(body["unchanged"]) == body["summary"]["unchanged"] == count
    assert len(text) < 2000 + 12 * count
