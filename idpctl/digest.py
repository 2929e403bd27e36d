"""Canonical JSON and the digests over it: the one way in which values become comparable bytes."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of `value`: sorted keys, no spaces, ASCII, no floats beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def sha256(value: Any) -> str:
    """Return the SHA-256, in hex, over the canonical JSON of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()


_EMPTY = "0" * 8


@lru_cache(maxsize=4096)
def _short_text(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4, person=b"s").hexdigest()


def _short_json(value: Any) -> str:
    return hashlib.blake2b(canonical(value), digest_size=4, person=b"j").hexdigest()


_TRUE, _FALSE = _short_json(True), _short_json(False)


def short(value: Any) -> str:
    """Return the 8 hex digits by which a mark remembers one field's value.

    They tell who changed a field, never whether it changed: values themselves are compared.
    Text that is null or absent counts as empty.
    """
    if isinstance(value, str):
        return _short_text(value) if value else _EMPTY
    if value is None:
        return _EMPTY
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    return _short_json(value)
