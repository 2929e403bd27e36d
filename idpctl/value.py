"""Frozen, slotted, keyword-only dataclasses at a fifth of what they cost to define.

A command imports some forty of them, and the standard decorator compiles six methods for each: a
third of the start-up of a small plan. Here comparing, showing and refusing are written once for
all, and `__init__` is compiled only for classes of which there are many instances. Fields,
defaults and `__slots__` are the standard library's own.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")

__all__ = ["field", "names", "replace", "value"]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, slotted, keyword-only dataclass."""
    made: Any = dataclass(init=False, repr=False, eq=False, kw_only=True, slots=True)(cls)
    made.__init__ = _general_init
    made.__setattr__ = made.__delattr__ = _refuse
    made.__eq__, made.__hash__, made.__repr__, made.__reduce__ = _equal, _hash, _show, _reduce
    changed: type[T] = made
    return changed


def names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a class that `value` made, in their order."""
    slots: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]  # made by `value`
    return slots


def replace(instance: T, /, **changes: Any) -> T:
    """Return a copy of `instance` in which the fields of `changes` have other values."""
    kind = type(instance)
    values = {name: getattr(instance, name) for name in names(kind)}
    return kind(**{**values, **changes})


_MANY = 16  # instances from which on it pays to compile
_made: dict[type, int] = {}


def _general_init(self: Any, **values: Any) -> None:
    """Fill one of the first instances of a class, field by field."""
    kind = type(self)
    _made[kind] = made = _made.get(kind, 0) + 1
    if made > _MANY:
        kind.__init__ = _compiled_init(kind)
        kind.__init__(self, **values)
        return
    for one in fields(kind):
        if one.name in values:
            given = values.pop(one.name)
        elif one.default is not MISSING:
            given = one.default
        elif one.default_factory is not MISSING:
            given = one.default_factory()
        else:
            raise TypeError(f"{kind.__name__} lacks {one.name}")
        object.__setattr__(self, one.name, given)
    if values:
        raise TypeError(f"{kind.__name__} has no {', '.join(values)}")


def _compiled_init(kind: type) -> Any:
    """Compile `__init__` with the class's own fields as keyword-only parameters.

    Storing through `object.__setattr__`, as the standard library does for frozen classes, takes four
    times as long. So an instance is filled as one of a class that has the same slots and refuses
    nothing, and then becomes what it is; CPython allows that for equal layouts.
    """
    scope: dict[str, Any] = {
        "_MISSING": MISSING,
        "_become": object.__dict__["__class__"].__set__,
        "_Open": type(kind.__name__, (), {"__slots__": names(kind), "__doc__": kind.__doc__}),
        "_Closed": kind,
    }
    parameters = ["self", "*"]
    body = ["_become(self, _Open)"]
    for one in fields(kind):
        parameters.append(_parameter(one, scope))
        body.append(f"self.{one.name} = {_given(one, scope)}")
    body.append("self.__class__ = _Closed")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body)
    exec(source, scope)  # noqa: S102 - the names are our own fields
    return scope["__init__"]


def _parameter(one: Field[Any], scope: dict[str, Any]) -> str:
    if one.default is not MISSING:
        scope[f"_default_{one.name}"] = one.default
        return f"{one.name}=_default_{one.name}"
    return one.name if one.default_factory is MISSING else f"{one.name}=_MISSING"


def _given(one: Field[Any], scope: dict[str, Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    scope[f"_make_{one.name}"] = one.default_factory
    return f"_make_{one.name}() if {one.name} is _MISSING else {one.name}"


def _values(instance: Any) -> tuple[Any, ...]:
    return tuple([getattr(instance, name) for name in instance.__slots__])


def _equal(self: Any, other: object) -> Any:
    if self is other:
        return True
    if type(self) is not type(other):
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _show(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[Any, ...]:
    """Let instances be copied and pickled, which cannot set what is refused."""
    return _remake, (type(self), _values(self))


def _remake(kind: type[T], values: tuple[Any, ...]) -> T:
    return kind(**dict(zip(names(kind), values, strict=True)))


def _refuse(self: Any, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")
