"""The first day of somebody new who has no mouse: from the letter of invitation to a first answer in the forum."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.keys import press, reach, write
from tests.browser.test_care_by_keys import walk_to
from tests.browser.test_signing_in import newest_letter

COHORT = "/c/demo-cohort"
NEWCOMER = f"first-day-{uuid.uuid4().hex[:8]}@example.org"


def invited(enter: Enter) -> str:
    """The address in the letter of somebody invited just now."""
    coordinator = enter("coordinator", java_script_enabled=False)
    coordinator.goto(f"{COHORT}/people/invite/")
    coordinator.get_by_label("E-mail address").fill(NEWCOMER)
    coordinator.get_by_role("button", name="Send the invitation").click()
    link = re.search(r"/invitation/\S+", newest_letter(coordinator, NEWCOMER))
    assert link is not None
    return link[0]


def go(page: Page, word: str) -> None:
    """By the main navigation."""
    press(page, page.get_by_role("navigation", name="Main").get_by_role("link", name=word, exact=True))
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name=word, exact=True)).to_have_attribute("aria-current", "page")


def skip(page: Page) -> None:
    """To the page itself, past everything above it."""
    press(page, page.get_by_role("link", name="Skip to the page"))
    expect(page.locator("main")).to_be_focused()


def words(page: Page, text: str) -> None:
    """Into the textarea, or into the editor that comes when somebody begins to write."""
    page.wait_for_load_state("load")
    walk_to(page, page.get_by_role("main").get_by_role("textbox", name="Your words"))
    page.keyboard.type(text[:3])
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type(text[3:])
    expect(page.locator(".ProseMirror")).to_have_text(text)


def test_somebody_new_comes_in_signs_begins_writes_and_answers_by_keys(enter: Enter) -> None:
    address, page = invited(enter), enter()
    page.goto(address)
    write(page, page.get_by_label("Your name, as others will see it"), "Anu Õ")
    reach(page, page.get_by_label("Country you live in"))
    page.keyboard.type("Estonia")
    write(page, page.locator("input[name=password1]"), "a calm long password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good", timeout=20_000)  # a password is hashed slowly on purpose

    skip(page)
    press(page, page.get_by_role("link", name="Read and sign the agreement"))
    press(page, page.get_by_role("link", name="To where you sign"))
    write(page, page.get_by_label("Your name", exact=True), "Anu Õ")
    press(page, page.get_by_label("I have read this agreement, and I will keep it"), "Space")
    press(page, page.get_by_role("button", name="Sign version"))
    expect(page.get_by_text("as Anu Õ.")).to_be_visible()

    go(page, "Today")
    skip(page)
    press(page, page.get_by_role("link", name="Begin"))
    title = page.get_by_role("heading", level=1).inner_text()
    press(page, page.get_by_role("button", name="Mark as done"))
    expect(page.get_by_role("main")).to_contain_text("Done · marked by you")
    go(page, "Course")
    expect(page.get_by_role("listitem").filter(has_text=title).first).to_contain_text("Done")

    go(page, "Journal")
    skip(page)
    press(page, page.get_by_role("link", name="Write"))
    words(page, "Today I came in.")
    with page.expect_navigation():
        press(page, page.get_by_role("button", name="Keep", exact=True))
    go(page, "Journal")
    expect(page.get_by_role("main")).to_contain_text("Today I came in.")

    go(page, "Forum")
    skip(page)
    press(page, page.get_by_role("link", name="Begin a thread"))
    write(page, page.get_by_label("Title"), "Somebody new")
    words(page, "Good evening, I am new here.")
    with page.expect_navigation():
        press(page, page.get_by_role("button", name="Begin", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody new")
    expect(page.locator(".post")).to_contain_text("Good evening, I am new here.")
