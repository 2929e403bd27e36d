"""One closure per JSON Schema keyword: what a schema says, as plain Python calls.

A keyword speaks only about values of its own type (Draft 2020-12 validation, section 6): `minLength`
lets every number pass.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from idpctl.schema.patterns import to_python
from idpctl.schema.values import TYPES, frozen, is_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from idpctl.model import Json

    Check = Callable[[Json], bool]
    Schema = dict[str, Any]

    class Compiler(Protocol):
        """Makes the check of a subschema."""

        def check(self, schema: Any) -> Check:
            """Return the check of `schema`, which is an object or a boolean."""

        def ref(self, pointer: str) -> Check:
            """Return the check of the definition at `pointer`."""


def of_type(_: Compiler, schema: Schema) -> Check:
    """Check `type`: one name or several."""
    wanted = schema["type"]
    if isinstance(wanted, str):
        return TYPES[wanted]
    checks = tuple(TYPES[name] for name in wanted)
    return lambda value: any(check(value) for check in checks)


def of_string(schema: Schema) -> Check:
    """Fuse `type: string` with both lengths: most members of our schemas are no more than that."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is None:
        return lambda value: isinstance(value, str) and least <= len(value)
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def of_length(_: Compiler, schema: Schema) -> Check:
    """Check `minLength`, `maxLength`: in code points."""
    fits = of_string(schema)
    return lambda value: not isinstance(value, str) or fits(value)


def of_pattern(_: Compiler, schema: Schema) -> Check:
    """Check `pattern`: found anywhere, unless it is anchored."""
    search = re.compile(to_python(schema["pattern"])).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def of_format(_: Compiler, schema: Schema) -> Check:
    """Check `format`: one of those of `formats`."""
    from idpctl.schema.formats import fits

    return partial(fits, schema["format"])


def of_enum(_: Compiler, schema: Schema) -> Check:
    """Check `enum`."""
    values = schema["enum"]
    if all(isinstance(value, str) for value in values):
        words = frozenset(values)
        return lambda value: isinstance(value, str) and value in words
    allowed = frozenset(map(frozen, values))
    return lambda value: frozen(value) in allowed


def of_const(_: Compiler, schema: Schema) -> Check:
    """Check `const`."""
    wanted = frozen(schema["const"])
    return lambda value: frozen(value) == wanted


def of_range(_: Compiler, schema: Schema) -> Check:
    """Check `minimum`, `maximum`."""
    least, most = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    return lambda value: not is_number(value) or least <= value <= most


def of_items(compiler: Compiler, schema: Schema) -> Check:
    """Check `items`."""
    check = compiler.check(schema["items"])
    return lambda value: not isinstance(value, list) or all(map(check, value))


def of_count(_: Compiler, schema: Schema) -> Check:
    """Check `minItems`, `maxItems`."""
    least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
    return lambda value: not isinstance(value, list) or least <= len(value) <= most


def of_unique(_: Compiler, schema: Schema) -> Check:
    """Check `uniqueItems`."""
    if not schema["uniqueItems"]:
        return lambda _value: True
    return lambda value: not isinstance(value, list) or len(set(map(frozen, value))) == len(value)


def of_size(_: Compiler, schema: Schema) -> Check:
    """Check `minProperties`, `maxProperties`."""
    least, most = schema.get("minProperties", 0), schema.get("maxProperties", float("inf"))
    return lambda value: not isinstance(value, dict) or least <= len(value) <= most


def of_required(_: Compiler, schema: Schema) -> Check:
    """Check `required`."""
    wanted = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def of_names(compiler: Compiler, schema: Schema) -> Check:
    """Check `propertyNames`."""
    check = compiler.check(schema["propertyNames"])
    return lambda value: not isinstance(value, dict) or all(map(check, value))


def of_members(compiler: Compiler, schema: Schema) -> Check:
    """Check `properties`, `patternProperties` and `additionalProperties` together: each member once."""
    known = {name: compiler.check(member) for name, member in schema.get("properties", {}).items()}
    patterned: list[tuple[Callable[[str], object], Check]] = [
        (re.compile(to_python(pattern)).search, compiler.check(member))
        for pattern, member in schema.get("patternProperties", {}).items()
    ]
    other = compiler.check(schema.get("additionalProperties", True))
    if patterned:
        return _patterned(known, patterned, other)

    def members(value: Json) -> bool:
        if not isinstance(value, dict):
            return True
        for name, member in value.items():  # noqa: SIM110 - twice as fast as a generator in all()
            if not known.get(name, other)(member):
                return False
        return True

    return members


def _patterned(
    known: dict[str, Check], patterned: list[tuple[Callable[[str], object], Check]], other: Check
) -> Check:
    def member_fits(name: str, member: Json) -> bool:
        checks = [check for search, check in patterned if search(name)]
        if name in known:
            checks.append(known[name])
        return all(check(member) for check in checks or (other,))

    return lambda value: (
        not isinstance(value, dict) or all(member_fits(name, member) for name, member in value.items())
    )


def of_all(compiler: Compiler, schema: Schema) -> Check:
    """Check `allOf`."""
    return both([compiler.check(branch) for branch in schema["allOf"]])


def of_any(compiler: Compiler, schema: Schema) -> Check:
    """Check `anyOf`."""
    checks = [compiler.check(branch) for branch in schema["anyOf"]]
    return lambda value: any(check(value) for check in checks)


def of_one(compiler: Compiler, schema: Schema) -> Check:
    """Check `oneOf`."""
    checks = [compiler.check(branch) for branch in schema["oneOf"]]
    return lambda value: sum(check(value) for check in checks) == 1


def of_not(compiler: Compiler, schema: Schema) -> Check:
    """Check `not`."""
    check = compiler.check(schema["not"])
    return lambda value: not check(value)


def of_condition(compiler: Compiler, schema: Schema) -> Check:
    """Check `if`, `then`, `else`; without `if` the others say nothing."""
    condition = compiler.check(schema.get("if", True))
    then = compiler.check(schema.get("then", True) if "if" in schema else True)
    otherwise = compiler.check(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


def of_ref(compiler: Compiler, schema: Schema) -> Check:
    """Check `$ref`, to a definition of the same schema."""
    return compiler.ref(schema["$ref"])


def both(checks: list[Check]) -> Check:
    """Return one check that holds where all of `checks` do."""
    if not checks:
        return lambda _value: True
    if len(checks) == 1:
        return checks[0]
    first, rest = checks[0], both(checks[1:])
    return lambda value: first(value) and rest(value)
