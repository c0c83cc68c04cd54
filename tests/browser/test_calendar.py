"""The calendar by keyboard, on a phone and on paper; the address for other calendars, without scripts."""

import re

import icalendar
from playwright.sync_api import expect

from tests.browser.conftest import Enter

PHONE = {"width": 375, "height": 800}
DAY = re.compile(r"#day-[0-9-]+$")


def test_a_day_of_the_month_leads_to_its_hours_by_keyboard(enter: Enter) -> None:
    page = enter("trainee", viewport=PHONE)
    page.goto("/calendar/")
    day = page.locator(".month td a").first
    if day.count() == 0:  # between two blocks
        page.get_by_role("link", name=re.compile("On to:")).click()
    day.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(DAY)
    target = page.evaluate("document.querySelector(':target').textContent.trim()")
    number = day.locator(".month-number").evaluate("place => parseInt(place.textContent)")
    assert str(number) in target
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_the_months_table_is_a_table_with_days_of_the_week_for_who_listens(enter: Enter) -> None:
    page = enter("trainee")
    page.goto("/calendar/")

    headers = page.get_by_role("columnheader").all_inner_texts()

    assert [header.split()[-1] for header in headers] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def test_the_calendar_prints_its_days_without_what_is_only_for_the_screen(enter: Enter) -> None:
    page = enter("trainee")
    page.goto("/calendar/")
    page.emulate_media(media="print")

    expect(page.locator(".month table")).to_be_visible()
    expect(page.locator(".month-page .tabs")).to_be_hidden()


def test_an_address_is_made_without_scripts_read_by_a_program_and_ended(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=False)
    page.goto("/calendar/elsewhere/")
    page.get_by_role("button", name=re.compile("Make (my|a new) address")).click()
    address = page.get_by_label("The address of your calendar").input_value()
    page.goto("/calendar/elsewhere/")
    expect(page.get_by_text("It is shown nowhere any more.")).to_be_visible()

    browser = page.context.browser
    assert browser is not None
    program = browser.new_context()
    answer = program.request.get(address)
    read = icalendar.Calendar.from_ical(answer.body())
    page.get_by_role("button", name="End this address").click()
    ended = program.request.get(address)
    program.close()

    assert (answer.status, len(read.walk("VEVENT")) > 20, ended.status) == (200, True, 404)
    expect(page.get_by_text("You have none yet.")).to_be_visible()
