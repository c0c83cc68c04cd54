"""S28 and R9 with a profile on the disk: what a shared computer still knows, and what a killed browser brings back."""

import base64
import contextlib
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, expect

from lms.run.health import is_well
from tests.browser.conftest import PASSWORD, READY_WITHIN, Watch, flags
from tests.runner import servers

NEW = "/journal/new/"
DAY = 24 * 3600.0  # seconds
ON_THE_SERVER = re.compile(r"Kept \d\d:\d\d on this device and on the server")


class OwnBrowser:
    """A Chromium on a profile that stays, with nothing switched off, to be ended as a person or as a power cut ends it."""

    def __init__(self, driver: BrowserType, profile: Path, site: str, watch: Watch) -> None:
        self.site, self.watch = site, watch
        told = profile / "DevToolsActivePort"  # the port it chose stands in its first line
        told.unlink(missing_ok=True)
        arguments = ["--headless=new", f"--user-data-dir={profile}", "--remote-debugging-port=0", "--no-first-run", *flags()]
        self.process = subprocess.Popen(
            [servers.chromium(), *arguments, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        servers.wait_until(lambda: told.exists() and "\n" in told.read_text(), "Chromium", self.process)
        self.browser: Browser = driver.connect_over_cdp(f"http://127.0.0.1:{told.read_text().splitlines()[0]}")

    def page(self) -> Page:
        page = self.browser.contexts[0].new_page()
        page.set_default_timeout(20_000)
        self.watch.follow(page)
        return page

    def sign_in(self, page: Page, then: str) -> None:
        """Goes there, by way of signing in for this session of the browser only."""
        page.goto(self.site + then)
        page.locator("input[name=login]").fill("trainee2@example.org")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(self.site + then)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def end(self) -> None:
        """As when its window is closed: it writes down what it wants to remember."""
        with contextlib.suppress(Error):  # it may be gone before it answers
            self.browser.new_browser_cdp_session().send("Browser.close")
        self.process.wait(60)


Start = Callable[[], OwnBrowser]


@pytest.fixture
def canary() -> str:
    """A word of this test alone, so that it is not found in what an earlier one wrote."""
    return f"Kanarienvogel-{secrets.token_hex(6)}"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def start(chromium: Browser, profile: Path, site: str, watch: Watch) -> Iterator[Start]:
    """start() opens a browser, on the same profile each time."""
    profile.mkdir()
    opened: list[OwnBrowser] = []

    def start() -> OwnBrowser:
        opened.append(OwnBrowser(chromium.browser_type, profile, site, watch))
        return opened[-1]

    yield start
    for browser in opened:
        if browser.process.poll() is None:
            browser.kill()


def kill_server(site: str) -> None:
    """Ends the site's web process as a power cut does, and waits until what runs the site has started it again."""
    port = urlsplit(site).port or 80
    running = subprocess.run(["ps", "-A", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    [pid] = [int(line.split()[0]) for line in running.splitlines() if line.endswith(f"run_web --port {port}")]
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + READY_WITHIN
    while not is_well("/readyz", port, f"localhost:{port}"):
        assert time.monotonic() < until
        time.sleep(0.2)


def begin(page: Page) -> None:
    """Puts the caret into the page of paper and waits for the editor."""
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()


def status(page: Page):
    return page.locator("[data-save-status]")


def files_with(profile: Path, words: str) -> list[str]:
    """Files that hold the words as they are, in UTF-16, or in base64 at any of its three beats."""
    beats = [base64.b64encode(b"x" * shift + words.encode())[4:-4] for shift in range(3)]
    written = [words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be"), *beats]
    contents = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    return [str(path.relative_to(profile)) for path, content in contents.items() if any(form in content for form in written)]


def test_a_shared_computer_shows_nothing_after_signing_out(start: Start, profile: Path, canary: str) -> None:
    browser = start()
    page = browser.page()
    browser.sign_in(page, NEW)
    page.locator("input[name=title]").fill(f"{canary} as a title")
    begin(page)
    page.keyboard.type(f"{canary} in a sentence.")
    expect(status(page)).to_have_text(ON_THE_SERVER)
    entry = page.url
    page.goto(f"{browser.site}/journal/")
    page.get_by_role("link", name=canary).click()
    page.wait_for_url(entry)
    page.wait_for_load_state()
    page.locator("summary.menu-face").click()
    with page.expect_response("**/accounts/logout/") as signed_out:
        page.locator("form[data-sign-out] button").click()
    page.wait_for_url("**/accounts/login/**")

    assert signed_out.value.header_value("clear-site-data") == '"cache", "storage"'
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    for _ in range(3):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert canary not in page.content()
    browser.end()
    assert files_with(profile, canary) == []


def test_a_browser_killed_offline_brings_the_words_back_the_next_day_once(start: Start, profile: Path, canary: str, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load")
    known = start()  # a device that was used before: Chromium writes a new cookie down only half a minute later, or at its end
    page = known.page()
    with page.expect_response("**/draft-key/"):
        known.sign_in(page, NEW)
    known.end()
    browser = start()
    page = browser.page()
    browser.sign_in(page, NEW)
    begin(page)
    page.context.set_offline(True)
    page.keyboard.type(f"{canary} in the tunnel.")
    expect(status(page)).to_contain_text("Not connected. Your words are kept on this device")
    browser.kill()
    kill_server(browser.site)
    assert files_with(profile, canary) == []

    later = start()
    here, there = later.page(), later.page()
    for tab in (here, there):
        tab.clock.set_fixed_time(time.time() + DAY)
        tab.goto(later.site + NEW)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in")
    later.sign_in(here, NEW)
    expect(here.get_by_role("textbox", name="Your words")).to_have_text(f"{canary} in the tunnel.")
    there.goto(later.site + NEW)
    expect(status(here)).to_have_text(ON_THE_SERVER)
    expect(there.locator("textarea[name=body]")).to_have_value("")
    there.goto(f"{later.site}/journal/")

    expect(there.get_by_text(f"{canary} in the tunnel.")).to_have_count(1)
    here.reload()
    expect(here.locator("textarea[name=body]")).to_have_value(f"{canary} in the tunnel.")
    expect(status(here)).to_have_text("")
