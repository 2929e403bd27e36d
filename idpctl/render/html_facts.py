"""What a page is about: the registry, the fingerprint, what was asked for, and from which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Discovery
from idpctl.render.html_lists import facts, items, section
from idpctl.render.html_markup import join, literal, own, prose
from idpctl.render.safe import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.asked import Options
    from idpctl.model import Target
    from idpctl.plan import Plan
    from idpctl.render.html_lists import Fact
    from idpctl.render.html_markup import Html
    from idpctl.render.view import View

_DIGEST = 12


def target_facts(target: Target) -> list[Fact]:
    """Return which registry is meant."""
    return [
        ("Owner", prose(target.owner)),
        ("Registry", prose(f"{target.driver} {target.location}")),
        ("Organization", prose(target.organization)),
    ]


def about_plan(plan: Plan, view: View) -> Html:
    """Return the section that tells one plan from another."""
    listed = [
        ("Fingerprint", literal(plan.fingerprint)),
        *target_facts(plan.target),
        ("Records", own(f"{plan.records:,} in the registry, {plan.owned:,} of this owner")),
        ("Providers", own(f"{plan.declared:,} declared, {len(plan.unchanged):,} as wanted")),
        ("Options", _options(plan.options)),
        ("Files", _files(plan)),
        *([("Planned at", prose(plan.created))] if plan.created else []),
        ("Exit code", own(str(int(view.exit_code)))),
    ]
    return section("About this plan", facts(*listed))


def _files(plan: Plan) -> Html:
    if not plan.inputs.files:
        return own("none")
    files = sorted(plan.inputs.files.items())
    listed = [
        join([literal(word(path)), own(" sha256 "), literal(word(sha[:_DIGEST]))]) for path, sha in files
    ]
    return items(listed, "files")


def _options(options: Options) -> Html:
    given = [literal(option) for option in _given(options)]
    return items(given, "options") if given else own("none")


def _given(options: Options) -> Iterator[str]:
    """Yield what was asked for and is not the default, as it is written on the command line."""
    if options.destroy:
        yield "destroy"
    for flag, names in (
        ("import", sorted(options.adopt)),
        ("--only", options.only),
        ("--allow-replace", sorted(options.allow_replace)),
        ("--allow-destroy", sorted(options.allow_destroy)),
        ("--allow-trust-change", sorted(options.allow_trust_change)),
        ("--allow-gap", sorted(options.allow_gap)),
    ):
        yield from (f"{flag} {word(one)}" for one in names)
    if options.max_deletes is not None:
        yield f"--max-deletes {options.max_deletes}"
    if options.discovery is not Discovery.LIVE:
        yield f"--discovery {options.discovery}"
    if options.strict:
        yield "--strict"
