"""The live room on a phone and with more words than a message holds."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter

COHORT = "/c/demo-cohort"


def enter_the_practice_room(page: Page) -> None:
    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="To the practice room").click()
    page.get_by_role("link", name="Join").click()
    expect(page.locator("[data-connection]")).to_have_text("Connected")


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Where an element begins and ends, in pixels from the top of the window."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def test_a_message_too_long_stays_in_the_composer_with_the_limit_named(enter: Enter) -> None:
    page = enter("trainee", viewport=PHONE)
    enter_the_practice_room(page)
    words, note = page.locator("textarea[name=text]"), page.locator("[data-note]")

    words.fill("x" * 4001)
    page.get_by_role("button", name="Say it").click()

    expect(note).to_have_text(re.compile("4,000 characters"))
    expect(words).to_have_value("x" * 4001)
    assert page.locator(".unsent").count() == 0
    assert edges(page, "[data-say] .composer-foot .button")[1] <= edges(page, ".bar-nav")[0]  # it does not slip under the bar

    words.fill("Short enough, counted as people count: 🌲")
    expect(note).to_be_empty()
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("[data-log]")).to_contain_text("Short enough, counted as people count: 🌲")


def test_what_is_said_about_the_connection_is_never_covered(enter: Enter) -> None:
    page = enter("trainee", viewport={"width": 320, "height": 640})
    enter_the_practice_room(page)
    page.evaluate("document.querySelector('[data-connection]').className = 'connection lost'")
    page.evaluate("document.querySelector('[data-connection]').textContent = 'A sentence about the connection. '.repeat(6)")

    assert edges(page, "[data-connection]")[1] <= edges(page, "[data-say]")[0]
