"""What somebody meets when something about the line or the sign-in goes wrong in the middle of a seminar: their words are kept, are said
once, and what to do is said."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Enter, Watch, sign_in
from tests.browser.test_room import enter_the_practice_room

NOT_ITS_LINE = "WebSocket connection to"


class Line:
    """The line of a page's room: `cut` ends what goes through it and lets nothing through; `code` is what the server would close with."""

    def __init__(self, page: Page) -> None:
        self.open = True
        self.code: int | None = None
        self.opened = 0
        self.now: list[WebSocketRoute] = []
        page.route_web_socket("**/ws/room/**", self._route)

    def _route(self, route: WebSocketRoute) -> None:
        self.opened += 1
        if not self.open:
            route.close(code=1013)
            return
        if self.code is not None:
            code, self.code = self.code, None
            route.close(code=code)
            return
        route.connect_to_server()
        self.now.append(route)

    def cut(self, code: int = 1013) -> None:
        for route in self.now:
            route.close(code=code)
        self.now.clear()


def write(page: Page, words: str) -> None:
    page.get_by_label("Your words").fill(words)
    page.get_by_role("button", name="Say it").click()


def test_words_said_while_the_line_is_away_wait_and_are_said_once(enter: Enter) -> None:
    page, other = enter("trainee"), enter("trainee2")
    line = Line(page)
    for one in (page, other):
        enter_the_practice_room(one)
    line.open = False
    line.cut()
    expect(page.locator("[data-connection]")).to_have_text("Reconnecting … Your words are kept.")

    write(page, "Said while the line was away")
    expect(page.locator(".said.unsent")).to_contain_text("not sent yet")
    page.get_by_label("Your words").fill("And this is not finished")
    expect(other.locator("[data-log]")).not_to_contain_text("Said while the line was away")
    line.open = True

    expect(other.locator(".said[data-seq]", has_text="Said while the line was away")).to_have_count(1)
    expect(page.locator(".said[data-seq]", has_text="Said while the line was away")).to_have_count(1)
    expect(page.locator(".said.unsent")).to_have_count(0)
    expect(page.get_by_label("Your words")).to_have_value("And this is not finished")


def test_a_ticket_that_ran_out_while_a_laptop_slept_is_renewed_without_a_word(enter: Enter) -> None:
    page = enter("trainee")
    line = Line(page)
    enter_the_practice_room(page)
    page.get_by_label("Your words").fill("Begun before the lid was closed")
    line.code = 4401  # what the server says to the old ticket, once
    line.cut()

    expect(page.locator("[data-connection]")).to_have_text("Connected", timeout=15_000)
    expect(page.get_by_label("Your words")).to_have_value("Begun before the lid was closed")
    assert line.opened == 3
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".said[data-seq]", has_text="Begun before the lid was closed")).to_be_visible()


def test_who_was_signed_out_in_the_middle_signs_in_again_and_their_words_are_there(enter: Enter, site: str, chromium, watch: Watch) -> None:
    state = sign_in(chromium, site, "trainee")  # a sign-in of its own, because it ends
    page = enter("trainee2")
    page.context.clear_cookies()
    page.context.add_cookies(state["cookies"])
    line = Line(page)
    enter_the_practice_room(page)
    page.get_by_label("Your words").fill("Written before the sign-in ended")
    page.wait_for_timeout(1_500)  # kept a moment after the last key
    room = page.url

    page.context.clear_cookies(name="sessionid")
    line.code = 4401
    line.cut()

    connection = page.locator("[data-connection]")
    expect(connection).to_contain_text("You were signed out. Your words are kept.", timeout=15_000)
    expect(page.get_by_label("Your words")).to_have_value("Written before the sign-in ended")
    connection.get_by_role("link").click()
    page.locator("input[name=login]").fill("trainee@example.org")
    page.locator("input[name=password]").fill("open-dialogue")
    page.locator("form:has(input[name=password]) button[type=submit], form:has(input[name=password]) button:not([type])").first.click()
    page.wait_for_url(room)
    expect(connection).to_have_text("Connected")
    expect(page.get_by_label("Your words")).to_have_value("Written before the sign-in ended")


