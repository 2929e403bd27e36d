"""A comment that cuts a URL is a warning, where it can be one."""

from __future__ import annotations

import pytest

from idpctl.errors import Severity
from tests.config.house import GOOD, House

pytestmark = pytest.mark.usefixtures("parser")

CUT = [
    ("    issuer: https://x.example.com #frag\n", "9:13"),
    ("    issuer: https://x.example.com    #/users\n", "9:13"),
    ("    properties: {a: [https://x #y\n      ]}\n", "9:22"),
]
WHOLE = [
    "    issuer: https://x.example.com # the workforce\n",
    "    issuer: https://x.example.com #\n",
    "    issuer: https://x.example.com/#frag\n",
    "    issuer: 'https://x.example.com #frag'\n",
    "    issuer: 'https://x.example.com' #frag\n",
    "    issuer: https://x.example.com\n    #frag\n",
    "    description: no url #frag\n",
]


@pytest.mark.parametrize(("text", "place"), CUT)
def test_is_warned_of(house: House, text: str, place: str) -> None:
    (warning,) = house.load(GOOD + text).warnings
    assert (warning.rule, warning.severity) == ("YML-20", Severity.WARNING)
    assert (str(warning.source), warning.address) == (f"idpctl.yaml:{place}", "workforce")


@pytest.mark.parametrize("text", WHOLE)
def test_is_an_ordinary_comment(house: House, text: str) -> None:
    assert house.load(GOOD + text).warnings == ()


def test_warnings_are_told_beside_errors(house: House) -> None:
    text = GOOD + "    issuer: https://x #y\n    nmae: x\n"
    assert [(one.rule, one.severity) for one in house.problems(text)] == [
        ("YML-20", Severity.WARNING),
        ("CFG-20", Severity.ERROR),
    ]


def test_keys_that_were_refused_have_no_path(house: House) -> None:
    text = GOOD + "    issuer: https://x #y\n    ? [a, {b: c}]\n    : {d: e}\n    nmae: z\n"
    assert house.found(text) == [
        "idpctl.yaml:9:13 YML-20",
        "idpctl.yaml:10:7 YML-12",
        "idpctl.yaml:12:5 CFG-20",
    ]
