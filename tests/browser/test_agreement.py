"""A cohort writes its agreement, freezes, signs and changes it; and what is announced. In the demo's other cohort, which has none yet."""

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Axe, Enter
from tests.browser.keys import press, write

COHORT = "/c/other-demo-cohort"
EXERCISE = f"{COHORT}/course/arriving/listening/"


def freeze(page: Page, axe: Axe) -> None:
    page.goto(f"{COHORT}/agreement/freeze/")
    assert axe(page) == []
    page.get_by_role("button", name="Freeze, and ask everybody to sign").click()
    expect(page.get_by_role("button", name="Sign version")).to_be_visible()


def sign(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("I have read this agreement, and I will keep it").check()
    page.get_by_role("button", name="Sign version").click()
    expect(page.get_by_text(f"as {name}.")).to_be_visible()


def test_an_agreement_is_written_frozen_signed_and_changed(enter: Enter, axe: Axe, watch) -> None:
    watch.expect("status of 409")
    keeper, trainee = enter("coordinator"), enter("outsider", viewport=PHONE, java_script_enabled=False)

    # Nothing experiential opens unsigned.
    trainee.goto(EXERCISE)
    expect(trainee.get_by_text("This opens once there is an agreement, and you have signed it.")).to_be_visible()
    trainee.get_by_role("link", name="To the agreement").click()
    trainee.get_by_role("link", name="To the text that is being written").click()

    # Two people at once: what the trainee proposes meets a passage that was changed meanwhile, and neither is lost.
    trainee.get_by_role("link", name=re.compile("speak about it.*The place we sit in")).click()
    passage = trainee.url
    trainee.get_by_role("link", name="Propose other words").click()
    typed = "I sit where nobody can listen in, and say so if I cannot."
    trainee.get_by_label("Words").fill(typed)
    keeper.goto(f"{passage}propose/")
    keeper.get_by_label("Words").fill("I sit in a room of my own.")
    keeper.get_by_role("button", name="Put it into the text at once").click()
    expect(keeper.get_by_role("main")).to_contain_text("I sit in a room of my own.")
    trainee.get_by_role("button", name="Propose it").click()
    expect(trainee.get_by_text("This passage was changed while you were writing.")).to_be_visible()
    expect(trainee.get_by_label("Words")).to_have_value(typed)
    trainee.get_by_role("button", name="Propose it").click()
    expect(trainee.get_by_role("heading", level=1)).to_have_text("Other words are proposed")

    keeper.goto(trainee.url)
    assert axe(keeper) == []
    keeper.get_by_role("button", name="Take it up", exact=True).click()
    expect(keeper.get_by_text("Taken up. The text says so now.")).to_be_visible()

    # Frozen and signed: now it opens.
    freeze(keeper, axe)
    sign(keeper, "C. Oordinator")
    trainee.goto(EXERCISE)
    trainee.get_by_role("link", name="Read and sign the agreement").click()
    expect(trainee.get_by_role("main")).to_contain_text(typed)
    expect(trainee.get_by_text("Who has not signed yet")).to_have_count(0)
    sign(trainee, "T. Rainee X")
    trainee.goto(EXERCISE)
    expect(trainee.get_by_text("This opens once")).to_have_count(0)

    # Changed: it closes, shows what is different, and asks again.
    keeper.goto(f"{COHORT}/agreement/text/new/")
    keeper.get_by_label("Heading").fill("Cats")
    keeper.get_by_label("Words").fill("Cats are welcome.")
    keeper.get_by_role("button", name="Put it into the text at once").click()
    freeze(keeper, axe)
    expect(keeper.get_by_text("Trainee X")).to_be_visible()
    assert axe(keeper) == []
    trainee.goto(EXERCISE)
    trainee.get_by_role("link", name="Read and sign the agreement").click()
    expect(trainee.locator("ins", has_text="Cats are welcome.")).to_be_visible()
    sign(trainee, "T. Rainee X")
    trainee.goto(EXERCISE)
    expect(trainee.get_by_text("This opens once")).to_have_count(0)


def test_an_announcement_goes_out_and_stands_on_today_until_it_was_read(enter: Enter, axe: Axe) -> None:
    keeper, trainee = enter("coordinator"), enter("outsider", viewport=PHONE)
    keeper.goto(f"{COHORT}/announcements/new/")
    assert axe(keeper) == []
    keeper.get_by_label("Title").fill("We begin at nine")
    keeper.locator("textarea[name=body]").focus()
    keeper.locator(".ProseMirror").fill("On Thursday we begin an hour earlier.")
    keeper.get_by_role("button", name="Announce it").click()
    expect(keeper.get_by_text("It is going out now.")).to_be_visible()
    expect(once_gone_out(keeper).get_by_role("link", name="Correct it")).to_be_visible()

    trainee.goto(f"{COHORT}/")
    card = trainee.get_by_role("region", name="We begin at nine")
    expect(card).to_contain_text("On Thursday we begin an hour earlier.")
    assert axe(trainee) == []
    card.get_by_role("button", name="I have read it").click()
    expect(card).to_have_count(0)
    trainee.goto(f"{COHORT}/announcements/")
    trainee.get_by_role("link", name="We begin at nine").first.click()
    expect(trainee.get_by_role("main")).to_contain_text("On Thursday we begin an hour earlier.")


def once_gone_out(page: Page) -> Page:
    """The page as it is once a worker has sent out what it shows."""
    correct = page.get_by_role("link", name="Correct it")
    until = time.monotonic() + 60
    while correct.count() == 0 and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    return page


def test_an_agreement_is_frozen_and_signed_by_keyboard_alone(enter: Enter) -> None:
    keeper, trainee = enter("coordinator"), enter("outsider")
    keeper.goto(f"{COHORT}/agreement/text/new/")
    write(keeper, keeper.get_by_label("Heading"), "Tea")
    write(keeper, keeper.get_by_label("Words"), "We bring our own tea.")
    with keeper.expect_navigation():
        press(keeper, keeper.get_by_role("button", name="Put it into the text at once"))
    keeper.goto(f"{COHORT}/agreement/freeze/")
    press(keeper, keeper.get_by_role("button", name="Freeze, and ask everybody to sign"))
    expect(keeper.get_by_role("button", name="Sign version")).to_be_visible()

    trainee.goto(f"{COHORT}/agreement/")
    write(trainee, trainee.get_by_label("Your name"), "X by keyboard")
    press(trainee, trainee.get_by_label("I have read this agreement, and I will keep it"), "Space")
    press(trainee, trainee.get_by_role("button", name="Sign version"))
    expect(trainee.get_by_text("as X by keyboard.")).to_be_visible()
