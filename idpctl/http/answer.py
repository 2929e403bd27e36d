"""Reading an answer that may be anything: counted, uncompressed, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.http.faults import FaultError
from idpctl.http.rules import UNUSABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idpctl.http.backend import Line

_FRAMING = 4
"""How many bytes of chunk framing and trailers are borne for each byte of a body, at most."""


def header(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return the first value of the header `name`, which is in lower case."""
    return next((value.decode("latin-1").strip() for key, value in headers if key.lower() == name), None)


def check_encoding(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Raise FaultError for a body that is not sent as it is: `identity` was asked for."""
    encoding = header(headers, b"content-encoding")
    if encoding is not None and encoding.lower() not in {"", "identity"}:
        raise FaultError(UNUSABLE, "the answer is compressed, which was not asked for")


def read_body(
    chunks: Iterable[bytes],
    headers: Sequence[tuple[bytes, bytes]],
    line: Line,
    limit: int,
    too_large: str,
) -> bytes:
    """Return the body of at most `limit` bytes; raise FaultError with `too_large` for a larger one."""
    declared = header(headers, b"content-length")
    if declared is not None and int(declared) > limit:
        raise _oversize(too_large, limit)
    line.widen(_FRAMING * limit)
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise _oversize(too_large, limit)
    return bytes(body)


def _oversize(rule: str, limit: int) -> FaultError:
    return FaultError(rule, f"the answer is larger than {limit} bytes")
