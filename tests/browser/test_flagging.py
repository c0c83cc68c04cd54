"""Pointing words out without leaving the room: the dialog, by keyboard. In the demo's other cohort, so that no other walk meets it."""

import uuid

from playwright.sync_api import Page, expect

from tests.browser.conftest import Axe, Enter

COHORT = "/c/other-demo-cohort"
WORDS = f"These words will be pointed out, {uuid.uuid4().hex[:8]}"


def into_the_practice_room(page: Page) -> None:
    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="To the practice room").click()
    page.get_by_role("link", name="Join").click()
    expect(page.locator("[data-connection]")).to_contain_text("Connected")


def test_words_are_pointed_out_in_a_dialog_by_keyboard(enter: Enter, axe_both: Axe) -> None:
    says, points = enter("coordinator"), enter("outsider")
    into_the_practice_room(says)
    into_the_practice_room(points)
    says.locator("textarea[name=text]").fill(WORDS)
    says.get_by_role("button", name="Say it").click()
    message = points.locator(".said[data-seq]", has_text=WORDS)
    opens = message.locator("[data-flag-of]")
    dialog = points.get_by_role("dialog", name="Point these words out")
    reason = dialog.get_by_label("What is the matter with it?")
    expect(says.locator(".said", has_text=WORDS).locator("[data-flag-of]")).to_have_count(0)  # nobody points out their own

    opens.focus()
    points.keyboard.press("Enter")
    expect(reason).to_be_focused()
    assert axe_both(points) == []
    points.keyboard.type("It names somebody")
    points.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opens).to_be_focused()
    points.keyboard.press("Enter")
    expect(reason).to_have_value("It names somebody")  # left and come back to, nothing is lost
    points.keyboard.press("Tab")
    points.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(points.locator("[data-keep-said]")).to_contain_text("facilitate")
    expect(says.locator("[data-log]")).not_to_contain_text("It names somebody")
    says.goto("/notifications/")
    says.locator("main a", has_text="pointed out").first.click()
    expect(says.locator("main")).to_contain_text("Somebody who was there asked to have these words of yours looked at")
    expect(says.locator("main")).not_to_contain_text("It names somebody")
