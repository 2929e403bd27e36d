"""The discovery lock written anew, in part or in whole: what `idpctl lock` asks."""

from __future__ import annotations

import hashlib
import time
from os.path import lexists
from typing import TYPE_CHECKING

from idpctl.asked import Discovery
from idpctl.config.lock import parse_lock, read_lock
from idpctl.documents import NO_LOCK
from idpctl.engine import load, weigh
from idpctl.errors import CheckFailedError, InvalidInputError
from idpctl.lockfile.text import lock_text
from idpctl.lockfile.update import begin, changes_of, new_entry
from idpctl.render.outcome import Renewed
from idpctl.resolution import lock_path, prepare, url_policy
from idpctl.text import quote, suggestion
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idpctl.config.model import Configuration
    from idpctl.documents import Entry, Lock
    from idpctl.engine import Progress
    from idpctl.errors import Problem
    from idpctl.lockfile.update import Draft
    from idpctl.request import Request

_REFUSED = "what is served cannot be locked; the lock stays as it is"


def renew(
    request: Request, keys: Sequence[str], *, everything: bool, progress: Progress | None = None
) -> Renewed:
    """Return the lock as it should be: with what is missing, and without what nobody needs.

    Entries of `keys`, of all providers where `everything` is asked, are read again; others stay as they
    are. It is all or nothing: raises CheckFailedError where one that was read cannot be locked.
    """
    configuration = load(request)
    path = lock_path(request)
    lock = read_lock(request.root, path) if lexists(request.root / path) else NO_LOCK
    declared, moved = configuration.providers, configuration.moved
    anew = {one.key for one in declared} if everything else _known(keys, configuration)
    draft = begin(lock, declared, moved, anew)
    read, problems = _read(request, configuration, draft, lock, progress)
    entries = {**draft.kept, **read}
    text = lock_text(entries.values())
    if read:
        _require_readable(text, path.as_posix())
    return Renewed(
        file=path.as_posix(),
        text=text,
        current=hashlib.sha256(text.encode()).hexdigest() == lock.sha256,
        entries=len(entries),
        changes=changes_of(lock, entries, moved),
        problems=(*configuration.warnings, *problems),
    )


def _known(keys: Sequence[str], configuration: Configuration) -> Collection[str]:
    """Return `keys` once each has something to be locked; raise InvalidInputError for others."""
    declared = {one.key: one for one in configuration.providers}
    for key in keys:
        if key not in declared:
            near = suggestion(key, declared)
            hint = (
                f"did you mean {near}?" if near else "an entry that nobody needs goes by itself: idpctl lock"
            )
            raise InvalidInputError(f"no provider {quote(key)} is declared", hint=hint)
        if declared[key].pinned:
            raise InvalidInputError(
                f"{key} has nothing to be locked: its endpoints are all written in the configuration"
            )
    return frozenset(keys)


def _read(
    request: Request, configuration: Configuration, draft: Draft, lock: Lock, progress: Progress | None
) -> tuple[dict[str, Entry], list[Problem]]:
    """Return an entry for each provider of which one is wanted, and what was found on the way."""
    options = replace(request.options, discovery=Discovery.LIVE)
    prepared = prepare(draft.wanted, request.network, options, progress, key_sets=False)
    problems = weigh(configuration.providers, prepared.problems, strict=options.strict)
    if any(problem.blocks for problem in problems):
        raise CheckFailedError(
            _REFUSED,
            hint="correct it, or suppress what is meant to be so, with a reason",
            problems=problems,
        )
    today = time.strftime("%Y-%m-%d", time.gmtime())
    policy = url_policy(request.network)
    return {
        one.key: new_entry(one, prepared.documents[one.key], policy, lock, today) for one in draft.wanted
    }, problems


def _require_readable(text: str, shown: str) -> None:
    """Raise CheckFailedError where our own reader would refuse what was served."""
    try:
        parse_lock(text, shown)
    except InvalidInputError as error:
        raise CheckFailedError(_REFUSED, problems=error.problems) from error
