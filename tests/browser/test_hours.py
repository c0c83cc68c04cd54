"""Hours and attendance: the sheet on a phone that loses its line, two people on one sheet, and one's own pages."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Axe, Enter
from tests.browser.keys import press, write

COHORT = "/c/demo-cohort"


def open_sheet(page: Page) -> None:
    """That of the one hour of the demo which waits for it."""
    page.goto(f"{COHORT}/attendance/")
    page.get_by_text("Earlier", exact=True).click()
    page.locator("ul.list").filter(has_text="15:30").last.get_by_role("link").last.click()
    expect(page.locator("[data-sheet]")).to_be_visible()


def row(page: Page, name: str):
    return page.locator("[data-row]").filter(has_text=name)


def test_sheet_keeps_marks_without_a_line_and_sends_them_when_it_is_back(enter: Enter, watch, axe_both: Axe) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page = enter("trainer", viewport=PHONE)
    open_sheet(page)
    assert axe_both(page) == []
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()

    page.context.set_offline(True)
    row(page, "Trainee C").get_by_label("Here", exact=True).check()
    expect(row(page, "Trainee C").locator("[data-state]")).to_have_text("Kept on this phone. It goes when there is a line.")
    page.reload()
    expect(row(page, "Trainee C").get_by_label("Here", exact=True)).to_be_checked()
    row(page, "Trainee C").get_by_label("Minutes late").fill("10")
    row(page, "Trainee C").get_by_label("Minutes late").blur()
    page.context.set_offline(False)

    expect(row(page, "Trainee C").locator("[data-state]")).to_have_text("Kept. Here, 10 minutes late", timeout=20_000)
    page.reload()
    expect(row(page, "Trainee C")).to_contain_text("50 of 60 minutes. Noted by a trainer.")


def test_sheet_shows_what_somebody_else_noted_meanwhile(enter: Enter, watch) -> None:
    watch.expect("409")
    trainer, coordinator = enter("trainer", viewport=PHONE), enter("coordinator")
    open_sheet(trainer)
    open_sheet(coordinator)
    row(coordinator, "Trainee D").get_by_label("Not here").check()
    expect(row(coordinator, "Trainee D").locator("[data-state]")).to_have_text("Kept. Not here")

    row(trainer, "Trainee D").get_by_label("Here", exact=True).check()
    expect(row(trainer, "Trainee D").locator("[data-conflict]")).to_contain_text("Coordinator A noted meanwhile: Not here.")
    row(trainer, "Trainee D").get_by_role("button", name="Theirs is right").click()

    expect(row(trainer, "Trainee D").get_by_label("Not here")).to_be_checked()
    expect(row(trainer, "Trainee D").locator("[data-state]")).to_have_text("Kept. Not here")


KEPT = "caches.open('sheets-1').then((shelf) => shelf.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"


def kept_sheets(page: Page) -> list[str]:
    """Which sheets this browser could show without a line."""
    return [path for path in page.evaluate(KEPT) if "/attendance/" in path]


def keep_sheet(page: Page) -> str:
    """Opens a sheet so that its page is kept; returns its path."""
    open_sheet(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    expect(page.locator("[data-sheet]")).to_be_visible()
    path = page.evaluate("location.pathname")
    assert kept_sheets(page) == [path]
    return path


def test_sheets_go_from_a_shared_phone_with_a_sign_in_that_ended_by_itself(enter: Enter, watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    here, there = enter("trainer", viewport=PHONE), enter("trainer", viewport=PHONE)
    path = keep_sheet(here)
    here.context.clear_cookies()
    here.goto(path)
    expect(here.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert kept_sheets(here) == []

    keep_sheet(there)
    there.context.clear_cookies()
    there.goto("/")  # not a sheet, so the worker hears nothing of it
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")
    there.evaluate("new Promise((wait) => setTimeout(wait, 200))")
    assert kept_sheets(there) == []


def test_sheets_go_when_they_are_somebodys_no_longer_or_old(enter: Enter, site: str, watch) -> None:
    watch.expect("404|ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource")
    page = enter("trainer", viewport=PHONE)
    path = keep_sheet(page)
    old = "new Response('old', {headers: {'x-kept-at': Date.now() - 49 * 3600e3}})"
    page.evaluate(f"(path) => caches.open('sheets-1').then((shelf) => shelf.put(path, {old}))", path)
    page.goto(f"{site}{COHORT}/attendance/999999999/")

    assert kept_sheets(page) == []
    page.goto(path)
    assert kept_sheets(page) == [path]
    page.evaluate("caches.open('sheets-1').then((shelf) => shelf.put('/c/demo-cohort/attendance/999999999/', new Response('theirs')))")
    page.goto(f"{site}{COHORT}/attendance/999999999/")
    assert kept_sheets(page) == [path]


def test_pages_between_a_trainee_and_a_trainer_are_found_by_axe_to_be_well(enter: Enter, axe_both: Axe) -> None:
    trainer = enter("trainer", viewport=PHONE)
    trainer.goto(f"{COHORT}/attendance/")
    assert axe_both(trainer) == []
    trainer.get_by_role("link", name="Trainee B", exact=True).click()
    expect(trainer.get_by_role("heading", level=1)).to_have_text("Trainee B")
    assert axe_both(trainer) == []
    trainer.get_by_role("link", name="Correct", exact=False).first.click()
    assert axe_both(trainer) == []

    trainee = enter("trainee2", viewport=PHONE)
    trainee.goto(f"{COHORT}/hours/")
    trainee.locator("a[href*='/make-ups/']").click()
    expect(trainee.get_by_role("button", name="I agree")).to_be_visible()
    assert axe_both(trainee) == []


def tab_to(page: Page, target: Locator, *, most: int = 200) -> None:
    """Only by the Tab key, as somebody does who has no mouse."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the Tab key never comes there")


