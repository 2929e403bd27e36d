"""What discovery brought in, as values: responses, discovery documents and key sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.model import Json


@value
class Fetched:
    """An answer that arrived whole and within its limits; its content is still hostile.

    `seconds` is the time from the first byte sent to the last one read, the connection included.
    """

    url: str
    status: int
    content_type: str = ""
    location: str | None = None
    body: bytes = b""
    seconds: float = 0.0


@value
class Unreachable:
    """No usable answer: `rule` names the check that failed, `reason` says it in neutral words."""

    url: str
    rule: str
    reason: str


Response = Fetched | Unreachable


@value
class Certificate:
    """A server's certificate that was verified; it ends at `not_after`, in seconds since 1970 (UTC)."""

    not_after: int


@value
class Document:
    """A discovery document that was read strictly (RFC 8414 section 2, OpenID Connect Discovery section 3).

    A member that is absent is None, one that is not a string has been reported and is None too.
    """

    url: str
    issuer: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    members: Mapping[str, Json] = field(default_factory=dict)


@value
class Discoveries:
    """All answers of a run, by URL: one fetch per distinct URL.

    A URL that was not asked for, since discovery was skipped or its document failed, is absent.
    """

    documents: Mapping[str, Response] = field(default_factory=dict)
    key_sets: Mapping[str, Response] = field(default_factory=dict)


NOTHING_FETCHED = Discoveries()
