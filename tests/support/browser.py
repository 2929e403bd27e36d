"""A real Chromium without a window, told what to do over the DevTools protocol.

It is found as `chromium`, or where IDPCTL_TEST_CHROMIUM says. The protocol goes over two pipes, a NUL after
each message (`--remote-debugging-pipe`), so nothing listens on a port and no package has to be installed.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VARIABLE = "IDPCTL_TEST_CHROMIUM"
AXE = "IDPCTL_TEST_AXE"
_SECONDS = 60
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
# Chromium reads descriptor 3 and writes 4; ours are its standard ones.
_SHELL = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'


def why_not() -> str | None:
    """Return why there is no browser here, None where there is."""
    return None if _executable() else f"chromium is not on the PATH, nor named by {VARIABLE}"


def why_not_axe() -> str | None:
    """Return why axe-core, which knows rules of accessibility, cannot be asked; None where it can."""
    return None if _axe().is_file() else f"not installed: npm install --prefix DIR axe-core@4, then {AXE}=DIR"


def axe() -> str:
    """Return the script that defines `axe`."""
    return _axe().read_text(encoding="utf-8") + "\n;0"


def _axe() -> Path:
    return Path(os.environ.get(AXE, "nowhere")) / "node_modules" / "axe-core" / "axe.min.js"


def _executable() -> str | None:
    return shutil.which(os.environ.get(VARIABLE, "chromium"))


class Browser:
    """One page of a running Chromium; `events` are all that it reported, in their order."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.events: list[dict[str, Any]] = []
        self._process = process
        self._rest = b""
        self._last = 0
        self._session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._last += 1
        number = self._last
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        answer = self._until(lambda one: one.get("id") == number)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str) -> None:
        """Load a page, to its end."""
        self.events.clear()
        self.ask("Page.navigate", url=url)
        if not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            self._until(lambda one: one.get("method") == "Page.loadEventFired")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, as JSON; the page's policy does not hold for it."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press and release a key, as a keyboard does."""
        given = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **given)

    def size(self, width: int, height: int = 800) -> None:
        """Give the page the width of a device, in CSS pixels."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str, media: str = "screen") -> None:
        """Ask the page for its dark or light colours, and for its look on another medium."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[feature])

    def picture(self) -> bytes:
        """Return the whole page as PNG."""
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return b64decode(answer["data"])

    def reported(self, *methods: str) -> list[dict[str, Any]]:
        """Return the parameters of the events of these methods, since the page was opened."""
        self.ask("Runtime.evaluate", expression="0")  # whatever was reported before has arrived now
        return [one["params"] for one in self.events if one.get("method") in methods]

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = monotonic() + _SECONDS
        while True:
            message = self._message(end)
            if wanted(message):
                return message
            self.events.append(message)

    def _message(self, end: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while b"\0" not in self._rest:
            ready, _, _ = select.select([descriptor], [], [], max(0, end - monotonic()))
            data = os.read(descriptor, 1 << 20) if ready else b""
            assert data, "the browser said nothing" if not ready else "the browser ended"
            self._rest += data
        text, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        return message


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run Chromium with a profile of its own; end it and its children afterwards."""
    executable = _executable()
    assert executable is not None
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = ["sh", "-c", _SHELL, executable, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        environ = {**os.environ, "HOME": profile}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, start_new_session=True
        ) as process:
            try:
                yield Browser(process)
            finally:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()  # a Chromium whose pipe is closed ends with all that it started
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
