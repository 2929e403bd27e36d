"""JSON from outside, read strictly: what two readers could understand differently is refused.

The limits hold before anything is built: size, nesting and the length of a number.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from idpctl.text import quote

if TYPE_CHECKING:
    from idpctl.model import Json

MAX_DEPTH = 32
MAX_DIGITS = 100
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BYTE_ORDER_MARK = "\ufeff"


class StrictJsonError(ValueError):
    """The text is not JSON that every reader understands alike; the message says why."""


def parse(body: bytes, *, limit: int) -> Json:
    """Return the value that `body` holds; `limit` is in bytes.

    Raises StrictJsonError for other encodings than UTF-8 (RFC 8259 section 8.1), a byte order mark,
    duplicate members (section 4), NaN and Infinity, numbers too long or too large, lone surrogates
    (RFC 7493 section 2.1), and nesting deeper than 32.
    """
    if len(body) > limit:
        raise StrictJsonError(f"it is larger than {limit // 1024} KiB")
    text = _decode(body)
    _refuse_deep(text)
    try:
        value = _decoder().decode(text)
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"{error.msg} in line {error.lineno}, column {error.colno}") from None
    if _SURROGATE.search(text):
        _refuse_lone_surrogates(value)
    return value


def _decode(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJsonError(f"it is not UTF-8: bad byte at offset {error.start}") from None
    if text.startswith(_BYTE_ORDER_MARK):
        raise StrictJsonError("it begins with a byte order mark")
    return text


def _refuse_deep(text: str) -> None:
    """Count brackets outside of strings, so that no parser has to recurse on a hostile text."""
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise StrictJsonError(f"it is nested deeper than {MAX_DEPTH}")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_refuse_constant
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise StrictJsonError(f"the member {quote(twice)} is there twice")
    return members


def _refuse_constant(written: str) -> NoReturn:
    raise StrictJsonError(f"it holds {written}, which is not JSON")


def _integer(written: str) -> int:
    if len(written) > MAX_DIGITS:
        raise StrictJsonError(f"it holds a number of {len(written)} digits")
    return int(written)


def _float(written: str) -> float:
    value = float(written) if len(written) <= MAX_DIGITS else float("inf")
    if value in (float("inf"), float("-inf")):
        raise StrictJsonError("it holds a number that is too large")
    return value


def _refuse_lone_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise StrictJsonError("it holds half a character (a lone surrogate)") from None
