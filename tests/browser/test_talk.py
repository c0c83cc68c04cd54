"""A day of talks in two rooms, from planning it to the end of a slow talk: who facilitates, who hosts, who asks, who takes it up."""

import datetime
import re
import time
import uuid

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Axe, Enter
from tests.browser.keys import press, reach, write
from tests.browser.test_dialogue import composer

LIVE = "/c/demo-cohort/live/"
DAY = f"Two rooms in a day, {uuid.uuid4().hex[:6]}"
TALK, BESIDE_IT = "Who speaks first, and who never does", "The same hour next door"
GLASS = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
SLOWED = "So that many can be heard, everybody leaves 5 minutes between two messages."
COVERED = """() => {
    const focused = document.activeElement;
    const { x, y, width, height } = focused.getBoundingClientRect();
    return !focused.contains(document.elementFromPoint(x + width / 2, y + height - 4));
}"""
KEPT = """async ([name, words]) => {
    const file = performance.getEntriesByType("resource").find((one) => /\\/drafts\\.[^/]*js$/.test(one.name)).name;
    const { recall } = await import(file);
    return JSON.stringify((await recall(name))?.value ?? "").includes(words);
}"""
FREE = "Messages may follow each other again as they come."


def plan_the_day(page: Page) -> None:
    page.goto(LIVE)
    press(page, page.get_by_role("link", name="Plan a day of talks"))
    write(page, page.get_by_label("Title"), DAY)
    page.get_by_label("Day", exact=True).fill((datetime.date.today() + datetime.timedelta(days=20)).isoformat())
    press(page, page.get_by_role("button", name="Plan it"))
    for title, hall in ((TALK, "Great hall"), (BESIDE_IT, "Winter garden")):
        press(page, page.get_by_role("link", name="Plan a talk"))
        write(page, page.get_by_label("Title"), title)
        write(page, page.get_by_label("Room", exact=True), hall)
        page.get_by_label("From").fill("10:00")
        page.get_by_label("Until").fill("11:00")
        press(page, page.get_by_role("button", name="Plan it"))
        expect(page.get_by_role("link", name=title)).to_be_visible()


def to_the_lobby(page: Page, title: str, day: str = DAY) -> str:
    page.goto(LIVE)
    page.get_by_role("link", name=day).click()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return page.url


def open_the_room(page: Page, title: str, day: str = DAY) -> str:
    lobby = to_the_lobby(page, title, day)
    press(page, page.get_by_role("button", name=re.compile("Open the room now|Join")).or_(page.get_by_role("link", name="Join")))
    expect(page.locator("[data-connection]")).to_have_text("Connected")
    return lobby


def enter_the_room(page: Page, lobby: str) -> None:
    page.goto(lobby)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("[data-connection]")).to_have_text("Connected")


def questions(page: Page) -> Locator:
    return page.locator("[data-questions-here]")


def open_questions(page: Page) -> None:
    if (more := page.locator("[data-more]")).is_visible():
        press(page, more)
    press(page, page.locator("summary", has_text="Questions beside the talk"))
    expect(questions(page).get_by_label("Your question")).to_be_visible()


def ask(page: Page, words: str) -> None:
    write(page, questions(page).get_by_label("Your question"), words)
    press(page, questions(page).get_by_role("button", name="Put it beside the talk"))
    expect(questions(page).locator(".question", has_text=words)).to_be_visible()


def kept(page: Page, name: str, words: str) -> None:
    """Waits until these words are on the device, which may be slow to write them."""
    until = time.monotonic() + 20
    while not page.evaluate(KEPT, [name, words]):
        assert time.monotonic() < until, f"{name} is not kept"
        page.wait_for_timeout(100)


