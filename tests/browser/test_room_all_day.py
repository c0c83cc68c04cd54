"""A room that is open all day: its page stays light, and what left it comes back where somebody wants it."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Enter, Watch
from tests.browser.test_room import enter_the_practice_room
from tests.browser.test_room_lines import write

MOST = 4  # lines, instead of three hundred
SAID = 8
BACK = "What was said before"
TELLS = "log => new MutationObserver(() => (window.told ??= []).push(log.getAttribute('aria-live'))).observe(log, { childList: true })"


def short(route: Route) -> None:
    answer = route.fetch()
    body, times = re.subn(r"const MOST = \d+;", f"const MOST = {MOST};", answer.text())
    assert times == 1
    route.fulfill(response=answer, body=body)


@pytest.fixture
def page(enter: Enter) -> Page:
    """A low window in the practice room, in which the morning was said and one line since; its log keeps four."""
    page = enter("trainee", viewport={"width": 1000, "height": 620})
    page.route(re.compile(r"/room/earlier\.[^/]*js"), short)
    enter_the_practice_room(page)
    if not line(page, 0).count():
        for number in range(SAID):
            say(page, f"Line {number} of the morning")
    say(page, "The afternoon begins")
    assert len(lines(page)) == MOST
    return page


def say(page: Page, words: str) -> None:
    write(page, words)
    expect(page.locator(".said[data-seq]").last).to_contain_text(words)
    expect(page.locator(".unsent")).to_have_count(0)


def hear(page: Page, other: Page, words: str) -> None:
    say(other, words)
    expect(page.locator(".said[data-seq]").last).to_contain_text(words)


def lines(page: Page) -> list[str]:
    told: list[str] = page.locator("[data-log]").evaluate(
        "log => [...log.querySelectorAll(':scope > [data-seq]')].map(line => line.querySelector('.said-words')?.textContent ?? '')"
    )
    return told


def line(page: Page, number: int) -> Locator:
    return page.locator(f".said[data-seq]:has(.said-words:text-is('Line {number} of the morning'))")


def scroll(page: Page, to: str) -> None:
    page.locator("[data-log]").evaluate(f"log => log.scrollTop = {to}")


def bring_back(page: Page) -> None:
    page.get_by_role("link", name=BACK).dispatch_event("click")
    expect(line(page, 0)).to_be_attached()


def test_the_oldest_lines_leave_and_come_back_where_somebody_reads(page: Page) -> None:
    left = lines(page)
    assert left[-1] == "The afternoon begins"
    assert "Line 0 of the morning" not in left
    first = page.locator("[data-log] > [data-seq]").first.element_handle()
    back = page.get_by_role("link", name=BACK)
    scroll(page, "0")
    back.focus()
    was = first.bounding_box()
    page.locator("[data-log]").evaluate(TELLS)

    back.press("Enter")
    expect(line(page, 0)).to_be_attached()

    now = first.bounding_box()
    assert was is not None and now is not None and abs(now["y"] - was["y"]) <= 1
    assert page.evaluate("window.told") == ["off"]  # nobody is read the morning once more
    assert page.evaluate("document.activeElement.matches('[data-log], [data-earlier] a')")
    assert lines(page)[-MOST:] == left
    expect(line(page, 0).locator("[data-act=quote]")).to_be_attached()
    expect(page.locator("[data-log]")).to_have_attribute("aria-live", "polite")


def test_who_reads_further_up_keeps_what_they_read_until_they_are_back(page: Page, enter: Enter) -> None:
    other = enter("trainee2")
    enter_the_practice_room(other)
    bring_back(page)
    scroll(page, "0")
    hear(page, other, "Said while somebody reads back")
    assert line(page, 0).count() == 1

    scroll(page, "log.scrollHeight")
    hear(page, other, "Said when they are back")
    assert len(lines(page)) == MOST


def test_what_somebody_holds_stays_with_all_that_came_after_it(page: Page, enter: Enter) -> None:
    other = enter("trainee2")
    enter_the_practice_room(other)
    bring_back(page)
    line(page, 2).get_by_role("link", name="Keep these words").focus()
    scroll(page, "log.scrollHeight")
    hear(page, other, "Said while a line is in hand")
    assert "Line 1 of the morning" not in lines(page)
    assert lines(page)[0] == "Line 2 of the morning"

    page.get_by_label("Your words").focus()
    line(page, 4).locator(".said-words").evaluate("words => getSelection().selectAllChildren(words)")
    hear(page, other, "Said while words are marked")
    assert lines(page)[0] == "Line 4 of the morning"

    page.evaluate("getSelection().removeAllRanges()")
    hear(page, other, "Said while nothing is held")
    assert len(lines(page)) == MOST


def test_a_quotation_leads_to_words_that_left_and_what_was_taken_back_does_not_come_back(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    bring_back(page)
    line(page, 6).locator("[data-act=quote]").dispatch_event("click")
    line(page, 7).locator("[data-act=withdraw]").dispatch_event("click")
    expect(line(page, 7)).to_have_count(0)
    for words in ("I come back to that", "The evening begins"):
        say(page, words)
    scroll(page, "log.scrollHeight")
    say(page, "And it is dark")
    assert line(page, 6).count() == 0

    page.get_by_role("link", name="Line 6 of the morning").click()
    expect(line(page, 6)).to_be_in_viewport()
    assert "Line 7 of the morning" not in lines(page)


def test_lines_that_do_not_come_leave_the_way_back_as_it_was(page: Page, watch: Watch) -> None:
    watch.expect("before=")
    watch.expect("net::ERR_FAILED")
    page.route("**/?before=*", lambda route: route.abort())
    back, left = page.get_by_role("link", name=BACK), lines(page)
    back.focus()

    back.press("Enter")

    expect(page.locator("[data-earlier] [role=status]")).to_contain_text("That did not reach us just now.")
    assert back.evaluate("link => link === document.activeElement")
    assert lines(page) == left
