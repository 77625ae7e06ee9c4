"""A headless Chromium under test control, through its debugging pipe: no driver, no port, no package beside it."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]


def find_browser():
    """Return the path of a Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One page of the browser, with everything that it logged and requested."""

    def __init__(self, to_browser, from_browser):
        self._out, self._in = to_browser, from_browser
        self._buffer, self._number, self._session = b"", 0, None
        self.messages, self.requests = [], []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, path, *, width=1280, height=900, dark=False):
        """Load a file at a width and wait until it is there."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", features=scheme)
        self.messages.clear()
        self.requests.clear()
        self._call("Page.navigate", url=Path(path).as_uri())
        self.wait_for("document.readyState === 'complete'")

    def run(self, script):
        """Evaluate an expression in the page and return its value."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def wait_for(self, condition, seconds=20):
        """Wait until an expression is true in the page."""
        end = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.02)

    def press(self, key):
        """Press and release a key."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Tab": 9}.get(key) or (ord(key.upper()) if key.isalnum() else 0)
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, text=text)

    def screenshot(self, path, *, selector=None, full=False):
        """Write a PNG of the window, of an element, or of the whole page."""
        clip = {}
        if selector or full:
            element = f"document.querySelector({json.dumps(selector or 'html')})"
            box = self.run(
                f"(b => [b.x + scrollX, b.y + scrollY, b.width, b.height])({element}.getBoundingClientRect())"
            )
            clip = {"clip": dict(zip(("x", "y", "width", "height"), box, strict=True), scale=1)}
        data = self._call("Page.captureScreenshot", captureBeyondViewport=bool(clip), **clip)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def print(self, path):
        """Print to PDF on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": False, "printBackground": True}
        Path(path).write_bytes(base64.b64decode(self._call("Page.printToPDF", **paper)["data"]))

    def _call(self, method, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        self._out.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _read(self):
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], 60)[0]:
                raise TimeoutError("the browser said nothing for a minute")
            chunk = os.read(self._in.fileno(), 1 << 16)
            if not chunk:
                raise RuntimeError("the browser is gone")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, event):
        params = event.get("params", {})
        if event["method"] == "Runtime.consoleAPICalled":
            self.messages.append((params["type"], [argument.get("value") for argument in params["args"]]))
        elif event["method"] == "Runtime.exceptionThrown":
            self.messages.append(("exception", params["exceptionDetails"]["text"]))
        elif event["method"] == "Log.entryAdded":
            self.messages.append((params["entry"]["level"], params["entry"]["text"]))
        elif event["method"] == "Network.requestWillBeSent":
            # what the page carries inside it is no request
            url = params["request"]["url"]
            self.requests += [] if url.startswith("data:") else [url]


@contextmanager
def browser_page(folder):
    """Yield a page of a fresh browser whose profile lives in the folder."""
    # the browser talks on descriptors 3 and 4; the shell puts the pipes there
    command = ["sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null', find_browser(), *FLAGS]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={folder}/profile", "about:blank"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Page(process.stdin, process.stdout)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