def wrong(pages: list[Page], axe_both: Axe) -> list[str]:
    """What is wrong with these pages as they stand."""
    found = [line for page in pages for line in axe_both(page)]
    sideways = [page for page in pages if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")]
    return found + [f"{page.url} scrolls sideways" for page in sideways]


def test_a_talk_with_questions_and_a_slow_room_by_keyboard(enter: Enter, axe_both: Axe) -> None:
    moderator, host, ana = enter("trainer"), enter("coordinator"), enter("trainee")
    ben = enter("trainee2", **GLASS)
    everybody = [moderator, host, ana, ben]

    # A day with two rooms at the same hour.
    plan_the_day(moderator)
    for title, hall in ((TALK, "Great hall"), (BESIDE_IT, "Winter garden")):
        expect(moderator.locator(".list > li", has_text=title)).to_contain_text(hall)
    expect(moderator.locator(".hour-head")).to_have_count(1)
    ben.goto(moderator.url)
    assert wrong([moderator, ben], axe_both) == []

    lobby = open_the_room(moderator, TALK)
    for page in (host, ana, ben):
        enter_the_room(page, lobby)
    for page in everybody:
        open_questions(page)
        expect(questions(page)).to_contain_text("No question is waiting.")
    press(moderator, questions(moderator).locator("summary", has_text="For those who facilitate"))
    reach(moderator, questions(moderator).get_by_label("Somebody looks after the questions with you"))
    moderator.keyboard.type("Coordinator A")
    press(moderator, questions(moderator).get_by_role("button", name="Ask them to host"))
    expect(questions(moderator)).to_contain_text("Coordinator A hosts with you.")

    # Two questions wait. Everybody reads them; what is done with them is not everybody's to do.
    ask(ana, "Who invites the neighbour?")
    ask(ana, "Is there time for this one?")
    for page in (moderator, host, ben):
        expect(questions(page).locator(".question")).to_have_count(2)
    for page, theirs in ((moderator, 2), (host, 2), (ana, 0), (ben, 0)):
        expect(questions(page).get_by_role("button", name="Bring it in")).to_have_count(theirs)
        expect(questions(page).locator("summary", has_text="Set it aside")).to_have_count(theirs)
    for page in (host, ana, ben):
        expect(questions(page).locator("summary", has_text="For those who facilitate")).to_have_count(0)
    expect(host.locator("[data-log]")).not_to_contain_text("Who invites the neighbour?")
    assert wrong([host, ana, ben], axe_both) == []

    # On a phone somebody takes one up in words.
    first = questions(ben).locator(".question", has_text="Who invites the neighbour?")
    press(ben, first.locator("summary", has_text="Take it up"))
    write(ben, first.get_by_label("Your sentence"), "With us it was the postwoman.")
    press(ben, first.get_by_role("button", name="Add it"))
    expect(questions(ben).get_by_role("button", name="Take my sentence back")).to_be_visible()
    expect(first.locator("summary", has_text="Take it up")).to_have_count(0)  # a sentence of each
    expect(questions(ana).locator(".well")).to_contain_text("With us it was the postwoman.")

    # The other is set aside: the reason is for whoever asked and for who hosts.
    second = questions(host).locator(".question", has_text="Is there time")
    press(host, second.locator("summary", has_text="Set it aside"))
    write(host, second.get_by_label("Why, for whoever asked"), "Next door they begin with it.")
    press(host, second.get_by_role("button", name="Set it aside"))
    for page in (moderator, host, ana):
        expect(questions(page)).to_contain_text("Coordinator A did not bring it in: Next door they begin with it.")
    expect(questions(ben).locator(".question")).to_have_count(1)
    expect(questions(ben)).not_to_contain_text("Next door they begin with it.")

    # The host brings in the one that many wait for.
    press(host, questions(host).get_by_role("button", name="Bring it in"))
    for page in everybody:
        said = page.locator("[data-log] .said", has_text="Who invites the neighbour?").first
        expect(said).to_contain_text("A question, brought in by Coordinator A")
        expect(page.locator("[data-log] .said", has_text="With us it was the postwoman.")).to_have_count(1)
    press(ben, ben.locator("[data-more]"))

    # The room is slowed down, and everybody reads so, where it was said and above their words.
    slow = questions(moderator).get_by_label("Between two messages of one person")
    reach(moderator, slow)  # the fold that was opened stays open
    moderator.keyboard.type("5 min")
    press(moderator, questions(moderator).locator("form[action$='/slow/'] button"))
    for page in everybody:
        expect(page.locator("[data-log] > .turn", has_text=SLOWED)).to_have_count(1)
        expect(page.locator("[data-slow]")).to_have_text(SLOWED)
    expect(ben.locator("[data-slow]")).to_be_in_viewport()

    # Who is too quick is refused without alarm, and keeps their words.
    for words in ("One thing at a time.", "And another at once."):
        write(ben, composer(ben), words)
        press(ben, ben.get_by_role("button", name="Say it"))
    note = ben.locator("[data-note]")
    expect(note).to_have_text(re.compile(r"everybody leaves a while between two messages\. Yours can go at \d\d:\d\d:\d\d; it is kept\.$"))
    expect(note).to_have_class("calm")
    expect(note).to_be_in_viewport()
    held = ben.locator(".unsent")
    expect(held).to_contain_text("And another at once.")
    expect(held).to_be_in_viewport()
    assert wrong([ben, ana], axe_both) == []
    for words in ("Who hosts waits for nobody.", "Nor the second time."):
        write(host, composer(host), words)
        host.keyboard.press("Enter")
        expect(ben.locator("[data-log] .said[data-seq]", has_text=words)).to_have_count(1)
    ben.reload()
    expect(held).to_contain_text("And another at once.")
    expect(ana.locator("[data-log]")).not_to_contain_text("And another at once.")

    # It ends, and what was kept is said.
    reach(moderator, slow)
    moderator.keyboard.type("nothing")
    press(moderator, questions(moderator).locator("form[action$='/slow/'] button"))
    for page in everybody:
        expect(page.locator("[data-log] > .turn").last).to_contain_text(FREE)
        expect(page.locator("[data-slow]")).to_be_hidden()
    press(ben, held.get_by_role("button", name="Send it again"))
    for page in everybody:
        expect(page.locator("[data-log] .said[data-seq]", has_text="And another at once.")).to_have_count(1)
    expect(ben.locator(".unsent")).to_have_count(0)

    # Next door is a room of its own.
    open_the_room(moderator, BESIDE_IT)
    expect(moderator.locator("[data-log]")).to_contain_text("Nothing has been said yet.")
    expect(moderator.locator("[data-slow]")).to_be_hidden()


def test_what_was_begun_beside_a_talk_outlives_the_page(enter: Enter) -> None:
    day, title = "Demo day of talks", "A conversation between two services that do not exist"
    pointed = f"Words that will be pointed out, {uuid.uuid4().hex[:6]}"
    trainer, ana = enter("trainer"), enter("trainee")
    lobby = open_the_room(trainer, title, day)
    enter_the_room(ana, lobby)
    open_questions(trainer)
    ask(trainer, "What do the two services fear?")
    write(trainer, composer(trainer), pointed)
    trainer.keyboard.press("Enter")
    said = ana.locator(".said[data-seq]", has_text=pointed)
    expect(said).to_be_visible()
    room = ana.url

    open_questions(ana)
    sentence, mine = questions(ana).get_by_label("Your sentence"), questions(ana).get_by_label("Your question")
    press(ana, questions(ana).locator("summary", has_text="Take it up"))
    write(ana, sentence, "To be one too many.")
    write(ana, mine, "Which of the two writes the letter")
    ana.get_by_role("button", name="Look again").click()
    expect(ana.locator("[data-questions-says]")).to_be_empty()
    expect(sentence).to_have_value("To be one too many.")  # what is looked at anew keeps what was begun
    said.locator("[data-flag-of]").focus()
    ana.keyboard.press("Enter")
    reason = ana.get_by_role("dialog").get_by_label("What is the matter with it?")
    reason.press_sequentially("It names somebody")
    key = room.rstrip("/").rsplit("/", 1)[1]
    kept(ana, f"questions-{key}", "Which of the two writes the letter")
    kept(ana, f"flags-{key}", "It names somebody")
    ana.reload()

    expect(mine).to_have_value("Which of the two writes the letter")
    expect(sentence).to_have_value("To be one too many.")
    said.locator("[data-flag-of]").focus()
    ana.keyboard.press("Enter")
    expect(reason).to_have_value("It names somebody")
    ana.keyboard.press("Escape")
    ana.goto(f"{room}questions/")  # and on the page of their own
    expect(ana.get_by_label("Your question")).to_have_value("Which of the two writes the letter")
    expect(ana.get_by_label("Your sentence")).to_have_value("To be one too many.")
    ana.goto(room)

    # What was sent does not come back.
    press(ana, questions(ana).get_by_role("button", name="Put it beside the talk"))
    expect(questions(ana).locator(".question", has_text="Which of the two writes the letter")).to_have_count(1)
    press(ana, questions(ana).get_by_role("button", name="Add it"))
    expect(questions(ana).locator(".question .well", has_text="To be one too many.")).to_have_count(1)
    said.locator("[data-flag-of]").focus()
    ana.keyboard.press("Enter")
    press(ana, ana.get_by_role("dialog").get_by_role("button", name="Point it out"))
    expect(ana.locator("[data-keep-said]")).to_contain_text("Those who facilitate have been told.")
    ana.reload()
    open_questions(ana)
    expect(mine).to_have_value("")
    expect(questions(ana).locator(".question", has_text="Which of the two")).to_have_count(1)
    said.locator("[data-flag-of]").focus()
    ana.keyboard.press("Enter")
    expect(reason).to_have_value("")


def test_what_was_begun_to_a_question_is_shown_once_it_was_brought_in(enter: Enter, axe_both: Axe) -> None:
    """A form that goes while somebody thinks takes no words with it, and says so."""
    day, title = "Demo day of talks", "A conversation between two services that do not exist"
    asked, begun = f"Who writes it down, {uuid.uuid4().hex[:6]}?", "Perhaps nobody has to"
    trainer, ana, ben = enter("trainer"), enter("trainee"), enter("trainee2")
    lobby = open_the_room(trainer, title, day)
    for page in (ana, ben):
        enter_the_room(page, lobby)
    open_questions(ben)
    ask(ben, asked)
    open_questions(ana)
    question = questions(ana).locator(".question", has_text=asked)
    press(ana, question.locator("summary", has_text="Take it up"))
    write(ana, question.get_by_label("Your sentence"), begun)
    reach(ana, composer(ana))
    key = ana.url.rstrip("/").rsplit("/", 1)[1]
    kept(ana, f"questions-{key}", begun)

    open_questions(trainer)
    press(trainer, questions(trainer).locator(".question", has_text=asked).get_by_role("button", name="Bring it in"))

    left = questions(ana).locator("[data-left]")
    expect(left).to_contain_text("You had begun to write:")
    expect(left).to_contain_text(begun)
    assert wrong([ana], axe_both) == []
    ana.reload()
    expect(left).to_contain_text(begun)
    press(ana, left.get_by_role("button", name="Let these words go"))
    expect(left).to_have_count(0)
    ana.reload()
    open_questions(ana)
    expect(left).to_have_count(0)


def test_who_moves_a_room_sees_the_circle_meanwhile(enter: Enter, axe_both: Axe) -> None:
    for options, circle in (({}, "[data-circle] .seat"), (GLASS, "[data-strip] .face")):
        page = enter("trainer", **options)
        page.goto(LIVE)
        page.get_by_role("link", name="To the practice room").click()
        page.get_by_role("link", name="Join").click()
        expect(page.locator("[data-connection]")).to_have_text("Connected")
        page.locator("[data-log]").focus()
        page.keyboard.press("f")
        panel = page.locator("[data-facilitate]")
        assert axe_both(page) == []
        for button in ("Arriving", "Begin the silence", "Give these seats"):
            reach(page, panel.get_by_role("button", name=button, exact=True))
            expect(page.locator(circle).first).to_be_in_viewport()
            assert not page.evaluate(COVERED), button
