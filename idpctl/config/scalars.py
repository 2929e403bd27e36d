"""Plain scalars by the core schema of YAML 1.2 (section 10.3.2), read as people mean them.

Narrower than the standard in one point: numbers are read only as JSON writes them. So `017`,
`0o17` and `0x1F` stay text, since readers of YAML disagree on their value.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idpctl.model import Json

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NO_NUMBERS = {sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")} | {
    ".nan",
    ".NaN",
    ".NAN",
}
_FLOAT_CHARACTERS = frozenset("0123456789.eE+-")
# Nothing else begins a scalar that is not text; the empty text is found in it too.
TYPED_STARTS = "0123456789+-.~nNtTfF"
LARGEST_INTEGER = 2**53 - 1
_MOST_DIGITS = 16
_MOST_FLOAT = 400


class OversizedError(ValueError):
    """An integer that cannot be exchanged exactly (RFC 7493 section 2.2)."""


def resolve(text: str) -> Json:
    """Return the value of the plain scalar `text`: None, a boolean, a number, or `text` itself.

    Raise OversizedError for an integer beyond 2**53 - 1.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    digits = text[1:] if text[0] in "+-" else text
    if digits.isdecimal() and digits.isascii():
        leads_with_zero = digits[0] == "0" and digits != "0"
        return text if leads_with_zero else _integer(text, len(digits))
    if text in _NO_NUMBERS:
        return math.nan
    return _float(text) if _FLOAT_CHARACTERS.issuperset(text[:_MOST_FLOAT]) else text


def _integer(text: str, digits: int) -> int:
    # int() refuses 5,000 digits with an error of its own, and takes quadratic time before.
    value = int(text) if digits <= _MOST_DIGITS else LARGEST_INTEGER + 1
    if abs(value) > LARGEST_INTEGER:
        raise OversizedError
    return value


def _float(text: str) -> Json:
    if len(text) > _MOST_FLOAT:
        return math.nan if _FLOAT_CHARACTERS.issuperset(text) else text
    try:
        return float(text)
    except ValueError:
        return text
