"""What stands around a room: a lobby that tries things out, and questions beside a talk."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Axe, Enter

COHORT = "/c/demo-cohort"
TALK = "Opening: what a pause makes room for"


def to_the_talk(page: Page, title: str) -> None:
    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="Demo day of talks").click()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_a_lobby_tries_the_line_and_a_question_is_taken_up_and_brought_in(enter: Enter) -> None:
    trainer, asks, adds = enter("trainer"), enter("trainee"), enter("trainee2", viewport=PHONE)
    to_the_talk(trainer, TALK)
    trainer.get_by_role("button", name=re.compile("Open the room")).click()
    expect(trainer.locator("[data-connection]")).to_have_text("Connected")

    to_the_talk(asks, TALK)
    asks.get_by_role("button", name="Try the line").click()
    expect(asks.locator("[data-says=line]")).to_contain_text("The line opens.")
    asks.get_by_role("button", name="Ring the bell softly").click()
    expect(asks.locator("[data-says=bell]")).not_to_be_empty()
    asks.get_by_role("button", name="Join").click()
    asks.locator("summary", has_text="Questions beside the talk").click()
    asks.get_by_label("Your question").fill("How long is a pause that helps?")
    asks.get_by_role("button", name="Put it beside the talk").click()
    expect(asks.locator("[data-questions-here] .question")).to_contain_text("How long is a pause that helps?")
    expect(asks.locator("[data-connection]")).to_have_text("Connected")  # nobody left the room for it

    to_the_talk(adds, TALK)
    adds.get_by_role("button", name="Join").click()
    adds.get_by_role("button", name="More", exact=True).click()
    adds.locator("summary", has_text="Questions beside the talk").click()
    adds.locator("summary", has_text="Take it up").click()
    adds.get_by_label("Your sentence").fill("In my team ten seconds feel long.")
    adds.get_by_role("button", name="Add it").click()
    expect(adds.locator(".question .well")).to_contain_text("In my team ten seconds feel long.")

    expect(asks.locator(".question .well")).to_contain_text("In my team ten seconds feel long.")  # by itself
    expect(trainer.locator("summary [data-questions-news]")).to_be_visible()

    trainer.locator("summary", has_text="Questions beside the talk").click()
    trainer.get_by_role("button", name="Bring it in").click()
    expect(trainer.locator("[data-questions-here]")).to_contain_text("No question is waiting.")
    expect(asks.locator("[data-questions-here]")).to_contain_text("No question is waiting.")
    for page in (trainer, asks, adds):
        said = page.locator("[data-log] .said", has_text="How long is a pause that helps?")
        expect(said).to_contain_text("A question, brought in by Trainer A")
        expect(page.locator("[data-log]")).to_contain_text("In my team ten seconds feel long.")


def test_what_is_planned_can_be_changed_and_called_off_by_keyboard(enter: Enter, axe_both: Axe) -> None:
    """Looked at and left as it is: other walks meet the same day."""
    page = enter("coordinator", viewport={"width": 320, "height": 700})
    to_the_talk(page, "Silence, on a screen and off it")
    lobby = page.url
    for name in ("Change what is planned", "Call it off"):
        page.get_by_role("link", name=name).press("Enter")
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        assert axe_both(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        page.get_by_role("link", name="Leave it as it is").press("Enter")
        expect(page).to_have_url(lobby)

    page.get_by_role("link", name="Demo day of talks").click()
    page.get_by_role("link", name="Call off the day").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Call off Saturday"))
    assert page.get_by_role("checkbox").evaluate_all("boxes => boxes.map((box) => box.checked)") == [True] * 5
    expect(page.get_by_role("list").filter(has_text="once each, with the hours and the reason")).to_be_visible()
    assert axe_both(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    page.get_by_role("link", name="Leave it as it is").press("Enter")

    page.get_by_role("link", name="Change the day").press("Enter")
    expect(page.get_by_label("What the day is about")).to_be_visible()
    assert axe_both(page) == []
