"""What waits for somebody: the dot appears while a page is open, with the next page where no socket comes through, and goes by looking."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import PHONE, Enter

Axe = Callable[[Page], list[str]]
SOMETHING, NOTHING = "Something is waiting for you", "Nothing is waiting for you"


def share(enter: Enter) -> str:
    """An entry that the trainee shares with Trainee B to reflect back; the address at which B answers."""
    page = enter("trainee", java_script_enabled=False)
    page.goto("/journal/new/")
    page.locator("textarea[name=body]").fill("I was frightened.")
    page.get_by_role("button", name="Keep").click()
    page.goto(f"{page.url}share/")
    page.get_by_label("The whole entry as it stands").check()
    page.get_by_label("Trainee B").check()
    page.get_by_label("Reflect back").check()
    page.get_by_role("button", name="See what they will see").click()
    page.get_by_role("button", name="Share").click()
    reader = enter("trainee2", java_script_enabled=False)
    reader.goto("/journal/shared/")
    reader.get_by_role("link", name="An entry by Trainee A").first.click()
    return reader.url


def respond(enter: Enter, address: str) -> None:
    page = enter("trainee2", java_script_enabled=False)
    page.goto(address)
    page.locator("textarea[name=body]").fill("I heard the fright.")
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("main")).to_contain_text("I heard the fright.")


def read_everything(page: Page) -> None:
    page.goto("/notifications/")
    if page.get_by_role("button", name="Mark all as read").count():
        page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("[data-bell]")).to_have_text(NOTHING)


def test_the_dot_appears_live_and_goes_by_looking(enter: Enter, axe: Axe) -> None:
    address = share(enter)
    page = enter("trainee")
    read_everything(page)
    page.goto("/account/")
    bell = page.locator("[data-bell]")
    expect(bell).to_have_attribute("data-bell-here", "")  # its socket was let in

    respond(enter, address)

    expect(bell).to_have_class("button plain round bar-dot")
    expect(bell).to_have_text(SOMETHING)
    bell.click()
    expect(page.locator("li.wait")).to_contain_text("Trainee B responded to something shared from a journal")
    assert axe(page) == []
    page.get_by_role("link", name="Trainee B responded").first.click()
    expect(page.get_by_role("main")).to_contain_text("I heard the fright.")
    expect(page.locator("[data-bell]")).to_have_text(NOTHING)


def test_without_a_socket_the_next_page_shows_it(enter: Enter) -> None:
    address = share(enter)
    page = enter("trainee", java_script_enabled=False)
    read_everything(page)

    respond(enter, address)
    page.goto("/account/")

    expect(page.locator("[data-bell]")).to_have_text(SOMETHING)
    expect(page.locator("[data-bell]")).to_have_class("button plain round bar-dot")


def test_a_bell_whose_socket_was_away_catches_up(enter: Enter) -> None:
    address = share(enter)
    page = enter("trainee")
    read_everything(page)
    sockets: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        sockets.append(route)
        route.connect_to_server()

    page.route_web_socket("**/ws/me/", pass_on)
    page.goto("/account/")
    bell = page.locator("[data-bell]")
    expect(bell).to_have_attribute("data-bell-here", "")

    respond(enter, address)
    expect(bell).to_have_text(SOMETHING)
    page.evaluate("document.querySelector('[data-bell-words]').textContent = 'not told'")
    sockets[0].close(code=1012)

    expect(bell).to_have_text(SOMETHING, timeout=20_000)
    expect(bell).to_have_attribute("data-bell-here", "")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_how_one_hears_of_things_is_chosen_by_form(enter: Enter, axe: Axe, scripts: bool) -> None:
    page = enter("trainee2", java_script_enabled=scripts, viewport=PHONE)
    page.goto("/account/notifications/")
    page.get_by_label("Once a week").check()
    page.get_by_label("Hour of the letter").select_option("17:00")
    page.get_by_label("Day of the letter").select_option("Friday")
    page.locator("input[name=mail_kinds][value=reminder]").uncheck()
    page.get_by_role("button", name="Keep").click()

    expect(page.get_by_label("Once a week")).to_be_checked()
    expect(page.get_by_label("Hour of the letter")).to_have_value("17")
    expect(page.get_by_label("Day of the letter")).to_have_value("4")
    expect(page.locator("input[name=mail_kinds][value=reminder]")).not_to_be_checked()
    if scripts:
        expect(page.get_by_role("button", name="Turn it on in this browser")).to_be_visible()
        assert axe(page) == []
    else:
        expect(page.get_by_text("This needs a browser with scripts")).to_be_visible()
    page.get_by_label("Once a day").check()
    page.locator("input[name=mail_kinds][value=reminder]").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Once a day")).to_be_checked()
