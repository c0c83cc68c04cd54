"""The room on a phone: at least two fifths of what is to be seen are the conversation, also while somebody writes; the rest is near."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Axe, Enter
from tests.browser.test_dialogue import come_in, open_a_sitting, say

LOW, KEYBOARD, SIDEWAYS = {"width": 375, "height": 667}, {"width": 375, "height": 420}, {"width": 740, "height": 360}
GLASS = {"has_touch": True, "is_mobile": True}
# An iPhone's keyboard changes nothing but the visual viewport.
OVERLAID = """
const view = Object.assign(new EventTarget(), { width: 375, height: 812, scale: 1, offsetTop: 0 });
Object.defineProperty(window, "visualViewport", { value: view });
"""


def share(page: Page, height: float) -> float:
    """Of what can be seen, as much as shows of the conversation."""
    box = page.locator("[data-log]").bounding_box()
    assert box is not None
    return (min(box["y"] + box["height"], height) - max(box["y"], 0)) / height


def sees_the_last_words(page: Page, height: float) -> bool:
    box = page.locator("[data-log] .said[data-seq] .said-words").last.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


def test_ones_own_turn_leaves_two_fifths_to_the_conversation(enter: Enter, axe_both: Axe) -> None:
    trainer, ana = enter("trainer"), enter("trainee", viewport=PHONE, **GLASS)
    lobby = open_a_sitting(trainer, "Reflecting: first practice")
    for page in (ana, trainer):
        come_in(page, lobby)
    for words in ("One thing after another. " * 4, "And a second thing, said slowly. " * 4, "Short."):
        say(ana, words.strip())
    trainer.locator("[data-facilitate] summary").first.click()
    trainer.locator("[data-facilitate]").get_by_label("A round or the landing begins with").select_option(label="Trainee A")
    trainer.locator("[data-facilitate]").get_by_role("button", name="Round", exact=True).click()
    expect(ana.get_by_role("button", name="Come back to me")).to_be_visible()
    expect(ana.get_by_role("button", name="Raise hand")).to_be_hidden()  # whoever has the floor asks for nothing

    shares = {}
    for viewport in (PHONE, LOW, SIDEWAYS):
        ana.set_viewport_size(viewport)
        shares[viewport["height"]] = share(ana, viewport["height"])
        assert axe_both(ana) == []
        assert not ana.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    ana.set_viewport_size(PHONE)
    ana.get_by_label("Your words").focus()
    ana.set_viewport_size(KEYBOARD)
    expect(ana.locator("body")).to_have_class("in-room keyboard")
    shares[KEYBOARD["height"]] = share(ana, KEYBOARD["height"])

    assert {height for height, part in shares.items() if part < 0.4} == set()
    assert sees_the_last_words(ana, KEYBOARD["height"])
    expect(ana.get_by_role("button", name="I am done")).to_be_in_viewport()
    ana.set_viewport_size(PHONE)
    expect(ana.locator("body")).to_have_class("in-room")


def test_a_keyboard_that_lies_over_the_page_leaves_words_and_composer_in_sight(enter: Enter) -> None:
    trainer, ben = enter("trainer"), enter("trainee2", viewport=PHONE, **GLASS)
    ben.add_init_script(OVERLAID)
    lobby = open_a_sitting(trainer, "Reflecting: second practice, in new groups")
    come_in(ben, lobby)
    say(ben, "Words that should stay in sight")

    ben.get_by_label("Your words").focus()
    ben.evaluate("visualViewport.height = 430; visualViewport.offsetTop = 40; visualViewport.dispatchEvent(new Event('resize'))")

    expect(ben.locator("body")).to_have_class("in-room keyboard")
    composer = ben.locator("[data-say]").bounding_box()
    assert composer is not None
    assert composer["y"] >= 40
    assert composer["y"] + composer["height"] <= 40 + 430
    expect(ben.locator("[data-log] .said[data-seq] .said-words").last).to_be_in_viewport()
    box = ben.locator("[data-log]").bounding_box()
    assert box is not None
    assert box["height"] >= 0.4 * 430
    ben.evaluate("visualViewport.height = 812; visualViewport.offsetTop = 0; visualViewport.dispatchEvent(new Event('resize'))")
    expect(ben.locator("body")).to_have_class("in-room")


def test_what_is_not_needed_at_every_moment_lies_in_a_sheet(enter: Enter, axe_both: Axe) -> None:
    trainer = enter("trainer", viewport=PHONE, **GLASS)
    lobby = open_a_sitting(trainer, "What we held back, and landing")
    come_in(trainer, lobby)
    more = trainer.locator("[data-more]")
    expect(more).to_have_text("More")

    more.press("Enter")
    expect(more).to_have_text("Back to the conversation")
    expect(more).to_be_focused()
    expect(trainer.locator("[data-people] li", has_text="Trainer A")).to_contain_text("facilitating")
    assert trainer.locator("[data-people]").evaluate("list => list.getBoundingClientRect().height > 30")  # names, not initials alone
    assert axe_both(trainer) == []
    more.press("Escape")
    expect(more).to_have_text("More")
    expect(more).to_be_focused()

    trainer.locator("[data-log]").focus()
    trainer.keyboard.press("f")  # the key opens the sheet that the panel lies in
    expect(trainer.locator("[data-facilitate] > summary")).to_be_focused()
    trainer.locator("[data-facilitate]").get_by_role("button", name="Conversation", exact=True).click()
    expect(trainer.locator(".phase-line [aria-current]")).to_have_text("Conversation")
    expect(more).to_have_text("More")  # what was moved shows in the room

    say(trainer, "Something to do something with")
    said = trainer.locator(".said[data-seq]").last
    expect(said.get_by_role("button", name="Take these words up")).to_be_hidden()
    said.get_by_role("button", name="More that can be done with these words").click()
    said.locator("[data-act=quote]").click()
    expect(trainer.locator("[data-quoted]")).to_have_text("Something to do something with")
