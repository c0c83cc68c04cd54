"""Lanes and small rooms in the live room: a trainer, an interpreter and two trainees at once."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.test_room import enter_the_practice_room

WORDS = "Who carried the silence"


def say(page: Page, words: str) -> None:
    page.locator("[data-say] textarea").fill(words)
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".said[data-seq]", has_text=words)).to_be_visible()


def test_an_interpreter_writes_in_a_lane_and_everybody_chooses_what_they_read(enter: Enter) -> None:
    trainer, ana, interpreter = enter("trainer"), enter("trainee", viewport=PHONE), enter("interpreter")
    enter_the_practice_room(trainer)
    trainer.goto(f"{trainer.url.split('#')[0]}lanes/")
    trainer.get_by_label("First language").select_option("fr")
    trainer.get_by_role("button", name="Keep").click()
    for page in (ana, interpreter):
        enter_the_practice_room(page)
    say(ana, WORDS)

    said = interpreter.locator(".said[data-seq]", has_text=WORDS)
    said.get_by_role("button", name="Translate these words").click()
    said.get_by_label("Your translation").press("Escape")  # nothing stands there
    expect(said.locator(".translating")).to_have_count(0)
    interpreter.keyboard.press("i")
    expect(said.get_by_label("Your translation")).to_be_focused()
    said.get_by_label("Your translation").press_sequentially("Qui portait le silence")
    interpreter.wait_for_timeout(1_000)  # kept a moment after a key
    interpreter.reload()
    expect(said.get_by_label("Your translation")).to_have_value("Qui portait le silence")
    expect(interpreter.locator("[data-connection]")).to_have_text("Connected")
    said.get_by_label("Your translation").press("Enter")
    expect(said.locator(".translating")).to_have_count(0)
    expect(said.locator(".lane")).to_be_hidden()  # as it was said, until somebody chooses otherwise

    lane, original = ana.locator(".said[data-seq] .lane", has_text="Qui portait"), ana.locator(".said-words", has_text=WORDS)
    expect(lane).to_have_count(1)
    expect(lane).to_be_hidden()
    ana.get_by_role("button", name="More", exact=True).click()
    ana.get_by_text("Languages", exact=True).click()
    ana.get_by_label("Read", exact=True).select_option("fr")
    ana.get_by_role("button", name="Back to the conversation").click()
    expect(lane).to_be_visible()
    expect(original).to_be_hidden()
    ana.reload()
    expect(lane).to_be_visible()
    expect(original).to_be_hidden()
    ana.get_by_role("button", name="More", exact=True).click()
    ana.get_by_text("Languages", exact=True).click()
    ana.get_by_label("Read", exact=True).select_option("+fr")
    expect(original).to_be_visible()


def test_small_rooms_open_are_left_with_words_and_called_back(enter: Enter) -> None:
    trainer, ana, ben = enter("trainer"), enter("trainee"), enter("trainee2")
    for page in (trainer, ana, ben):
        enter_the_practice_room(page)
    main = trainer.url
    trainer.goto(f"{main}small/")
    trainer.get_by_label("Trainee A").last.select_option(label="Small room 1")
    trainer.get_by_role("button", name="Open these small rooms").click()
    expect(trainer.get_by_role("heading", name="Small room 1")).to_be_visible()

    for page in (ana, ben):
        expect(page.get_by_role("link", name="Small rooms are open. To your small room")).to_be_visible()
    ben.get_by_role("link", name="Small rooms are open. To your small room").click()
    expect(ben.get_by_text("You are in no small room just now.")).to_be_visible()
    ben.get_by_role("link", name="To the main room").click()
    expect(ben.locator("[data-connection]")).to_have_text("Connected")

    ana.get_by_role("link", name="Small rooms are open. To your small room").click()
    ana.get_by_role("link", name="To your small room Small room 1").click()
    expect(ana.locator("[data-connection]")).to_have_text("Connected")
    say(ana, "Only between us")
    ana.get_by_text("Bring something back").click()
    ana.get_by_label("What this room brings back").fill("We found a word")
    expect(ana.locator("[data-bring] [data-save-status]")).to_contain_text("Kept")
    ana.reload()
    expect(ana.locator("[data-connection]")).to_have_text("Connected")
    ana.get_by_text("Bring something back").click()
    expect(ana.get_by_label("What this room brings back")).to_have_value("We found a word")
    ana.get_by_role("button", name="Bring it back").click()
    expect(ben.locator(".said[data-seq]", has_text="We found a word")).to_contain_text("Small room 1")
    assert ben.get_by_text("Only between us").count() == 0

    trainer.get_by_role("button", name="Call everybody back in two minutes").click()
    expect(ana.locator("[data-called-back]")).to_have_text(re.compile(r"Called back: this room closes at \d\d:\d\d"))
    ana.get_by_role("link", name="To the main room").click()
    expect(ana.locator(".said[data-seq]", has_text="We found a word")).to_be_visible()
