"""The judgement itself: what a policy sees, what it says, and that no way to it accepts more than another."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from idpctl.errors import Problem, Severity
from idpctl.model import Lifecycle, ReplaceOrder
from idpctl.policies.deadline import OverdueError, processor_time
from idpctl.policies.judge import judge
from idpctl.policies.model import make_policy
from idpctl.policies.vet import faults
from idpctl.schema.formats import FORMATS, fits
from idpctl.schema.given import GivenSchema
from idpctl.value import replace
from tests.schema.test_schema_keywords import leaves, nested, values
from tests.support.build import desired

HEAD = {"title": "Title", "description": "Say why."}


def judged(part: dict[str, Any], **given_fields: Any) -> list[Problem]:
    policy = make_policy("a", {**HEAD, **part}, file="policies/a.schema.json", sha256="0")
    return judge([desired(**given_fields)], [policy])


def test_a_policy_sees_one_object_with_everything_resolved() -> None:
    lifecycle = Lifecycle(protect=True, ignore_changes=frozenset({"issuer", "enabled"}))
    one = desired("okta", description="Employees", discovered=["issuer"], properties={"a": [1]})
    one = replace(one, declared=replace(one.declared, lifecycle=lifecycle))
    wanted = {
        "key": "okta",
        "name": "Okta",
        "type": "okta",
        "description": "Employees",
        "allowed_token_audience": "api://default",
        "well_known_url": "https://okta.example.com/.well-known/openid-configuration",
        "issuer": "https://okta.example.com",
        "token_endpoint": "https://okta.example.com/token",
        "jwks_endpoint": "https://okta.example.com/keys",
        "enabled": True,
        "properties": {"a": [1]},
        "lifecycle": {
            "protect": True,
            "ignore_changes": ["enabled", "issuer"],
            "replace": str(ReplaceOrder.CREATE_FIRST),
        },
    }
    policy = make_policy("a", {**HEAD, "const": wanted}, file="a", sha256="0")
    assert judge([one], [policy]) == []
    assert judge([desired("azure")], [policy]) != []


def numbers(part: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"properties": {"properties": {"n": part}}}}


# Part of a policy, fields of the provider; message behind title and description, path.
OBJECTIONS: list[tuple[dict[str, Any], dict[str, Any], str, str | None]] = [
    (
        {"properties": {"name": {"maxLength": 1}}},
        {},
        "name must have at most 1 characters, but has 4",
        "name",
    ),
    ({"properties": {"enabled": {"const": False}}}, {}, "enabled must be False", "enabled"),
    (
        {"properties": {"enabled": {"type": "integer"}}},
        {},
        "enabled must be a whole number, but is true or false",
        "enabled",
    ),
    (
        {"properties": {"description": {"pattern": "^[a-z]+$"}}},
        {"description": "ab\n"},
        'description does not have the right form: "ab\\n"',
        "description",
    ),
    (
        {"properties": {"issuer": {"format": "hostname"}}},
        {},
        'issuer must have the format hostname, not "https://okta.example.com"',
        "issuer",
    ),
    (
        {"properties": {"properties": {"required": ["contact"]}}},
        {},
        'properties: "contact" is missing',
        "properties",
    ),
    (
        {"properties": {"properties": {"additionalProperties": False}}},
        {"properties": {"x": 1}},
        'properties: unknown key "x"',
        "properties.x",
    ),
    (
        {"properties": {"properties": {"propertyNames": {"maxLength": 1}}}},
        {"properties": {"xy": 1}},
        'properties: the key "xy" does not have the right form',
        "properties.xy",
    ),
    (
        {"properties": {"properties": {"properties": {"a": {"items": {"type": "null"}}}}}},
        {"properties": {"a": [1]}},
        "properties.a[0] must be nothing, but is a number",
        "properties.a",
    ),
    (
        {"properties": {"lifecycle": {"properties": {"protect": {"const": True}}}}},
        {},
        "lifecycle.protect must be True",
        "lifecycle.protect",
    ),
    ({"not": {"properties": {"type": {"const": "okta"}}}}, {}, "is not allowed here", None),
    (
        {"dependentRequired": {"name": ["key"], "key": ["name"]}, "minProperties": 99},
        {},
        "must have at least 99 entries, but has 12",
        None,
    ),
    (
        {"properties": {"properties": {"dependentRequired": {"a": ["b"]}}}},
        {"properties": {"a": 1}},
        "properties lacks b, which another key needs",
        "properties",
    ),
    (
        numbers({"exclusiveMinimum": 2}),
        {"properties": {"n": 2}},
        "properties.n must be more than 2",
        "properties.n",
    ),
    (
        numbers({"exclusiveMaximum": 2}),
        {"properties": {"n": 2}},
        "properties.n must be less than 2",
        "properties.n",
    ),
    (
        numbers({"multipleOf": 2}),
        {"properties": {"n": 3}},
        "properties.n must be a multiple of 2",
        "properties.n",
    ),
    (
        {"properties": {"lifecycle": {"properties": {"ignore_changes": {"contains": {"const": "issuer"}}}}}},
        {},
        "lifecycle.ignore_changes has no entry of the wanted form, or too many",
        "lifecycle.ignore_changes",
    ),
    # Members that are called like keywords.
    (
        {"properties": {"properties": {"properties": {"propertyNames": {"type": "string"}}}}},
        {"properties": {"propertyNames": 5}},
        "properties.propertyNames must be text, but is a number",
        "properties.propertyNames",
    ),
]


@pytest.mark.parametrize(("part", "fields", "words", "path"), OBJECTIONS)
def test_a_finding_says_what_is_demanded_and_what_is_there(
    part: dict[str, Any], fields: dict[str, Any], words: str, path: str | None
) -> None:
    (found,) = judged(part, **fields)
    assert found.message == f"Title: Say why. ({words})"
    assert (found.rule, found.severity, found.address, found.path) == ("POL-a", Severity.ERROR, "okta", path)
    assert found.hint is not None


def test_a_hint_comes_from_the_part_and_never_repeats_the_description() -> None:
    own = {"properties": {"name": {"pattern": "^X", "description": "Begin with X."}}}
    assert judged(own)[0].hint == "Begin with X."
    assert judged({"not": {"minProperties": 1}})[0].hint == "see: idpctl explain POL-a"


def test_a_part_without_words_still_refuses() -> None:
    (found,) = judged({"properties": {"name": False}})
    assert found.message.startswith("Title: Say why. (")


def test_a_refusal_that_cannot_be_explained_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GivenSchema, "violations", lambda *_: [])
    (found,) = judged({"properties": {"name": {"maxLength": 1}}})
    assert (found.rule, found.message, found.path) == ("POL-a", "Title: Say why.", None)


TRAPS = [
    ({"properties": {"properties": {"properties": {"n": {"type": "integer"}}}}}, {"n": 1.0}),
    ({"properties": {"properties": {"properties": {"n": {"type": "integer"}}}}}, {"n": True}),
    ({"properties": {"properties": {"properties": {"n": {"const": 1}}}}}, {"n": True}),
    ({"properties": {"properties": {"properties": {"n": {"pattern": "^[a-z]+$"}}}}}, {"n": "abc\n"}),
]


@pytest.mark.parametrize(("part", "properties"), TRAPS)
@pytest.mark.parametrize("slow", [{}, {"unevaluatedProperties": True}], ids=["compiled", "jsonschema"])
def test_traps_of_json_schema_are_none(part: Any, properties: Any, slow: dict[str, Any]) -> None:
    assert GivenSchema({**part, **slow}).fast is (slow == {})
    assert len(judged({**part, **slow}, properties=properties)) == 1


def test_a_dependent_schema_may_be_called_like_a_keyword() -> None:
    part = {"dependentSchemas": {"enum": {"properties": {"a": {"pattern": "^b$"}}}}}
    assert not GivenSchema(part).accepts({"enum": 1, "a": "b\n"})


FITTING = {
    "uri": ["https://a.example/b?c#d", "urn:a:b", "https://[::1]:443/a", "http://a", "https://a/%20"],
    "hostname": ["a", "a.example", "xn--a-1.example"],
    "ipv4": ["127.0.0.1"],
    "ipv6": ["::1", "fe80::1"],
    "email": ["a.b+c@example.com"],
    "uuid": ["3f6d2b8e-91c4-4e07-a5d2-7c8b1e9f0a63"],
}
UNFIT = {
    "uri": [
        "",
        "a",
        "//a",
        "https://a b",
        "https://a/%2",
        "https://a/\n",
        "https://a/[b]",
        "https://ü",
        "a:b#c#d",
    ],
    "hostname": ["", "-a", "a-", "a..b", "a_b", "a.", "a" * 64, "a\n", ".".join(["a" * 60] * 5)],
    "ipv4": ["", "127.0.0.256", "127.1", "127.0.0.01", "127.0.0.1\n"],
    "ipv6": ["", "::g", "1.2.3.4", "fe80::1%eth0"],
    "email": ["", "a", "@a", "a@", "a@b@c", "a b@c", "a@b\n"],
    "uuid": ["", "3f6d2b8e91c44e07a5d27c8b1e9f0a63", "3f6d2b8e-91c4-4e07-a5d2-7c8b1e9f0a63\n"],
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str) -> None:
    assert [text for text in FITTING[name] if not fits(name, text)] == []
    assert [text for text in UNFIT[name] if fits(name, text)] == []
    assert fits(name, 5)
    for slow in ({}, {"unevaluatedProperties": True}):
        schema = GivenSchema({"format": name, **slow})
        assert all(map(schema.accepts, FITTING[name]))
        assert not any(map(schema.accepts, UNFIT[name]))


more = st.one_of(
    leaves,
    st.fixed_dictionaries({"multipleOf": st.sampled_from([1, 2, 0.5])}),
    st.fixed_dictionaries({"exclusiveMinimum": st.integers(-2, 2)}),
    st.fixed_dictionaries({"contains": leaves, "minContains": st.integers(0, 2)}),
    st.fixed_dictionaries({"dependentRequired": st.just({"a": ["b"]}), "unevaluatedProperties": leaves}),
    st.fixed_dictionaries({"format": st.sampled_from(sorted(FORMATS))}),
)


@pytest.mark.unmeasured
@given(schema=st.recursive(more, nested, max_leaves=6), value=values)
@settings(max_examples=300, deadline=None)
def test_neither_way_accepts_what_jsonschema_rejects(schema: Any, value: Any) -> None:
    if not isinstance(schema, dict):
        return
    judge_of = GivenSchema(schema)
    accepted = judge_of.accepts(value)
    assert Draft202012Validator(schema).is_valid(value) or not accepted
    assert (judge_of.violations(value) == []) is accepted


@pytest.mark.unmeasured
@given(part=st.recursive(more, nested, max_leaves=5), key=st.sampled_from(["okta", "azure"]))
@settings(max_examples=200, deadline=None)
def test_a_finding_always_names_its_policy_and_its_provider(part: Any, key: str) -> None:
    policy = {**HEAD, "properties": {"properties": part, "name": {"maxLength": 1}}}
    if faults(policy):
        return
    Draft202012Validator.check_schema(policy)
    found = judge([desired(key)], [make_policy("a", policy, file="a", sha256="0")])
    assert found
    for one in found:
        assert (one.rule, one.address) == ("POL-a", key)
        assert one.message.startswith("Title: Say why. (")
        assert json.dumps(one.message)


def search_for_ever(**slow: Any) -> None:
    with processor_time(0.01):
        GivenSchema({"pattern": "^(a+)+$", **slow}).accepts("a" * 60 + "!")


@pytest.mark.parametrize("slow", [{}, {"unevaluatedProperties": True}], ids=["compiled", "jsonschema"])
def test_a_search_without_end_is_ended_and_the_clock_given_back(slow: dict[str, Any]) -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(OverdueError):
        search_for_ever(**slow)
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0


def test_nothing_but_a_judgement_is_interrupted() -> None:
    end = time.process_time() + 0.1
    with processor_time(0.01):
        while time.process_time() < end:
            pass
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