def test_what_was_sent_too_fast_goes_again_by_itself(enter: Enter) -> None:
    page = enter("trainee")
    enter_the_practice_room(page)
    for number in range(14):
        page.get_by_label("Your words").fill(f"Quickly, number {number}.")
        page.keyboard.press("Enter")

    expect(page.locator(".said[data-seq]", has_text="Quickly, number 13.")).to_have_count(1, timeout=30_000)
    expect(page.locator(".said.unsent")).to_have_count(0)
    for number in range(14):
        expect(page.locator(".said[data-seq]", has_text=f"Quickly, number {number}.")).to_have_count(1)


def test_where_no_socket_opens_a_room_goes_by_requests(enter: Enter, watch: Watch) -> None:
    watch.expect(NOT_ITS_LINE)
    walled, other = enter("trainee"), enter("trainee2")
    line = Line(walled)
    line.open = False
    enter_the_practice_room(other)
    walled.goto(other.url)
    expect(walled.locator("[data-connection]")).to_contain_text("This network lets no open line through.", timeout=20_000)

    write(walled, "Said through a wall")
    expect(other.locator(".said[data-seq]", has_text="Said through a wall")).to_have_count(1)
    expect(walled.locator(".said[data-seq]", has_text="Said through a wall")).to_have_count(1)
    expect(walled.locator(".said.unsent")).to_have_count(0)
    write(other, "Heard on this side")
    expect(walled.locator("[data-log]")).to_contain_text("Heard on this side", timeout=15_000)
    walled.get_by_role("button", name="Raise hand").click()
    # Who comes by requests stands in the circle of others within ten seconds, and with it by name.
    expect(other.locator("[data-hands]")).to_contain_text("Trainee A", timeout=15_000)
    walled.get_by_role("button", name="Lower hand").click()
    expect(walled.get_by_role("button", name="Raise hand")).to_be_visible()


def test_what_is_pressed_while_the_line_is_away_is_done_or_said_not_to_be(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page, other = enter("trainee"), enter("trainee2")
    line = Line(page)
    for one in (page, other):
        enter_the_practice_room(one)
    line.open = False
    line.cut()
    page.get_by_role("button", name="Raise hand").click()
    expect(other.locator("[data-hands]")).to_contain_text("Trainee A")  # by a request

    page.context.set_offline(True)
    page.get_by_role("button", name="Step out").click()
    expect(page.locator("[data-act-note]")).to_contain_text("That did not reach us just now.")
    expect(page.get_by_label("Your words")).to_be_visible()  # the page still stands
    page.context.set_offline(False)
    line.open = True
    expect(page.locator("[data-connection]")).to_have_text("Connected", timeout=20_000)
    page.get_by_role("button", name="Lower hand").click()
    expect(other.locator("[data-hands]")).to_be_hidden()


def test_words_written_without_a_pause_outlive_the_page(enter: Enter) -> None:
    page = enter("trainee")
    enter_the_practice_room(page)
    page.get_by_label("Your words").press_sequentially("Written on and on without a breath", delay=60)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value(re.compile("^Written on and on"))
    page.get_by_label("Your words").fill("")
    page.wait_for_timeout(1_500)  # nothing stands there for the next one


def test_who_was_away_is_told_how_much_came_and_is_not_read_all_of_it(enter: Enter) -> None:
    page, other = enter("trainee"), enter("trainee2")
    line = Line(page)
    for one in (page, other):
        enter_the_practice_room(one)
    line.open = False
    line.cut()
    for number in range(7):
        write(other, f"Meanwhile, number {number}.")
    expect(other.locator(".said[data-seq]").last).to_contain_text("Meanwhile, number 6.")
    line.open = True

    expect(page.locator("[data-announce]")).to_contain_text("7 messages came meanwhile.", timeout=20_000)
    expect(page.locator("[data-log]")).to_have_attribute("aria-live", "polite")
    said = page.locator(".said[data-seq]", has_text="Meanwhile, number 6.").last
    expect(said.locator(".said-acts")).to_have_attribute("aria-live", "off")  # the words are read out, not what can be done with them
    expect(said.locator(".said-more")).to_have_attribute("aria-live", "off")
