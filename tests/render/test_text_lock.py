from __future__ import annotations

from idpctl.lockfile.update import LockChange
from idpctl.render.outcome import Renewed
from idpctl.render.text import render
from idpctl.render.view import View
from tests.support.locks import sealed

URL = "https://one.example.com/.well-known/openid-configuration"
EVIL = "https://one.example.com/\x1b]8;;\u202e\n::error::x"


def renewed(*changes: LockChange) -> Renewed:
    return Renewed(file="idpctl.lock.yaml", text="", current=False, entries=99, changes=changes)


def added(count: int) -> list[LockChange]:
    return [LockChange(key=f"p{number}", after=sealed(f"p{number}", URL)) for number in range(count)]


def test_what_is_new_does_not_hide_what_changes() -> None:
    changed = LockChange(key="x", before=sealed("x", URL), after=sealed("x", URL, issuer="https://new"))
    many = renewed(*added(21), changed)
    text = render(View(subject=many))
    assert "  + 21 providers (-v shows them)\n" in text
    assert "p20" not in text
    assert '+ issuer                  "https://new"' in text
    assert "p20" in render(View(subject=many, verbose=True))
    assert "p19" in render(View(subject=renewed(*added(20))))
    assert "21 added, 1 changed, 0 dropped; 99 entries; 0 trust changes" in text


def test_a_provider_that_goes_is_named_and_no_more() -> None:
    text = render(View(subject=renewed(LockChange(key="x", before=sealed("x", URL)))))
    assert text.startswith("  - x   (needs no lock: not declared, or all written)\n\n")
    assert URL not in text


def test_nothing_that_is_served_acts_on_a_terminal() -> None:
    before, after = sealed("x", URL, issuer="https://a.example"), sealed("x", URL, issuer=EVIL)
    text = render(View(subject=renewed(LockChange(key="x", before=before, after=after))))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(line.startswith("::") for line in text.splitlines())
