"""Writing in the journal: nothing that was typed is lost, whatever happens to the page, the line or the sign-in."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.conftest import DESK, PASSWORD, PHONE, Axe, Enter, Watch, sign_in

NEW = "/journal/new/"
EDITOR = "**/vendor/prose-editor-*/editor*.js"
KEPT_HERE = re.compile(r"Kept \d\d:\d\d on this device$")
KEPT_THERE = re.compile(r"Kept \d\d:\d\d on this device and on the server")


def status(page: Page):
    return page.locator("[data-save-status]")


def editor(page: Page):
    return page.get_by_role("textbox", name="Your words")


def begin(page: Page, words: str = "") -> None:
    """Puts the caret into the page of paper and waits for the editor."""
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    if words:
        page.keyboard.type(words)


def test_words_typed_before_the_page_dies_are_there_again(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "I held back that I was frightened.")
    expect(status(page)).to_have_text(KEPT_HERE)
    context = page.context
    page.close()  # before the two quiet seconds are over
    again = context.new_page()
    again.goto(NEW)

    expect(editor(again)).to_have_text("I held back that I was frightened.")


def test_words_survive_a_killed_page_while_the_server_is_away(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_FAILED|Failed to load")
    page = enter("trainee")
    page.goto(NEW)
    page.context.route("**/journal/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    begin(page, "Two windows, and both of them open.")
    expect(status(page)).to_contain_text("Not connected. Your words are kept on this device")
    page.close()
    page.context.unroute_all()
    again = page.context.new_page()
    again.goto(NEW)

    expect(editor(again)).to_have_text("Two windows, and both of them open.")
    expect(status(again)).to_have_text(KEPT_THERE)
    assert re.fullmatch(r"/journal/[0-9a-f-]{36}/", urlsplit(again.url).path)


def test_words_go_to_the_server_by_themselves_once(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "Something small.")
    expect(status(page)).to_have_text(KEPT_THERE)
    address = page.url
    page.keyboard.type(" And more.")
    expect(status(page)).to_have_text(KEPT_HERE)
    expect(status(page)).to_have_text(KEPT_THERE)
    page.goto("/journal/")

    assert page.locator(f"a[href='{urlsplit(address).path}']").count() == 1
    page.goto(address)
    expect(page.locator("textarea[name=body]")).to_have_value("Something small. And more.")


def test_words_written_offline_arrive_when_the_line_is_back(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "Before.")
    expect(status(page)).to_have_text(KEPT_THERE)
    page.context.set_offline(True)
    page.keyboard.type(" In the tunnel.")
    expect(status(page)).to_contain_text("Not connected.")
    page.context.set_offline(False)

    expect(status(page)).to_have_text(KEPT_THERE)
    page.reload()
    expect(page.locator("textarea[name=body]")).to_have_value("Before. In the tunnel.")


def test_words_wait_for_a_new_sign_in_and_then_go_on_by_themselves(enter: Enter, watch: Watch) -> None:
    watch.expect("403|Failed to load resource")
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "Before.")
    expect(status(page)).to_have_text(KEPT_THERE)
    page.context.clear_cookies(name=re.compile("session"))
    page.keyboard.type(" After the sign-in ran out.")
    expect(status(page)).to_contain_text("You are signed out. Your words are kept on this device.")
    with page.context.expect_page() as opened:
        status(page).get_by_role("link", name="Sign in again in a new tab").click()
    there = opened.value
    there.locator("input[name=login]").fill("trainee@example.org")
    there.locator("input[name=password]").fill(PASSWORD)
    there.locator("input[name=password]").press("Enter")
    there.wait_for_url(lambda url: "/accounts/" not in url)

    expect(status(page)).to_have_text(KEPT_THERE, timeout=20_000)
    page.reload()
    expect(page.locator("textarea[name=body]")).to_have_value("Before. After the sign-in ran out.")


def test_two_windows_keep_both_texts(enter: Enter, watch: Watch) -> None:
    watch.expect("409")
    here = enter("trainee")
    here.goto(NEW)
    begin(here, "First.")
    expect(status(here)).to_have_text(KEPT_THERE)
    there = here.context.new_page()
    there.goto(here.url)
    begin(there, " From there.")
    expect(status(there)).to_have_text(KEPT_THERE)
    here.bring_to_front()
    begin_again = here.locator(".ProseMirror")
    begin_again.press_sequentially(" From here.")
    expect(status(here)).to_contain_text("Written in two places. Nothing is lost.")
    status(here).get_by_role("button", name="Show both").click()

    expect(here.get_by_role("heading", level=1)).to_have_text("Written in two places")
    expect(here.locator(".sheet .prose").first).to_contain_text("From there.")
    expect(here.locator(".ProseMirror")).to_contain_text("From here.")
    here.get_by_role("button", name="Keep both").click()
    expect(here.locator("main")).to_contain_text("From there.")
    expect(here.locator("textarea[name=body]")).to_have_value(re.compile("From there[^$]*From here", re.DOTALL))
    here.wait_for_timeout(500)
    here.reload()  # the draft of the settled conflict does not come back
    expect(status(here)).to_have_text("")


def test_the_toolbar_works_by_keyboard_alone(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "one two")
    toolbar = page.get_by_role("toolbar", name="How the words look")
    tools = toolbar.get_by_role("button")
    assert [tool.get_attribute("tabindex") for tool in tools.all()].count("0") == 1
    assert min(min(tool.bounding_box()["width"], tool.bounding_box()["height"]) for tool in tools.all()) >= 44
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Shift+Tab")
    expect(tools.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(toolbar.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    expect(toolbar.get_by_role("button", name="Redo")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="Bold")).to_be_focused()

    expect(page.locator(".ProseMirror")).to_have_js_property("innerHTML", "<p>one <strong>two</strong></p>")


def test_a_link_is_made_in_the_page_and_only_of_an_address(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    begin(page, "see there")
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+k")
    address = page.get_by_label("Web or mail address")
    expect(address).to_be_focused()
    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="An address begins with")).to_be_visible()
    address.fill("example.org/page")
    page.keyboard.press("Enter")

    link = page.locator(".ProseMirror a")
    expect(link).to_have_text("there")
    expect(link).to_have_attribute("href", "https://example.org/page")
    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(status(page)).to_have_text(KEPT_THERE)


def test_what_is_typed_while_the_editor_loads_is_kept_as_it_is(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    waiting: list = []
    page.route(EDITOR, lambda route: waiting.append(route))
    with page.expect_request(EDITOR):
        page.locator("textarea[name=body]").focus()
    page.keyboard.type("x<y & <b>z</b>")
    waiting[0].continue_()

    expect(page.locator(".ProseMirror")).to_have_text("x<y & <b>z</b>")
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("!")
    expect(page.locator(".ProseMirror")).to_have_text("x<y & <b>z</b>!")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [("A word ", "<p>A word here</p>"), ("A line\n", "<p>A line</p><p>here</p>"), ("Two  \nlines", "<p>Two  <br>lineshere</p>")],
    ids=["a space", "a new line", "in the middle"],
)
def test_the_space_or_line_typed_last_while_the_editor_loads_is_kept(enter: Enter, typed: str, stands: str) -> None:
    page = enter("trainee")
    page.goto(NEW)
    waiting: list = []
    page.route(EDITOR, lambda route: waiting.append(route))
    with page.expect_request(EDITOR):
        page.locator("textarea[name=body]").focus()
    page.keyboard.type(typed)
    waiting[0].continue_()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("here")

    expect(page.locator("textarea[name=body]")).to_have_value(stands)


def test_without_the_editor_the_textarea_stays_and_is_kept(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    page = enter("trainee")
    page.route(EDITOR, lambda route: route.abort())
    page.goto(NEW)
    page.locator("textarea[name=body]").press_sequentially("plain <words>")

    assert page.locator(".ProseMirror").count() == 0
    expect(status(page)).to_have_text(KEPT_THERE)
    page.reload()
    expect(page.locator("textarea[name=body]")).to_have_value("plain <words>")


def test_an_entry_with_emphasis_is_read_first_and_changed_in_the_editor(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    begin(page)
    page.keyboard.press("Control+b")
    page.keyboard.type("strong")
    expect(status(page)).to_have_text(KEPT_THERE)
    page.reload()
    expect(page.locator("textarea[name=body]")).to_be_hidden()
    expect(page.locator("[data-read-only] strong")).to_have_text("strong")
    page.get_by_role("button", name="Change these words").click()

    expect(page.locator(".ProseMirror")).to_have_js_property("innerHTML", "<p><strong>strong</strong></p>")
    page.wait_for_timeout(2500)
    expect(status(page)).to_have_text("")  # opening it changes nothing
    page.keyboard.type("er")
    expect(status(page)).to_have_text(KEPT_THERE)


def test_the_journal_works_without_javascript(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=False)
    page.goto(NEW)
    page.locator("input[name=title]").fill("By hand")
    page.locator("textarea[name=body]").fill("one\n\ntwo")
    page.get_by_role("button", name="Keep").click()

    expect(page.locator("textarea[name=body]")).to_have_value("one\n\ntwo")
    expect(page.locator(".messages")).to_contain_text("Kept on the server.")


def test_drafts_on_the_device_hold_no_readable_words(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    page.context.route("**/journal/**", lambda route: route.continue_() if route.request.method == "GET" else None)
    begin(page, "Kanarienvogel")
    expect(status(page)).to_have_text(KEPT_HERE)

    stored = page.evaluate(
        """async () => {
            const db = await new Promise((done) => { const r = indexedDB.open("words"); r.onsuccess = () => done(r.result) });
            const drafts = db.transaction("drafts").objectStore("drafts");
            const rows = await new Promise((done) => { const r = drafts.getAll(); r.onsuccess = () => done(r.result) });
            const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));
            const shown = (value) => (value.byteLength === undefined ? value : text(value.buffer ?? value));
            return rows.map((row) => Object.entries(row).map(([name, value]) => name + shown(value)).join());
        }"""
    )
    assert len(stored) >= 1
    for canary in ("Kanarienvogel", "K\x00a\x00n\x00a", "S2FuYXJpZW52b2dlb", "journal/new"):
        assert [row for row in stored if canary in row] == []
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])") == "[{},{}]"


def test_signing_out_sends_the_words_first(enter: Enter, chromium: Browser, site: str) -> None:
    page = chromium.new_context(base_url=site, storage_state=sign_in(chromium, site, "trainee")).new_page()
    page.goto(NEW)
    begin(page, "Just before leaving.")
    sign_out(page)
    page.wait_for_url("**/accounts/login/**")
    page.context.close()

    again = enter("trainee")
    again.goto("/journal/")
    expect(again.locator(".list-title").first).to_contain_text("Just before leaving.")


def test_signing_out_asks_if_words_would_be_lost(chromium: Browser, site: str) -> None:
    page = chromium.new_context(base_url=site, storage_state=sign_in(chromium, site, "trainee")).new_page()
    page.goto(NEW)
    page.context.route("**/journal/**", lambda route: route.abort())
    begin(page, "Nowhere else.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    sign_out(page)
    page.wait_for_timeout(1000)

    assert [words[:45] for words in asked] == ["Some of your words are only on this device. I"]
    expect(editor(page)).to_have_text("Nowhere else.")
    page.context.close()


def sign_out(page: Page) -> None:
    page.locator("summary.menu-face").click()
    page.locator("form[data-sign-out] button").click()


@pytest.mark.parametrize("viewport", [PHONE, DESK, {"width": 320, "height": 640}], ids=["phone", "desk", "narrow"])
def test_the_journals_pages_are_clean(enter: Enter, axe_both: Axe, viewport) -> None:
    page = enter("trainee", viewport=viewport)
    found = {}
    for name, target in [("list", "/journal/"), ("new", NEW)]:
        page.goto(target)
        found[name] = axe_both(page)
    begin(page, "words")
    page.keyboard.press("Control+k")
    found["editor"] = axe_both(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert found == {"list": [], "new": [], "editor": []}
    assert wide == 0
