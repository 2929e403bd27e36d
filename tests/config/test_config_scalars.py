"""Plain scalars by the core schema of YAML 1.2, and what is text although others read a number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.config.scalars import LARGEST_INTEGER, TYPED_STARTS, OversizedError, resolve
from tests.config.house import GOOD, House

TEXT = [
    *("NO", "no", "yes", "on", "off", "y", "n", "tRUE", "nULL", "None", "Nil", "nan", "inf", ".Nan", "-.nan"),
    *("017", "-017", "010", "00", "0o17", "0x1F", "0b1", "1_000", "1,000", "١٢", "²", "+", "-", "--1", "+-1"),
    *(
        "12:30:45",
        "1:30",
        "2001-12-14",
        "2001-12-14T21:59:43Z",
        "1.2.3",
        "1.2.3.4",
        "e5",
        "1e",
        "1e+",
        ".",
        "-.",
    ),
    *("1e5e5", "1..5", ".e5", "a1", "=", "<<", "~~", "~/x", "0x", "1 2", "Infinity", ".infinity"),
]
TYPED = [
    *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
    *[(text, True) for text in ("true", "True", "TRUE")],
    *[(text, False) for text in ("false", "False", "FALSE")],
    *[("0", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-12", -12), (str(LARGEST_INTEGER), LARGEST_INTEGER)],
    *[
        ("1.10", 1.1),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e5", 1e5),
        ("-1.5E-3", -1.5e-3),
        ("01.5", 1.5),
        ("1e999", math.inf),
    ],
]


@pytest.mark.parametrize("text", TEXT)
def test_stays_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_is_typed(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN", "1." + "0" * 500])
def test_is_a_number_that_is_none(text: str) -> None:
    assert math.isnan(resolve(text))


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 20, str(LARGEST_INTEGER + 1), "-9007199254740992"])
def test_is_too_large(text: str) -> None:
    with pytest.raises(OversizedError):
        resolve(text)


def test_a_long_text_that_begins_like_a_number_is_text() -> None:
    assert resolve("1." + "0" * 500 + "x") == "1." + "0" * 500 + "x"


@given(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_every_exact_integer_is_read(number: int) -> None:
    assert resolve(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_fraction_is_read(number: float) -> None:
    assert resolve(repr(number)) == number


@given(st.text(min_size=1))
def test_what_is_typed_begins_as_the_reader_expects(text: str) -> None:
    if text[0] not in TYPED_STARTS:
        assert resolve(text) == text


@pytest.mark.parametrize("written", ["NO", "on", "017", "0o17", "12:30:45", "2001-12-14", "1_000", "0x1F"])
@pytest.mark.usefixtures("parser")
def test_text_needs_no_quotes_where_it_is_text(house: House, written: str) -> None:
    provider = house.load(GOOD.replace("OktaWorkforce", written)).providers[0]
    assert provider.name == written


WRONG = [
    ("12", "name must be text, but 12 is a number", 'quote it: "12"'),
    ("1.10", "name must be text, but 1.10 is a number with a fraction", 'quote it: "1.10"'),
    (".nan", "name must be text, but .nan is a number with a fraction", 'quote it: ".nan"'),
    ("-0", "name must be text, but -0 is a number", 'quote it: "-0"'),
    ("true", "name must be text, but true is a boolean", 'quote it: "true"'),
    ("False", "name must be text, but False is a boolean", 'quote it: "False"'),
    ("null", "name must be text, but null is null", 'quote it: "null"'),
    ("~", "name must be text, but ~ is null", 'quote it: "~"'),
]


@pytest.mark.parametrize(("written", "message", "hint"), WRONG)
@pytest.mark.usefixtures("parser")
def test_typed_values_are_refused_where_text_is_wanted(
    house: House, written: str, message: str, hint: str
) -> None:
    problem = house.only(GOOD.replace("OktaWorkforce", written))
    assert (problem.rule, str(problem.source)) == ("CFG-02", "idpctl.yaml:5:11")
    assert (problem.message, problem.hint) == (message, hint)
    assert (problem.address, problem.path) == ("workforce", "name")


@pytest.mark.usefixtures("parser")
def test_an_empty_value_is_shown_at_its_key(house: House) -> None:
    problem = house.only(GOOD.replace(" OktaWorkforce", ""))
    assert (problem.rule, str(problem.source)) == ("CFG-02", "idpctl.yaml:5:5")
    assert problem.message == "name must be text, but is empty"


@pytest.mark.usefixtures("parser")
def test_a_number_behind_an_alias_is_shown_at_the_key(house: House) -> None:
    text = GOOD.replace("OktaWorkforce", "*n") + "    properties: {n: 1}\n"
    text = text.replace("providers:", "defaults: {properties: {x: &n 12}}\nproviders:")
    problem = house.only(text)
    assert str(problem.source) == "idpctl.yaml:6:5"
    assert (problem.message, problem.hint) == ("name must be text, but 12 is a number", 'quote it: "12"')


@pytest.mark.usefixtures("parser")
def test_properties_keep_types_but_hold_no_fractions(house: House) -> None:
    good = house.load(GOOD + "    properties: {a: 1, b: true, c: null, d: [x, {e: -7}], f: '1.5'}\n")
    assert good.providers[0].properties == {"a": 1, "b": True, "c": None, "d": ["x", {"e": -7}], "f": "1.5"}
    bad = house.problems(GOOD + "    properties: {a: 1.5, b: [2, .inf]}\n")
    assert [(str(one.source), one.rule, one.path) for one in bad] == [
        ("idpctl.yaml:9:21", "CFG-02", "properties.a"),
        ("idpctl.yaml:9:33", "CFG-02", "properties.b.1"),
    ]
    assert bad[0].hint == 'quote it: "1.5"'
