"""The certificates of many servers, each asked for once."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from idpctl.discovery.crew import unasked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.documents import Certificate, Unreachable
    from idpctl.http import Fetcher


def read_certificates(
    urls: Mapping[str, str], fetcher: Fetcher, *, parallelism: int, deadline: float
) -> dict[str, Certificate | Unreachable]:
    """Return for each host of `urls` (host -> a URL there) its certificate, or why there is none.

    `deadline` is the total time in seconds. Whatever is raised meanwhile, as by a signal, ends it
    once `fetcher` is closed.
    """
    from concurrent.futures import ThreadPoolExecutor

    end = monotonic() + deadline

    def look(url: str) -> Certificate | Unreachable:
        left = end - monotonic()
        return fetcher.certificate(url, seconds=left) if left > 0 else unasked(url, deadline)

    if not urls:
        return {}
    pool = ThreadPoolExecutor(min(parallelism, len(urls)), thread_name_prefix="idpctl-certificate")
    try:
        return dict(zip(urls, pool.map(look, urls.values()), strict=True))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