def test_sheet_and_correction_by_keyboard_alone(enter: Enter, watch) -> None:
    page = enter("trainer")
    open_sheet(page)
    mine = row(page, "Trainee E")

    tab_to(page, mine.get_by_label("Here", exact=True))
    page.keyboard.press("Space")
    expect(mine.locator("[data-state]")).to_have_text("Kept. Here")
    tab_to(page, mine.get_by_label("Minutes late"))
    page.keyboard.type("15")
    page.keyboard.press("Tab")
    expect(mine.locator("[data-state]")).to_have_text("Kept. Here, 15 minutes late")

    page.reload()
    expect(mine).to_contain_text("45 of 60 minutes. Noted by a trainer.")
    page.goto(f"{COHORT}/attendance/")
    person = page.get_by_role("link", name="Trainee E", exact=True)
    tab_to(page, person)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trainee E")
    tab_to(page, page.get_by_role("link", name="Correct", exact=False).first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("The reason"))
    page.keyboard.type("The sheet was one line off.")
    tab_to(page, page.locator("main form").get_by_role("button").last)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Corrected. Trainee E is told, and reads your reason.")).to_be_visible()


def test_hours_are_found_from_the_menu_and_the_course(enter: Enter) -> None:
    page = enter("trainee", viewport=PHONE)
    page.goto("/")
    page.get_by_text("Your menu").locator("xpath=ancestor::summary").click()
    page.get_by_role("link", name="Your hours", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your hours")
    expect(page.get_by_role("heading", name="Towards your certificate")).to_be_visible()

    page.goto(f"{COHORT}/course/")
    page.get_by_role("link", name="Your hours, and what is still possible").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your hours")


def test_a_day_is_agreed_on_and_decided_by_keyboard_alone(enter: Enter) -> None:
    """The last of this file: a day that is decided is no longer open."""
    trainee, trainer = enter("trainee2", viewport=PHONE), enter("trainer", viewport=PHONE)
    trainee.goto(f"{COHORT}/hours/")
    press(trainee, trainee.locator("a[href*='/make-ups/']"))
    press(trainee, trainee.get_by_role("button", name="I agree"))
    expect(trainee.get_by_text("Trainee B agreed on")).to_be_visible()

    trainer.goto(f"{COHORT}/attendance/")
    press(trainer, trainer.get_by_role("region", name="Days being made up").get_by_role("link", name="Trainee B"))
    press(trainer, trainer.get_by_label("counts as made up"), "Space")
    write(trainer, trainer.get_by_label("A sentence for the trainee"), "A demo of what was made up.")
    press(trainer, trainer.get_by_role("region", name="Decide").get_by_role("button"))
    expect(trainer.get_by_role("heading", name="This day counts as made up")).to_be_visible()

    trainee.reload()
    expect(trainee.get_by_text("A demo of what was made up.")).to_be_visible()
