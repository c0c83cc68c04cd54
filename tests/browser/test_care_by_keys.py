"""By keys alone: choosing when one is reminded, asking to be contacted until it is closed, planning who is on duty, and announcing."""

import datetime
import re
import uuid

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Axe, Enter

MOST_STEPS = 120
# The editor's ring is drawn around what holds it.
SHOWS_WHERE = """() => [document.activeElement, document.activeElement.closest(".editor")]
    .some(place => place && getComputedStyle(place).outlineStyle !== "none")"""


def walk_to(page: Page, wanted: Locator) -> None:
    """By Tab, as somebody without a mouse does; fails where the way does not lead there, or nobody sees where they are."""
    expect(wanted).to_be_visible()
    for _step in range(MOST_STEPS):
        if wanted.evaluate("place => place === document.activeElement || place.contains(document.activeElement)"):
            assert wanted.evaluate(SHOWS_WHERE), f"Nobody sees that they are at {wanted}."
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No way by Tab to {wanted}.")


def walk_to_words(page: Page) -> None:
    """To where one writes, with the caret in the editor, which comes when somebody begins."""
    walk_to(page, page.get_by_role("main").get_by_role("textbox", name="What do you want to say?"))
    expect(page.locator(".ProseMirror")).to_be_focused()


def press(page: Page, wanted: Locator) -> None:
    walk_to(page, wanted)
    page.keyboard.press("Enter")


def day(later: int) -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=later)


def test_when_one_is_reminded_is_chosen_by_keys(enter: Enter) -> None:
    page = enter("trainee2", viewport=PHONE)
    page.goto("/account/notifications/")
    week, soon = page.get_by_label("A week before"), page.get_by_label("Ten minutes before the room begins")
    kept = page.get_by_role("button", name="Keep")
    for box in (week, soon):
        walk_to(page, box)
        page.keyboard.press("Space")
    press(page, kept)

    expect(page.get_by_label("A week before")).not_to_be_checked()
    expect(page.get_by_label("The day before")).to_be_checked()
    expect(page.get_by_label("Ten minutes before the room begins")).not_to_be_checked()

    for box in (week, soon):
        walk_to(page, box)
        page.keyboard.press("Space")
    press(page, kept)
    expect(page.get_by_label("A week before")).to_be_checked()
    expect(page.get_by_label("Ten minutes before the room begins")).to_be_checked()


def test_please_contact_me_from_asking_to_closing_by_keys(enter: Enter, axe: Axe) -> None:
    asker, contact = enter("trainee2", viewport=PHONE), enter("aftercare")
    asker.goto("/journal/")
    press(asker, asker.get_by_role("banner").get_by_role("link", name="Please contact me"))
    expect(asker.get_by_role("heading", level=1, name="Please contact me")).to_be_visible()
    expect(asker.get_by_role("main")).to_contain_text("On duty today: Trainer B. You are answered within 24 hours.")
    walk_to(asker, asker.get_by_role("textbox"))
    asker.keyboard.type("A demo wish to talk on the telephone.")
    press(asker, asker.get_by_role("main").get_by_role("button", name="Please contact me"))
    expect(asker.get_by_role("main")).to_contain_text("Trainer B was told and will be in touch with you.")
    assert axe(asker) == []

    contact.goto("/contact-requests/")
    press(contact, contact.get_by_role("link", name="Trainee B").first)
    expect(contact.get_by_text("A demo wish to talk on the telephone.")).to_be_visible()
    press(contact, contact.get_by_role("button", name="I will be in touch"))
    expect(contact.get_by_role("main")).to_contain_text("Taken on")

    asker.reload()
    expect(asker.get_by_role("main")).to_contain_text(re.compile("Trainer B took this on"))
    press(asker, asker.get_by_role("button", name="This is done: close it").first)
    expect(asker.get_by_text("Closed. You can ask again at any time.")).to_be_visible()
    expect(asker.get_by_role("main")).to_contain_text("You closed this on")
    contact.reload()
    expect(contact.get_by_role("main")).to_contain_text("Closed by who asked")


def test_who_is_on_duty_is_planned_and_ended_by_keys(enter: Enter, axe: Axe) -> None:
    page = enter("trainer", viewport=PHONE)
    page.goto("/c/demo-cohort/people/")
    press(page, page.get_by_role("link", name="Who is on duty"))
    walk_to(page, page.get_by_label("Who"))
    page.keyboard.type("Trainer A")
    for label, later in (("From", 3), ("Until, and on that day too", 5)):
        walk_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(f"{day(later):%m%d%Y}")
    press(page, page.get_by_role("button", name="Put on duty"))
    expect(page.get_by_text("Trainer A is on duty on these days.")).to_be_visible()
    assert axe(page) == []

    press(page, page.get_by_role("button", name=f"Take off Trainer A, {day(3).day} {day(3):%B %Y}"))
    expect(page.get_by_text("Trainer A is no longer on duty on these days.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Trainer A")).to_have_count(0)


def test_an_announcement_is_written_put_off_and_taken_back_by_keys(enter: Enter) -> None:
    page, title = enter("trainer"), f"By keys {uuid.uuid4().hex[:8]}"
    page.goto("/c/demo-cohort/announcements/")
    press(page, page.get_by_role("link", name="Announce something"))
    walk_to(page, page.get_by_label("Title"))
    page.keyboard.type(title)
    walk_to_words(page)
    page.keyboard.type("Please bring something warm.")
    walk_to(page, page.get_by_label("For", exact=True))
    page.keyboard.type("Trainee")
    walk_to(page, page.get_by_label("Goes out on"))
    page.keyboard.type(f"{day(20):%m%d%Y}")
    walk_to(page, page.get_by_label("At (if you like)"))
    page.keyboard.type("0930AM")
    press(page, page.get_by_role("button", name="Announce it"))

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("main")).to_contain_text("Please bring something warm.")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"goes out on .* 09:30 \(your time\)"))
    page.goto("/c/demo-cohort/announcements/")
    expect(page.get_by_role("region", name="Still to go out")).to_contain_text(title)
    press(page, page.get_by_role("link", name=title))
    press(page, page.get_by_role("button", name="Take it back"))
    expect(page.get_by_text("Taken back. Nobody was told.")).to_be_visible()


def test_an_announcement_stands_on_today_until_it_was_read_by_keys(enter: Enter) -> None:
    trainer, reader, title = enter("trainer"), enter("trainee2", viewport=PHONE), f"A word {uuid.uuid4().hex[:8]}"
    trainer.goto("/c/demo-cohort/announcements/new/")
    walk_to(trainer, trainer.get_by_label("Title"))
    trainer.keyboard.type(title)
    walk_to_words(trainer)
    trainer.keyboard.type("It is short.")
    press(trainer, trainer.get_by_role("button", name="Announce it"))
    expect(trainer.get_by_text("It is going out now.")).to_be_visible()

    read = reader.get_by_role("button", name=re.compile(f"I have read it.*{title}"))
    for _minute in range(60):  # the worker sends it
        reader.goto("/c/demo-cohort/")
        if read.count():
            break
        reader.wait_for_timeout(1000)
    press(reader, read)
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    expect(read).to_have_count(0)
