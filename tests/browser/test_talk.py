"""A talk as a conference has it, walked by keys: one facilitates, one looks after the questions, two listen; then the room goes slowly."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Axe, Enter
from tests.browser.keys import press, reach, write
from tests.browser.test_around_a_room import to_the_talk

TALK = "A conversation between two services that do not exist"


def come_in(page: Page, door: str) -> None:
    to_the_talk(page, TALK)
    press(page, page.get_by_role("button", name=re.compile(door)))
    expect(page.locator("[data-connection]")).to_have_text("Connected")


def questions(page: Page) -> Locator:
    return page.locator("[data-questions-here]")


def open_questions(page: Page) -> None:
    press(page, page.locator("summary", has_text="Questions beside the talk"))
    expect(questions(page).get_by_label("Your question")).to_be_visible()


def ask(page: Page, words: str) -> None:
    write(page, page.get_by_label("Your question"), words)
    press(page, page.get_by_role("button", name="Put it beside the talk"))
    expect(questions(page).locator(".question", has_text=words)).to_be_visible()


def look_again(page: Page) -> None:
    press(page, page.get_by_role("button", name="Look again"))


def go_slowly(page: Page, how: str) -> None:
    """The facilitator's choice, on the page of the questions beside the talk."""
    fold = questions(page).locator("summary", has_text="For those who facilitate")
    if not fold.evaluate("one => one.parentElement.open"):
        press(page, fold)
    reach(page, page.get_by_label("Between two messages of one person"))
    page.keyboard.type(how)
    press(page, questions(page).get_by_role("button", name="Keep", exact=True))


def say(page: Page, words: str) -> None:
    write(page, page.get_by_label("Your words"), words)
    page.keyboard.press("Enter")


def said(page: Page, words: str) -> Locator:
    return page.locator("[data-log] .said[data-seq]", has_text=words)


def test_a_talk_with_somebody_who_hosts_and_a_room_that_goes_slowly(enter: Enter, axe: Axe) -> None:
    trainer, host, ana, ben = enter("trainer"), enter("coordinator"), enter("trainee"), enter("trainee2")
    everybody = [trainer, host, ana, ben]
    come_in(trainer, "Open the room")
    for page in everybody[1:]:
        come_in(page, "Join")
        open_questions(page)
    open_questions(trainer)

    # Questions wait beside the talk; nobody but who hosts can do anything with another's.
    ask(ana, "Who invited the second service?")
    ask(ben, "What did the family say?")
    ask(ben, "May we see the slides?")
    look_again(host)
    expect(questions(host).locator(".question")).to_have_count(3)
    expect(questions(host).get_by_role("button", name="Bring it in")).to_have_count(0)

    # The facilitator asks somebody to host with them: their page gets the buttons by itself.
    fold = questions(trainer).locator("summary", has_text="For those who facilitate")
    press(trainer, fold)
    reach(trainer, trainer.get_by_label("Somebody looks after the questions with you"))
    trainer.keyboard.type("Coordinator A")
    press(trainer, trainer.get_by_role("button", name="Ask them to host"))
    expect(questions(trainer)).to_contain_text("Coordinator A hosts with you.")
    expect(questions(host).get_by_role("button", name="Bring it in")).to_have_count(3)
    expect(questions(ana).get_by_role("button", name="Bring it in")).to_have_count(0)
    assert [axe(page) for page in (trainer, host, ana)] == [[], [], []]

    # One is brought in, one is set aside with a reason that only its author reads.
    invited = questions(host).locator(".question", has_text="Who invited the second service?")
    press(host, invited.get_by_role("button", name="Bring it in"))
    for page in everybody:
        expect(said(page, "Who invited the second service?")).to_contain_text("brought in by Coordinator A")
    slides = questions(host).locator(".question", has_text="May we see the slides?")
    press(host, slides.locator("summary", has_text="Set it aside"))
    write(host, slides.get_by_label("Why, for whoever asked"), "They are on the page of the day.")
    press(host, slides.get_by_role("button", name="Set it aside"))
    expect(questions(host).locator(".question", has_text="May we see the slides?")).to_be_hidden()
    look_again(ben)
    expect(questions(ben)).to_contain_text("Coordinator A did not bring it in: They are on the page of the day.")
    look_again(ana)
    expect(questions(ana)).not_to_contain_text("They are on the page of the day.")

    # Slow mode: everybody is told; what comes too soon is kept, with the time when it can go.
    go_slowly(trainer, "5 minutes")
    for page in (ana, ben, host):
        expect(page.locator("[data-log] > :last-child")).to_contain_text("everybody leaves 5 minutes between two messages")
    say(ana, "A first thought.")
    say(ana, "And a second one, at once.")
    expect(said(ben, "A first thought.")).to_be_visible()
    expect(ana.locator("[data-note]")).to_contain_text(re.compile(r"Yours can go at \d\d:\d\d:\d\d; it is kept\."))
    kept = ana.locator(".said.unsent", has_text="And a second one, at once.")
    expect(kept).to_contain_text("not sent yet")
    assert axe(ana) == []
    ana.reload()
    expect(ana.locator("[data-connection]")).to_have_text("Connected")
    expect(ana.get_by_role("complementary")).to_contain_text("everybody leaves 5 minutes between two messages")
    expect(kept).to_be_visible()
    for words in ("Who hosts is not held up.", "Not even at once."):
        say(host, words)
        expect(said(ben, words)).to_be_visible()

    # And once the room is itself again, what was kept goes when Ana says so, once.
    go_slowly(trainer, "nothing")
    expect(ben.locator("[data-log] > :last-child")).to_contain_text("Messages may follow each other again as they come.")
    press(ana, kept.get_by_role("button", name="Send it again"))
    for page in everybody:
        expect(said(page, "And a second one, at once.")).to_have_count(1)
    expect(ana.locator(".said.unsent")).to_have_count(0)
