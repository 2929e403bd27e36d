"""The command that applies exactly the plan that was shown, to be copied from a comment."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from idpctl.asked import DEFAULT_LAYERS, Discovery
from idpctl.render.safe import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.plan import Plan


def apply_command(plan: Plan) -> str:
    """Return the command line: its options make the same plan again, its fingerprint refuses another one.

    What is still to be allowed is not in it: whoever allows it adds it by name.
    """
    return sentence(shlex.join(_words(plan)))


def _words(plan: Plan) -> Iterator[str]:
    options = plan.options
    yield from ("idpctl", "destroy" if options.destroy else "import" if options.adopt else "apply")
    yield from sorted(options.adopt)
    if plan.inputs.layers != DEFAULT_LAYERS:
        for file in plan.inputs.layers:
            yield from ("-f", file)
    if plan.inputs.lock_file is not None:
        yield from ("--lock-file", plan.inputs.lock_file)
    for pattern in options.only:
        yield from ("--only", pattern)
    if options.discovery is not Discovery.LIVE:
        yield from ("--discovery", str(options.discovery))
    if options.strict:
        yield "--strict"
    for gate in plan.gates:
        if gate.allowed:
            yield from gate.flag.split(" ", 1)
    if not options.adopt:  # there the keys are the agreement
        yield from ("--approve", plan.fingerprint)
