"""The one door to the network: light to import, the machinery behind it is loaded when it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from idpctl.http.rules import UNUSABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from idpctl.documents import Certificate, Response, Unreachable
    from idpctl.http.policy import NetworkPolicy
    from idpctl.http.resolver import Resolver


class Fetcher(Protocol):
    """Fetches public documents: no credentials, no cookies, no redirects, no compression."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how requests travel: a proxy, say."""

    def get(
        self, url: str, *, limit: int, seconds: float | None = None, too_large: str = UNUSABLE
    ) -> Response:
        """Return the answer of `url`, or why there is none; faults of the network are never raised.

        `limit` caps the body in bytes, `seconds` the whole of it where that is less than the
        policy's own; `too_large` is the rule that a larger body breaks. Only an answer with status
        200 has its body read. Threads may call this at once.
        """

    def post(self, url: str, body: bytes) -> Response:
        """Send JSON to an address that the operator gave, within the policy's time; say what came of it.

        The same judgement of addresses, no redirects, and no attempt again but for a busy server. Of the
        answer only the status is read.
        """

    def certificate(self, url: str, *, seconds: float | None = None) -> Certificate | Unreachable:
        """Return the certificate of the server of an https URL, or why there is none.

        The server is asked for nothing else. Behind a proxy it is not looked at.
        """

    def close(self) -> None:
        """Abandon what is under way, and close every connection."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_fetcher(
    policy: NetworkPolicy,
    *,
    resolver: Resolver | None = None,
    environ: Mapping[str, str] | None = None,
) -> Fetcher:
    """Return a fetcher that keeps to `policy`; a context manager, to be closed.

    `resolver` answers instead of the system; `environ` (default: the process's) may name a proxy.
    Raises InvalidInputError for a network, bundle or proxy that cannot be used as written.
    """
    import os
    import sys

    from idpctl.http.trust import prepare

    context = prepare(policy.ca_bundle)
    # httpx loads its own command line, and rich with it, wherever rich is installed: 40 ms for nothing.
    cast("dict[str, object]", sys.modules).setdefault("httpx._main", None)
    from idpctl.http.client import HttpFetcher

    environ = os.environ if environ is None else environ
    return HttpFetcher(policy, context(), resolver=resolver, environ=environ)
