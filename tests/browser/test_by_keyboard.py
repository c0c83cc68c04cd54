"""By keyboard alone: a date moves, a sitting is taken out, people are divided into groups, words are proposed."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter
from tests.browser.keys import press, reach, write

COHORT = "/c/other-demo-cohort"


def sixth(page: Page) -> Locator:
    """A block that no other test moves."""
    return page.get_by_role("region", name="Blocks").locator("> ol > li").nth(5)


def test_a_sitting_is_moved_and_another_taken_out(enter: Enter) -> None:
    page = enter("coordinator")
    page.goto(f"{COHORT}/plan/")
    press(page, sixth(page).locator("summary", has_text="days with their sittings"))
    press(page, sixth(page).get_by_role("link", name=re.compile("^Move ?: ")).last)
    reach(page, page.locator("input[name=begins]"))
    page.keyboard.type("1735")
    reach(page, page.locator("input[name=ends]"))
    page.keyboard.type("1825")
    write(page, page.locator("input[name=why]"), "A demo reason")
    press(page, page.get_by_role("button", name="See what depends on it"))
    expect(page.get_by_role("heading", name="And what depends on it")).to_be_visible()
    press(page, page.get_by_role("button", name="Save these dates"))
    expect(page.get_by_role("region", name="What was changed")).to_contain_text("A demo reason")

    press(page, sixth(page).locator("summary", has_text="days with their sittings"))
    press(page, sixth(page).get_by_role("link", name=re.compile("^Take it out ?: .*17:35")))
    expect(page.get_by_role("heading", name="And what depends on it")).to_be_visible()
    write(page, page.locator("input[name=why]"), "Another demo reason")
    press(page, page.get_by_role("button", name="Take it out of the plan"))
    expect(page.get_by_role("region", name="What was changed")).to_contain_text("Another demo reason")


def test_people_are_divided_into_groups(enter: Enter) -> None:
    page = enter("coordinator")
    page.goto(f"{COHORT}/groups/divide/")
    press(page, page.get_by_role("button", name="Show a plan"))
    expect(page.get_by_role("heading", name="The plan")).to_be_visible()
    place = page.get_by_label("Trainee X")
    reach(page, place)
    page.keyboard.type("2")
    press(page, page.get_by_role("button", name="Look again"))
    expect(place).to_have_value("1")  # the only group that anybody is in is the first
    press(page, page.get_by_role("button", name="Keep these groups"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Groups")
    expect(page.get_by_role("main")).to_contain_text("Trainee X")


def test_words_are_proposed(enter: Enter) -> None:
    page = enter("trainee2")
    page.goto("/c/demo-cohort/agreement/text/")
    press(page, page.get_by_role("link", name=re.compile("speak about it")).first)
    press(page, page.get_by_role("link", name="Propose other words"))
    reach(page, page.get_by_label("Words"))
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" A demo sentence by keyboard.")
    press(page, page.get_by_role("button", name="Propose it"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Other words are proposed")
    write(page, page.get_by_label("What do you want to say?"), "Said by keyboard.")
    press(page, page.get_by_role("button", name="Say it"))
    expect(page.get_by_role("region", name="What was said")).to_contain_text("Said by keyboard.")
