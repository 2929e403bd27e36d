"""Where declared providers stand: for every field, whichever file wrote it last."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.config.house import FIELDS, GOOD, HEAD, House

if TYPE_CHECKING:
    from idpctl.model import Declared

REST = """\
    description:
      Employees
    enabled: true
    properties:
      a: 1
      b: {c: d}
    lifecycle: {protect: true, replace: create_first}
    suppress:
      DSC-09: because
    issuer: >-
      https://x.example.com
"""
PLACES = [
    (None, "4:3"),
    ("unknown", "4:3"),
    ("token_endpoint", "4:3"),
    ("name", "5:11"),
    ("type", "6:11"),
    ("allowed_token_audience", "7:29"),
    ("well_known_url", "8:21"),
    ("description", "10:7"),
    ("enabled", "11:14"),
    ("properties", "12:5"),
    ("properties.a", "13:10"),
    ("properties.b", "14:7"),
    ("lifecycle", "15:5"),
    ("lifecycle.protect", "15:26"),
    ("lifecycle.replace", "15:41"),
    ("suppress", "16:5"),
    ("suppress.DSC-09", "17:15"),
    ("issuer", "18:13"),
]


def place(declared: Declared, path: str | None = None) -> str:
    return str(declared.at(path)).removeprefix("idpctl.yaml:")


@pytest.mark.parametrize(("path", "expected"), PLACES)
@pytest.mark.usefixtures("parser")
def test_each_field_has_its_place(house: House, path: str | None, expected: str) -> None:
    (declared,) = house.load(GOOD + REST).providers
    assert place(declared, path) == expected


def test_the_last_layer_that_wrote_a_field(house: House) -> None:
    layer = "version: 1\nproviders:\n  workforce: {enabled: true, properties: {b: 2}, issuer: https://y}\n"
    (declared,) = house.load(GOOD + REST, "b.yaml", files={"b.yaml": layer}).providers
    assert place(declared) == "4:3"
    assert place(declared, "name") == "5:11"
    assert place(declared, "issuer") == "b.yaml:3:58"
    assert place(declared, "enabled") == "b.yaml:3:24"
    assert place(declared, "properties.a") == "13:10"
    assert place(declared, "properties.b") == "b.yaml:3:46"


def test_what_comes_from_defaults_stands_there(house: House) -> None:
    text = GOOD.replace(
        "providers:", "defaults: {description: d, enabled: true, properties: {a: 1, b: 2}}\nproviders:"
    )
    text += "    enabled: false\n    properties: {b: 3}\n"
    layer = "version: 1\ndefaults: {description: e}\n"
    (declared,) = house.load(text, "b.yaml", files={"b.yaml": layer}).providers
    assert place(declared) == "5:3"
    assert place(declared, "name") == "6:11"
    assert place(declared, "enabled") == "10:14"
    assert place(declared, "description") == "b.yaml:2:25"
    assert place(declared, "properties.a") == "3:59"
    assert place(declared, "properties.b") == "11:21"


def test_a_column_beyond_the_packed_range_is_capped(house: House) -> None:
    text = HEAD + "providers: {x: {description: '" + "x" * 100 + "', properties: {p: ['" + "x" * 5000 + "']}"
    text += ", name: a, type: okta, allowed_token_audience: b, well_known_url: c}}\n"
    (declared,) = house.load(text).providers
    assert place(declared, "name") == "3:4095"


def many(count: int) -> str:
    return (
        HEAD
        + "providers:\n"
        + "".join(
            f"  p{number}:\n{FIELDS.replace('OktaWorkforce', f'Okta{number}')}" for number in range(count)
        )
    )


def test_names_of_fields_are_kept_once_and_in_little_memory(house: House) -> None:
    text = many(2000)
    house.load(text)
    tracemalloc.start()
    try:
        configuration = house.load(text)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept / 2000 < 2048
    assert peak / 2000 < 4096
    assert len({id(one.places[0].names) for one in configuration.providers}) == 1


def test_places_of_defaults_are_shared(house: House) -> None:
    text = many(3).replace("providers:", "defaults: {description: d}\nproviders:")
    places = {id(one.places[-1]) for one in house.load(text).providers}
    assert len(places) == 1
