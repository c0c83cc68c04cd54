"""Who facilitates needs no pointer: all phases, seats and the floor, small rooms opened and called back, a question brought in."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter
from tests.browser.test_around_a_room import to_the_talk
from tests.browser.test_dialogue import come_in, last_line, now, open_a_sitting

MOST_TABS = 80


def tab_to(page: Page, place: Locator, key: str = "Tab") -> Locator:
    """Goes on by Tab until the focus is there, as somebody does who has nothing else."""
    for _step in range(MOST_TABS):
        if place.evaluate("element => element === document.activeElement"):
            return place
        page.keyboard.press(key)
    raise AssertionError(f"{place} is not reached by {MOST_TABS} tabs")


def choose(page: Page, select: Locator, begins: str) -> None:
    """In a list: the letters with which what is wanted begins."""
    tab_to(page, select)
    page.keyboard.type(begins)


def test_every_phase_is_moved_by_keyboard_alone(enter: Enter) -> None:
    trainer, ana, ben = enter("trainer"), enter("trainee"), enter("trainee2")
    lobby = open_a_sitting(trainer, "Two facilitators, a network of four: first part")
    for page in (ana, ben, trainer):
        come_in(page, lobby)
    panel = trainer.locator("[data-facilitate]")

    def facilitate() -> None:
        trainer.keyboard.press("Escape")
        trainer.locator("[data-log]").focus()
        trainer.keyboard.press("f")
        expect(panel.locator("> summary")).to_be_focused()

    def move(phase: str) -> None:
        facilitate()
        tab_to(trainer, panel.get_by_role("button", name=phase, exact=True))
        trainer.keyboard.press("Enter")
        for page in (trainer, ana):
            now(page, phase)

    trainer.locator("[data-log]").focus()
    trainer.keyboard.press("?")
    dialog = trainer.get_by_role("dialog", name="Keys in the room")
    assert dialog.locator("kbd").all_inner_texts() == ["w", "l", "t", "h", "n", "c", "f", "?"]
    trainer.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    facilitate()
    choose(trainer, panel.get_by_label("A round or the landing begins with"), "Trainee B")
    move("Round")
    expect(ana.locator("[data-floor]")).to_contain_text("Trainee B has the floor.")
    facilitate()
    choose(trainer, panel.get_by_label("Give the floor to"), "Trainee A")
    tab_to(trainer, panel.get_by_role("button", name="Give the floor", exact=True))
    trainer.keyboard.press("Enter")
    expect(ben.locator("[data-floor]")).to_contain_text("Trainee A has the floor.")

    facilitate()
    choose(trainer, panel.locator(".seat-choice", has_text="Trainee A").get_by_role("combobox"), "reflects")
    choose(trainer, panel.locator(".seat-choice", has_text="Trainee B").get_by_role("combobox"), "reflects")
    tab_to(trainer, panel.get_by_role("button", name="Give these seats"))
    trainer.keyboard.press("Enter")
    expect(last_line(ana)).to_contain_text("Seats were given anew.")
    move("Reflecting")

    facilitate()
    tab_to(trainer, panel.get_by_role("group", name="Who was spoken about answers first").get_by_label("Trainee B"))
    trainer.keyboard.press("Space")
    tab_to(trainer, panel.get_by_role("button", name="Move to the response"))
    trainer.keyboard.press("Enter")
    now(ben, "Response")
    expect(ben.get_by_role("button", name="Nothing just now")).to_be_visible()

    facilitate()
    choose(trainer, panel.get_by_label("Be quiet together for"), "as long")
    tab_to(trainer, panel.get_by_role("button", name="Begin the silence"))
    trainer.keyboard.press("Enter")
    now(ana, "Silence")
    facilitate()
    tab_to(trainer, panel.get_by_role("button", name="End the silence"))
    trainer.keyboard.press("Enter")
    now(ana, "Response")
    for phase in ("Landing", "Conversation", "Arriving"):
        move(phase)

    # Small rooms, and everybody called back.
    facilitate()
    tab_to(trainer, panel.get_by_role("link", name="Small rooms"))
    trainer.keyboard.press("Enter")
    choose(trainer, trainer.get_by_label("Trainee A").last, "Small room 1")
    tab_to(trainer, trainer.get_by_role("button", name="Open these small rooms"))
    trainer.keyboard.press("Enter")
    expect(trainer.get_by_role("heading", name="Small room 1")).to_be_visible()
    expect(ana.get_by_role("link", name="Small rooms are open. To your small room")).to_be_visible()
    tab_to(trainer, trainer.get_by_role("button", name="Call everybody back in two minutes"))
    trainer.keyboard.press("Enter")
    expect(last_line(ana)).to_contain_text("The small rooms come back in two minutes.")


def test_a_question_is_asked_taken_up_and_brought_in_by_keyboard_alone(enter: Enter) -> None:
    title = "Being heard in a second language"
    trainer, ana = enter("trainer"), enter("trainee")
    to_the_talk(trainer, title)
    trainer.get_by_role("button", name=re.compile("Open the room")).press("Enter")
    expect(trainer.locator("[data-connection]")).to_have_text("Connected")
    to_the_talk(ana, title)
    ana.get_by_role("button", name="Join").press("Enter")
    expect(ana.locator("[data-connection]")).to_have_text("Connected")

    fold = ana.locator("summary", has_text="Questions beside the talk")
    ana.keyboard.press("c")
    tab_to(ana, fold)
    ana.keyboard.press("Enter")
    tab_to(ana, ana.get_by_label("Your question"))
    ana.keyboard.type("Whose language is the first?")
    tab_to(ana, ana.get_by_role("button", name="Put it beside the talk"))
    ana.keyboard.press("Enter")
    expect(ana.locator("[data-questions-here] .question")).to_contain_text("Whose language is the first?")
    expect(fold).to_be_focused()

    tab_to(trainer, trainer.locator("summary", has_text="Questions beside the talk"))
    trainer.keyboard.press("Enter")
    expect(trainer.locator("[data-questions-here] .question")).to_contain_text("Whose language is the first?")
    tab_to(trainer, trainer.locator("[data-questions-here] .question summary", has_text="Take it up"))
    trainer.keyboard.press("Enter")
    tab_to(trainer, trainer.get_by_label("Your sentence"))
    trainer.keyboard.type("And who translates for whom?")
    tab_to(trainer, trainer.get_by_role("button", name="Add it"))
    trainer.keyboard.press("Enter")
    expect(ana.locator(".question .well")).to_contain_text("And who translates for whom?")
    tab_to(trainer, trainer.get_by_role("button", name="Bring it in"))
    trainer.keyboard.press("Enter")
    expect(ana.locator("[data-log] .said", has_text="Whose language is the first?")).to_be_visible()
