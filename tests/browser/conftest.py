"""A site of its own, started as `make run` starts it, and people who walk it in the system's Chromium."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from lms.run.health import is_well
from tests.runner import servers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PASSWORD = "open-dialogue"
READY_WITHIN = 120.0

PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


def surroundings(var: Path, port: int) -> dict[str, str]:
    """What a site of our own is told."""
    others = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL"}
    inherited = {name: value for name, value in os.environ.items() if name not in others}
    return inherited | {"PORT": str(port), "LMS_VAR": str(var)}


def prepared(factory: pytest.TempPathFactory) -> Path:
    """A folder with the course and the demo, to be copied. Made once for all processes of this run: whoever comes second waits."""
    ours = factory.getbasetemp()
    place = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    with (place / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "prepared").exists():
            half = place / "half-prepared"
            command = [sys.executable, "-m", "lms.run.prepare"]
            subprocess.run(command, cwd=ROOT, env=surroundings(half, servers.free_port()), stdin=subprocess.DEVNULL, check=True)
            half.rename(place / "prepared")
    return place / "prepared"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site with the course and the demo cohort, in a folder and on a port of its own.

    SITE=http://localhost:8000 walks one that runs already, for those who write these tests.
    """
    if running := os.environ.get("SITE"):
        yield running
        return
    port, var = servers.free_port(), tmp_path_factory.mktemp("site")
    shutil.copytree(prepared(tmp_path_factory), var / "var")
    log = (var / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "lms.run"],
        cwd=ROOT, env=surroundings(var / "var", port), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        until = time.monotonic() + READY_WITHIN
        while not is_well("/readyz", port, f"localhost:{port}"):
            assert process.poll() is None, (var / "log").read_text()
            assert time.monotonic() < until, (var / "log").read_text()
            time.sleep(0.2)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        log.close()


# What Playwright switches off, which our own list takes the place of, and the list below the address bar: each context would start
# two processes for it.
OFF = "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,"
OFF += "MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
OFF += "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,WebUIOmniboxPopup,WebUIOmniboxAimPopup"


def flags() -> list[str]:
    """As root Chromium can not have its own sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without windows where it has such a one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.windowless(), args=[*flags(), f"--disable-features={OFF}"])
        yield browser
        browser.close()


class Watch:
    """What a page complained about: errors, blocked scripts and styles, requests to other hosts. A test that ends with any is red."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A complaint that belongs to the test, as a regular expression; name as little as will do."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [words for words in self.complaints if not any(re.search(pattern, words) for pattern in self.expected)]

    def follow(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site, self.site.replace("http", "ws", 1), "data:", "blob:", "about:")):
            self.complaints.append(f"asked another host: {url}")


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Follows every page of the test, and fails it for what they complained about unexpectedly."""
    watch = Watch(site)
    yield watch
    assert watch.unexpected() == []


@pytest.fixture(scope="session")
def signed_in_states() -> dict[str, Any]:
    """Cookies of people who signed in once already in this run."""
    return {}


Enter = Callable[..., Page]


@pytest.fixture
def enter(site: str, chromium: Browser, watch: Watch, signed_in_states: dict[str, Any]) -> Iterator[Enter]:
    """Opens a browser of their own for somebody: enter("trainee") or enter() for a stranger; keywords go to the browser context.

    Two calls are two people at once. `java_script_enabled=False`, `color_scheme="dark"`, `viewport=PHONE` say how they come.
    """
    contexts: list[BrowserContext] = []

    def enter(name: str | None = None, **options: Any) -> Page:
        state = signed_in_states.get(name) if name else None
        if name and state is None:
            state = signed_in_states[name] = sign_in(chromium, site, name)
        context = chromium.new_context(base_url=site, storage_state=state, **{"viewport": DESK, "reduced_motion": "reduce", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield enter
    for context in contexts:
        context.close()


def sign_in(chromium: Browser, site: str, name: str) -> Any:
    """Signs somebody of the demo in by the form, as a person would; returns what their browser remembers."""
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    page.goto("/accounts/login/")
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=login]").fill(f"{name}@example.org")
    form.locator("input[name=password]").fill(PASSWORD)
    form.locator("button[type=submit], button:not([type])").first.click()
    page.wait_for_url(f"{site}/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (HERE / "axe.min.js").read_text()


Axe = Callable[..., list[str]]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules whose answer depends on light or dark


@pytest.fixture
def axe(axe_source: str) -> Axe:
    """What axe-core finds on a page as it stands: "rule: the elements". An empty list is a clean page. `rules`: only these."""

    def axe(page: Page, rules: list[str] | None = None) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe_source)  # the debugger puts it in; the page's own policy would refuse it
        only = {"type": "rule", "values": rules} if rules else WCAG
        found = page.evaluate("only => axe.run(document, { runOnly: only, resultTypes: ['violations'] })", only)
        return [f"{rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'])}" for rule in found["violations"]]

    return axe


@pytest.fixture
def axe_both(axe: Axe) -> Axe:
    """The same of a page as it stands in light, and then of its colours in dark."""

    def axe_both(page: Page) -> list[str]:
        page.emulate_media(color_scheme="light")
        found = axe(page)
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {one}" for one in axe(page, OF_COLOURS)]
        page.emulate_media(color_scheme="light")
        return found

    return axe_both
