"""Why a value does not satisfy a schema, in words for people. Slow, and imported only after a refusal."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match

from idpctl.schema import messages, store
from idpctl.schema.compile import SchemaCompiler
from idpctl.schema.patterns import rewrite
from idpctl.schema.values import is_integer
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.protocols import Validator

    from idpctl.model import Json

MOST = 1000


@value
class Violation:
    """One thing that is wrong.

    `path` leads to the value; to the key itself where the key is what is wrong; and to the object
    that lacks a key. `message` is a sentence without a subject for a value ("must be text"), a
    whole one for a key. `expected` is what the schema says under `keyword`.
    """

    path: tuple[str | int, ...]
    message: str
    hint: str | None = None
    keyword: str
    expected: Any = None


def violations(name: str, value: Json) -> list[Violation]:
    """Return what is wrong with `value`, at most `MOST` violations, ordered by place."""
    return explained(_validator(name), value)


def explained(validator: Validator, value: Json) -> list[Violation]:
    """Return what `validator`, one of this module's, has against `value`: as `violations` does."""
    found: list[Violation] = []
    for error in validator.iter_errors(value):
        found.extend(_split(error))
        if len(found) >= MOST:
            break
    return sorted(found[:MOST], key=lambda violation: [str(step) for step in violation.path])


@lru_cache(maxsize=16)
def _validator(name: str) -> Validator:
    schema = store.load(name)
    return _strict({"$ref": _short_cut(schema)})(rewrite(schema))


def given_validator(schema: dict[str, Any]) -> Validator:
    """Return the validator of a schema that is not ours: it checks formats, and looks nothing up outside."""
    from idpctl.schema.formats import FORMATS, fits

    formats = FormatChecker(formats=())
    formats.checkers = {name: (partial(fits, name), ()) for name in FORMATS}
    # What `$id` names is not asked for anything, but it would be the base of references.
    inner = {keyword: part for keyword, part in schema.items() if keyword != "$id"}
    return _strict({})(rewrite(inner), format_checker=formats)


def _short_cut(schema: dict[str, Any]) -> Any:
    """Return a check of `$ref` that skips what the fast check accepts.

    Without it one wrong provider among ten thousand would take seconds to explain.
    """
    compiler = SchemaCompiler(schema)
    follow: Any = Draft202012Validator.VALIDATORS["$ref"]

    def ref(validator: Any, pointer: str, instance: Json, parent: Any) -> Iterator[ValidationError]:
        if not compiler.ref(pointer)(instance):
            yield from follow(validator, pointer, instance, parent)

    return ref


def _strict(more: dict[str, Any]) -> Callable[..., Validator]:
    """Return a validator class that agrees with the fast check, with `more` keywords of its own."""
    extend: Any = validators.extend
    made: Callable[..., Validator] = extend(
        Draft202012Validator,
        {
            "propertyNames": _names,
            "required": _required,
            "additionalProperties": _additional,
            **more,
        },
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
            "integer", lambda _, value: is_integer(value)
        ),
    )
    return made


def _names(validator: Any, schema: Any, instance: Json, _: Any) -> Iterator[ValidationError]:
    """Check keys as jsonschema does, but let the path of an error lead to the key."""
    for name in instance if isinstance(instance, dict) else ():
        for error in validator.descend(instance=name, schema=schema):
            yield ValidationError(
                error.message,
                validator="propertyNames",
                path=(name,),
                validator_value=error.validator_value,
                instance=name,
                schema=error.schema,
            )


def _required(_: Any, required: list[str], instance: Json, __: Any) -> Iterator[ValidationError]:
    """Yield one error for all missing keys: jsonschema has one each, and names the key in prose only."""
    if isinstance(instance, dict) and not instance.keys() >= set(required):
        yield ValidationError("keys are missing")


def _additional(validator: Any, extra: Any, instance: Json, schema: Any) -> Iterator[ValidationError]:
    """Check further members in the order of the document: jsonschema takes them from a set."""
    extras = _extras(instance, schema) if isinstance(instance, dict) else []
    if isinstance(extra, dict):
        for key in extras:
            yield from validator.descend(instance[key], extra, path=key)
    elif extras and extra is False:
        yield ValidationError("keys are not known")


def _split(error: ValidationError) -> Iterator[Violation]:
    """Turn one error into violations: of alternatives the nearest one, of several keys one each."""
    nearest = error
    if error.context:
        nearest = best_match(iter([error])) or error
    path: tuple[str | int, ...] = tuple(nearest.absolute_path)
    schema = nearest.schema if isinstance(nearest.schema, dict) else {}
    keyword = str(nearest.validator)
    expected: Any = nearest.validator_value
    value: Any = nearest.instance
    if keyword == "propertyNames":
        yield _violation(path, "propertyNames", expected, messages.wrong_key(value, schema))
    elif keyword == "additionalProperties":
        for key in _extras(value, schema):
            yield _violation((*path, key), keyword, expected, messages.unknown_key(key, schema))
    elif keyword == "required":
        for key in expected:
            if key not in value:
                yield _violation(path, keyword, expected, messages.missing_key(key))
    else:
        yield _violation(path, keyword, expected, messages.words(keyword, expected, value, schema))


def _extras(value: dict[str, Json], schema: dict[str, Any]) -> list[str]:
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", ())]
    known = schema.get("properties", ())
    return [key for key in value if key not in known and not any(one.search(key) for one in patterns)]


def _violation(
    path: tuple[str | int, ...], keyword: str, expected: Json, words: tuple[str, str | None]
) -> Violation:
    message, hint = words
    return Violation(path=path, message=message, hint=hint, keyword=keyword, expected=expected)
