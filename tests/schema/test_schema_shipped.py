"""The shipped schemas: sound, useful in an editor, and never accepted where jsonschema refuses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from idpctl.schema import store
from idpctl.schema.check import accepts, checker, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = store.names()
# A schema of schemas has no values of a size that is worth drawing: tests/policies looks at that one.
DRAWN = [name for name in NAMES if name != "policy"]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


def like(schema: Any, root: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values that mostly satisfy `schema`: only those come near its finer rules."""
    if not isinstance(schema, dict) or depth > 6:
        return ANYTHING
    if "$ref" in schema:
        return like(root["$defs"][schema["$ref"].rpartition("/")[2]], root, depth)
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])
    choices = [one for word in ("anyOf", "oneOf") for one in schema.get(word, ())]
    if "type" not in schema and choices:
        return st.one_of(*(like(one, root, depth + 1) for one in choices))
    return of_kind(schema, root, depth)


def of_kind(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    kind = schema.get("type")
    makers = {
        "object": lambda: members(schema, root, depth),
        # Short below the top: lists in lists in lists would be most of a value, and all of the time.
        "array": lambda: st.lists(
            like(schema.get("items", {}), root, depth + 1), max_size=3 if depth < 2 else 1
        ),
        "string": lambda: texts(schema),
        "integer": lambda: st.integers(schema.get("minimum", -9) - 1, schema.get("maximum", 99) + 1),
        "boolean": st.booleans,
    }
    return makers.get(kind[0] if isinstance(kind, list) else kind, lambda: ANYTHING)()


def texts(schema: Any) -> st.SearchStrategy[str]:
    plain = st.sampled_from([str(one) for one in schema.get("examples", ())] or ["text"])
    odd = st.text(max_size=3) | plain.map(lambda text: text + "\n") | plain.map(lambda text: text * 60)
    pattern = schema.get("pattern")
    fitting = st.from_regex(pattern) if pattern else plain
    return st.one_of(plain, plain, plain, fitting, odd)


def members(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    properties = {name: like(one, root, depth + 1) for name, one in schema.get("properties", {}).items()}
    required = {name: properties.pop(name) for name in schema.get("required", ()) if name in properties}
    known = st.fixed_dictionaries(required, optional=properties)
    extra = schema.get("additionalProperties", True)
    names = st.sampled_from(["workforce", "DSC-09", "a b", "x", "keys"])
    more = st.dictionaries(names, like(extra, root, depth + 1), max_size=2)
    return st.one_of(known, known, known, st.builds(lambda one, other: {**one, **other}, known, more))


@cache
def like_shipped(name: str) -> st.SearchStrategy[Any]:
    schema = store.load(name)
    return like(schema, schema)


@st.composite
def near(draw: st.DrawFn, name: str) -> Any:
    """Return a value that satisfies the schema or nearly does: one member may be spoilt."""
    value = draw(like_shipped(name))
    if isinstance(value, dict) and value and draw(st.integers(0, 3)) == 0:
        value[draw(st.sampled_from(sorted(value)))] = draw(ANYTHING)
    return value


def is_trap(value: Any) -> bool:
    """Say whether the value holds what the fast check refuses beyond the standard."""
    if isinstance(value, dict):
        return any(map(is_trap, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(is_trap, value))
    return (isinstance(value, float) and value.is_integer()) or (
        isinstance(value, str) and value.endswith("\n")
    )


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", DRAWN)
@given(data=st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
def test_what_is_accepted_is_accepted_by_jsonschema_too(name: str, data: st.DataObject) -> None:
    value = data.draw(near(name))
    valid = Draft202012Validator(store.load(name)).is_valid(value)
    accepted = accepts(name, value)
    assert valid or not accepted
    assert accepted or not valid or is_trap(value)
    assert (explain(name, value) == []) is accepted


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_of_its_draft_and_can_be_compiled(name: str) -> None:
    Draft202012Validator.check_schema(store.load(name))
    assert callable(checker(name))


def parts(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every subschema that describes something, with its path."""
    if isinstance(schema, list):
        for index, one in enumerate(schema):
            yield from parts(one, f"{path}/{index}")
    if not isinstance(schema, dict):
        return
    yield path, schema
    for word in ("properties", "$defs"):
        for name, one in schema.get(word, {}).items():
            yield from parts(one, f"{path}/{word}/{name}")
    for word in ("items", "additionalProperties", "anyOf", "allOf"):
        yield from parts(schema.get(word), f"{path}/{word}")


CONFIG = [(path, one) for path, one in parts(store.load("config")) if "$ref" not in one]
FREE = {"#/$defs/registry", "#/$defs/properties"}  # their members belong to the driver


@pytest.mark.parametrize(("path", "schema"), CONFIG, ids=[path for path, _ in CONFIG])
def test_the_schema_of_the_configuration_helps_an_editor(path: str, schema: dict[str, Any]) -> None:
    assert schema.get("title"), path
    if schema.get("type") == "object" and "complete" not in path:
        assert "additionalProperties" in schema
        assert (schema["additionalProperties"] is True) is (path in FREE)
    if schema.get("type") in {"string", "integer", "boolean"}:
        assert schema.get("examples"), path
    if schema.get("type") == "string":
        assert "maxLength" in schema or "enum" in schema
    if "/properties/" in path and not path.endswith("/moved"):
        assert schema.get("description"), path
    for example in schema.get("examples", ()):
        root = store.load("config")
        Draft202012Validator({**schema, "$defs": root["$defs"]}).validate(example)


LIMITS = [
    ("name", "x" * 100, True),
    ("name", "x" * 101, False),
    ("name", "", False),
    ("name", "\U0001f600" * 100, True),
    ("description", "", True),
    ("description", "x" * 254, True),
    ("description", "x" * 255, False),
    ("issuer", "", False),
    ("issuer", "x" * 2048, True),
    ("issuer", "x" * 2049, False),
    ("type", "okta", True),
    ("type", "Okta", False),
    ("enabled", 1, False),
    ("suppress", {"DSC-09": "x"}, True),
    ("suppress", {"DSC-09\n": "x"}, False),
    ("suppress", {"DSC-09": "\u00a0"}, False),
    ("lifecycle", {"ignore_changes": ["name"]}, False),
    ("lifecycle", {"ignore_changes": ["properties"]}, True),
]


@pytest.mark.parametrize(("field", "value", "good"), LIMITS)
def test_limits_of_a_provider(field: str, value: Any, good: object) -> None:
    document = {"version": 1, "providers": {"a": {field: value}}}
    assert accepts("config", document) is good
    assert (explain("config", document) == []) is good


KEYS = [("a", True), ("A_1.b-c", True), ("9", True), ("_x", True), ("", False), (".a", False), ("-a", False)]
KEYS += [("a b", False), ("a\n", False), ("é", False), ("a/b", False), ("x" * 100, True), ("x" * 101, False)]


@pytest.mark.parametrize(("key", "good"), KEYS)
def test_keys_of_providers(key: str, good: object) -> None:
    assert accepts("config", {"version": 1, "providers": {key: {}}}) is good
