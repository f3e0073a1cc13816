"""A headless Chromium, driven over its debugging pipe: no port, no driver program, nothing but the browser itself.

    with Browser(directory) as browser:
        tab = browser.open("file:///...", width=1200, height=800)
        tab.evaluate("document.title")

Source: the Chrome DevTools Protocol; with --remote-debugging-pipe the browser reads messages from file descriptor 3 and
writes them to 4, each ended by a zero byte.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import zlib

WATCHDOG_SECONDS = 600  # against a browser that hangs; nothing is measured by it


class BrowserError(Exception):
    pass


class Browser:
    def __init__(self, directory, program=None):
        self.program = program or shutil.which("chromium")
        if not self.program:
            raise BrowserError("there is no program chromium; run tools/setup")
        self.directory = directory
        self.buffer = b""
        self.last = 0
        self.tabs = {}
        self.answers = {}

    def __enter__(self):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def in_child():
            # high numbers first: 3 and 4 may be what a pipe got
            high_in, high_out = os.dup2(to_browser, 100), os.dup2(from_browser, 101)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        # What it leaves when it is killed. It keeps a socket there, whose name has to be short.
        self.temporary = tempfile.mkdtemp(prefix="page.", dir="/tmp")
        self.log = open(os.path.join(self.directory, "chromium.log"), "wb")
        self.process = subprocess.Popen(
            [
                self.program,
                "--headless",
                "--remote-debugging-pipe",
                "--no-sandbox",  # the tests may run as root, where it cannot
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                "--user-data-dir=" + os.path.join(self.directory, "profile"),
                "about:blank",
            ],
            preexec_fn=in_child,
            close_fds=False,
            pass_fds=(),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            env={**os.environ, "HOME": self.directory, "TMPDIR": self.temporary},
        )
        os.close(to_browser)
        os.close(from_browser)
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.output)
        os.close(self.input)
        self.log.close()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def send(self, method, session=None, **parameters):
        """Sends a command and returns its result."""
        self.last += 1
        number = self.last
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data) :]
        end = time.monotonic() + WATCHDOG_SECONDS
        while number not in self.answers:
            self.read(end, method)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise BrowserError("%s: %s" % (method, answer["error"]))
        return answer["result"]

    def read(self, end, waiting_for):
        if not select.select([self.input], [], [], max(0, end - time.monotonic()))[0]:
            raise BrowserError("chromium does not answer %s" % waiting_for)
        data = os.read(self.input, 1 << 20)
        if not data:
            self.log.flush()
            with open(self.log.name, errors="replace") as log:
                raise BrowserError("chromium ended:\n" + log.read()[-2000:])
        *messages, self.buffer = (self.buffer + data).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            elif message.get("sessionId") in self.tabs:
                self.tabs[message["sessionId"]].note(message["method"], message["params"])

    def open(self, url, width=1200, height=800):
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = self.tabs[session] = Tab(self, session, target)
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            tab.send(domain + ".enable")
        tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        tab.send("Emulation.setFocusEmulationEnabled", enabled=True)
        tab.go(url)
        return tab


class Tab:
    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        self.complaints = []  # errors on the console, exceptions, violations of the security policy
        self.requests = []  # addresses that the page asked for
        self.loads = 0

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def note(self, method, parameters):
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"])[:2000])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(parameters["args"])[:2000])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(json.dumps(parameters["entry"])[:2000])
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loads += 1

    def go(self, url):
        """Opens an address anew, as a reader who has nothing of the page yet."""
        for address in ("about:blank", url):
            loads, end = self.loads, time.monotonic() + WATCHDOG_SECONDS
            self.send("Page.navigate", url=address)
            while self.loads == loads:
                self.browser.read(end, "the page")
        self.settle()

    def settle(self):
        """Waits until what was asked for is on the screen."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError("%s: %s" % (expression, json.dumps(answer["exceptionDetails"])[:1000]))
        return answer["result"].get("value")

    KEYS = {
        "Enter": ("Enter", 13, "\r"),
        " ": ("Space", 32, " "),
        "Escape": ("Escape", 27, None),
        "Tab": ("Tab", 9, None),
        "ArrowLeft": ("ArrowLeft", 37, None),
        "ArrowUp": ("ArrowUp", 38, None),
        "ArrowRight": ("ArrowRight", 39, None),
        "ArrowDown": ("ArrowDown", 40, None),
    }

    def press(self, key, shift=False):
        code, number, text = self.KEYS.get(
            key, ("Key" + key.upper() if key.isalpha() else "", ord(key.upper()[0]), key)
        )
        common = dict(key=key, code=code, windowsVirtualKeyCode=number, modifiers=8 if shift else 0)
        self.send(
            "Input.dispatchKeyEvent",
            type="keyDown" if text else "rawKeyDown",
            **({"text": text} if text else {}),
            **common
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)
        self.settle()

    def type(self, text):
        for character in text:
            self.press(character)

    def click(self, x, y, count=1):
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)
        self.settle()

    def click_on(self, selector):
        place = self.evaluate(
            "(() => { const e = document.querySelector(%s); if (!e) return null;"
            "if (!(e instanceof SVGElement)) e.scrollIntoView({block: 'nearest'});"
            "const r = e.getBoundingClientRect(); return [r.x + Math.min(r.width / 2, 30), r.y + Math.min(r.height / 2, 12)]; })()"
            % json.dumps(selector)
        )
        if not place:
            raise BrowserError("nothing on the page is " + selector)
        self.click(*place)

    def scheme(self, name):
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])
        self.settle()

    def screenshot(self, scale=1.0, width=1200, height=800):
        """The window as PNG."""
        clip = dict(x=0, y=0, width=width, height=height, scale=scale)
        return base64.b64decode(self.send("Page.captureScreenshot", format="png", clip=clip)["data"])


def png_pixels(png):
    """The rows of an 8-bit RGB or RGBA PNG, each a bytearray, and the bytes of a pixel. Source: PNG 1.2, section 6."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width, bytes_each = 8, b"", 0, 0
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width = int.from_bytes(body[:4], "big")
            assert body[8] == 8 and body[9] in (2, 6) and body[12] == 0
            bytes_each = 3 if body[9] == 2 else 4
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    data = zlib.decompress(data)
    rows, before, stride = [], bytearray(width * bytes_each), width * bytes_each
    for start in range(0, len(data), stride + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for i in range(stride if kind else 0):
            left = row[i - bytes_each] if i >= bytes_each else 0
            up = before[i]
            corner = before[i - bytes_each] if i >= bytes_each else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            else:
                guess = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
            row[i] = (row[i] + guess) & 255
        rows.append(row)
        before = row
    return rows, bytes_each
