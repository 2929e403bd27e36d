"""The frozen dataclasses of the model: what the standard library's own would do, cheaper to define."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from idpctl.value import field, names, replace, value


@value
class Point:
    """A place."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)


@value
class Other:
    """Same fields, another class."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)


@pytest.fixture(params=[0, 100], ids=["first", "many"], autouse=True)
def _made_before(request: pytest.FixtureRequest) -> None:
    """Make the next instance one of the first, or one of many: they are filled in different ways."""
    for _ in range(request.param):
        Point(x=0)


def test_fields_are_set_by_keyword_and_defaults_are_filled() -> None:
    point = Point(x=1)
    assert (point.x, point.y, point.tags) == (1, 2, [])
    assert Point(x=1, y=3, tags=["a"]).tags == ["a"]


def test_every_instance_gets_a_default_of_its_own() -> None:
    assert Point(x=1).tags is not Point(x=1).tags


@pytest.mark.parametrize("given", [{}, {"x": 1, "z": 2}])
def test_missing_and_unknown_fields_are_refused(given: dict[str, Any]) -> None:
    @value
    class Fresh:
        """Of this class there is no instance yet."""

        x: int

    for kind in (Fresh, Point):
        with pytest.raises(TypeError):
            kind(**given)


def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError):
        Point(1)  # type: ignore[misc]


def test_nothing_can_be_changed() -> None:
    point: Any = Point(x=1)
    with pytest.raises(dataclasses.FrozenInstanceError, match=r"Point\.x"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.unknown = 1
    assert not hasattr(point, "__dict__")


def test_equality_is_by_class_and_values() -> None:
    point = Point(x=1)
    assert point == point  # noqa: PLR0124 - identity is a path of its own
    assert Point(x=1) == Point(x=1)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Other(x=1)


def test_equal_values_hash_alike() -> None:
    @value
    class Key:
        """Hashable."""

        a: str

    assert len({Key(a="x"), Key(a="x"), Key(a="y")}) == 2
    with pytest.raises(TypeError):
        hash(Point(x=1))  # a list inside


def test_a_copy_with_changes() -> None:
    assert replace(Point(x=1, y=5), x=9) == Point(x=9, y=5)
    with pytest.raises(TypeError):
        replace(Point(x=1), z=1)


def test_it_shows_its_fields_and_tells_their_names() -> None:
    assert repr(Point(x=1)) == "Point(x=1, y=2, tags=[])"
    assert names(Point) == ("x", "y", "tags")
    assert [one.name for one in dataclasses.fields(Point)] == ["x", "y", "tags"]  # type: ignore[arg-type]


def test_copies_and_pickles_are_equal_and_frozen() -> None:
    point = Point(x=1, tags=["a"])
    for again in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):  # noqa: S301 - our own
        assert again == point
        with pytest.raises(dataclasses.FrozenInstanceError):
            again.x = 2


def test_an_instance_that_cannot_be_made_is_not_left_open() -> None:
    @value
    class Picky:
        """Its default cannot be made."""

        a: int = field(default_factory=lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        Picky()
    assert [Picky(a=1).a for _ in range(40)] == [1] * 40
    with pytest.raises(ZeroDivisionError):
        Picky()
