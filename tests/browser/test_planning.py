"""A coordinator plans: moving dates with everything shown first, and somebody else who was faster."""

import datetime
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Axe, Enter
from tests.browser.keys import press, reach, write

PLAN = "/c/other-demo-cohort/plan/"
NARROW = {"width": 320, "height": 700}


def wrong(page: Page, axe_both: Axe) -> list[str]:
    """What is wrong with the page as it stands, narrow and wide."""
    found = []
    for viewport in (NARROW, DESK):
        page.set_viewport_size(viewport)
        found += axe_both(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append(f"{viewport['width']} px: the page scrolls sideways")
    return found


def open_block(page: Page, title: str) -> None:
    page.goto(PLAN)
    page.get_by_role("link", name=re.compile(f"Move this block.*{title}")).click()


def later(page: Page, name: str, days: int) -> str:
    day = datetime.date.fromisoformat(page.locator(f"input[name={name}]").input_value())
    return (day + datetime.timedelta(days=days)).isoformat()


def test_a_day_is_moved_after_what_depends_on_it_was_shown(enter: Enter, axe_both: Axe) -> None:
    page = enter("coordinator", java_script_enabled=False)
    page.goto(PLAN)
    page.locator("summary", has_text="days with their sittings").last.click()
    page.get_by_role("link", name="Move this day").last.click()
    page.locator("input[name=to]").fill(later(page, "to", 3))
    page.locator("input[name=why]").fill("The demo hall is taken")
    page.get_by_role("button", name="See what depends on it").click()

    expect(page.get_by_role("heading", name="And what depends on it")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("5 live rooms move along with their sittings.")
    page.get_by_role("button", name="Save these dates").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The plan of the year")
    expect(page.get_by_role("region", name="What was changed")).to_contain_text("The demo hall is taken")
    expect(page.get_by_role("region", name="Blocks")).to_contain_text("Differs from the template")


def test_a_second_coordinator_sees_both(enter: Enter, axe_both: Axe, watch) -> None:
    watch.expect("status of 409")
    first, second = enter("coordinator"), enter("coordinator")
    for page, days in ((second, 4), (first, 2)):
        open_block(page, "Power, difference, peer work")
        page.locator("input[name=opens_on]").fill(later(page, "opens_on", -days))
    first.locator("input[name=why]").fill("Earlier reading")
    first.get_by_role("button", name="See what depends on it").click()
    assert wrong(first, axe_both) == []
    first.get_by_role("button", name="Save these dates").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("The plan of the year")

    second.get_by_role("button", name="See what depends on it").click()

    expect(second.get_by_role("heading", level=1)).to_have_text("Somebody else changed the plan")
    expect(second.get_by_role("region", name="What was changed meanwhile")).to_contain_text("Earlier reading")
    expect(second.get_by_role("table")).to_contain_text("As you typed it")
    assert wrong(second, axe_both) == []
    second.get_by_role("button", name="Go on with what I typed").click()
    second.get_by_role("button", name="Save these dates").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("The plan of the year")


def test_a_year_is_shown_before_it_begins(enter: Enter, axe_both: Axe) -> None:
    page = enter("coordinator")
    page.goto("/cohorts/new/?like=cohort:demo-cohort")
    page.locator("input[name=title]").fill("A year that nobody begins")
    page.locator("input[name=start_1]").fill("2028-02-29")
    page.get_by_role("button", name="See the year").click()

    expect(page.get_by_role("table")).to_contain_text("Tue 29 February 2028")
    expect(page.locator("input[name=start_2]")).to_have_value("2028-04-11")
    assert wrong(page, axe_both) == []


def test_a_day_is_added_and_called_off_and_the_clock_changed_by_keys(enter: Enter) -> None:
    page = enter("coordinator")
    plan, see = page.get_by_role("heading", level=1, name="The plan of the year"), page.get_by_role("button", name="See what depends on it")
    page.goto(PLAN)
    press(page, page.get_by_role("link", name="Add a day").last)
    press(page, see)
    expect(page.get_by_role("main")).to_contain_text("5 live rooms are made for them, one for each sitting.")
    press(page, page.get_by_role("button", name="Add this day"))
    expect(plan).to_be_visible()

    press(page, page.locator("summary", has_text="days with their sittings").last)
    press(page, page.get_by_role("link", name=re.compile(r"^Take it out ?: \d+ \w+$")).last)
    press(page, page.get_by_role("link", name="called off"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Call off"))
    write(page, page.get_by_label("Why"), "The demo hall is flooded")
    press(page, page.get_by_role("button", name="Call off what is chosen"))
    expect(page.get_by_text("5 are called off. Everybody is told.")).to_be_visible()
    page.goto(PLAN)
    expect(page.get_by_role("region", name="Blocks").get_by_text("Called off", exact=True)).to_have_count(5)
    expect(page.get_by_role("region", name="What was changed")).to_contain_text("The demo hall is flooded")

    for city in ("Dublin", "London"):
        press(page, page.get_by_role("link", name="Change the clock of the course"))
        reach(page, page.get_by_label("Time zone of the course"))
        page.keyboard.type(city)
        press(page, see)
        expect(page.get_by_role("main")).to_contain_text("No sitting is at another moment.")
        press(page, page.get_by_role("button", name="Go by this clock"))
        expect(plan).to_be_visible()
