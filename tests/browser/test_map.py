"""Drawing a map by mouse, finger and keys; and headings to begin an entry with."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Axe, Enter, Watch

NEW = "/journal/maps/new/"
KEPT_THERE = re.compile(r"Kept \d\d:\d\d on this device and on the server")
NARROW = {"width": 320, "height": 700}


def status(page: Page):
    return page.locator("[data-save-status]")


def circle(page: Page, name: str):
    return page.locator(f'[data-circle][aria-label^="{name},"]')


def place(page: Page, name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", circle(page, name).get_attribute("transform"))]


def add(page: Page, name: str, kind: str = "person") -> None:
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Name; a letter or a colour is enough").fill(name)
    page.get_by_label("What it is", exact=True).select_option(kind)
    page.get_by_role("button", name="Done").click()


def test_a_map_is_drawn_by_keys_alone_and_kept_by_itself(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    page.get_by_role("button", name="Add", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Mother")
    page.keyboard.press("Enter")
    expect(circle(page, "Mother")).to_be_focused()
    assert place(page, "Mother") == [500, 250]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert place(page, "Mother") == [510, 300]
    page.keyboard.press("l")
    page.keyboard.press("Shift+Tab")
    expect(circle(page, "Me")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Done").press("Enter")
    expect(circle(page, "Mother")).to_have_attribute("aria-label", "Mother, a person, close by, near to Me")
    expect(page.locator("[data-map-list]")).to_contain_text("Mother, a person, close by, near to Me")
    expect(status(page)).to_have_text(KEPT_THERE)
    assert re.fullmatch(r"/journal/maps/[0-9a-f-]{36}/", urlsplit(page.url).path)
    page.reload()
    expect(circle(page, "Mother")).to_have_attribute("transform", "translate(510 300)")

    circle(page, "Mother").press("Delete")
    page.get_by_role("button", name="Leave it", exact=True).click()
    expect(circle(page, "Mother")).to_have_count(1)
    circle(page, "Mother").press("Delete")
    page.get_by_role("button", name="Take it off").click()
    expect(circle(page, "Mother")).to_have_count(0)
    expect(circle(page, "Me")).to_be_focused()
    expect(page.locator(".map-lines path")).to_have_count(0)
    expect(status(page)).to_have_text(KEPT_THERE)


def test_a_circle_is_moved_by_mouse(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    box = circle(page, "Me").locator("use").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    unit = page.locator(".map-picture").evaluate("svg => svg.getScreenCTM().a")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50 * unit, y - 100 * unit)
    page.mouse.move(x + 100 * unit, y - 200 * unit)
    page.mouse.up()

    assert [abs(place(page, "Me")[0] - 600) <= 3, abs(place(page, "Me")[1] - 300) <= 3] == [True, True]
    expect(status(page)).to_have_text(KEPT_THERE)


def test_a_circle_is_moved_and_tied_by_finger(enter: Enter) -> None:
    page = enter("trainee", viewport=NARROW, has_touch=True, is_mobile=True)
    page.goto(NEW)
    add(page, "Ward", "place")
    box = circle(page, "Ward").locator("use").bounding_box()
    assert min(box["width"], box["height"]) >= 24
    hand = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, points in [("touchStart", [(x, y)]), ("touchMove", [(x + 20, y)]), ("touchMove", [(x + 40, y)]), ("touchEnd", [])]:
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]} for at in points]})
    unit = page.locator(".map-picture").evaluate("svg => svg.getScreenCTM().a")
    assert abs(place(page, "Ward")[0] - 500 - 40 / unit) <= 5

    page.get_by_role("button", name="Line", exact=True).tap()
    circle(page, "Me").locator("use").tap()
    page.get_by_label("What it is like").select_option("strained")
    page.get_by_role("button", name="Done").tap()
    expect(page.locator(".map-lines path.strained")).to_have_count(1)
    expect(page.locator("[data-map-lines]")).to_contain_text("Ward: not easy with Me")


def test_everything_is_changed_from_the_list_as_well(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(NEW)
    add(page, "Aunt", "voice")
    page.get_by_role("button", name="Change Aunt").click()
    page.get_by_label("A few words they said, or might have said").fill("Eat something first.")
    page.get_by_role("button", name="Done").click()

    expect(page.locator("[data-map-list]")).to_contain_text("Eat something first.")
    expect(page.get_by_role("button", name="Change Aunt")).to_be_focused()
    page.get_by_role("button", name="Change Aunt").click()
    page.get_by_role("button", name="Take off the map").click()
    page.get_by_role("button", name="Take it off").click()
    expect(page.locator("[data-map-list] li")).to_have_count(1)


def test_what_is_drawn_without_a_connection_is_there_again(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_FAILED|Failed to load")
    page = enter("trainee")
    page.goto(NEW)
    page.context.route("**/journal/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    add(page, "Grandfather")
    expect(status(page)).to_contain_text("Not connected. Your words are kept on this device")
    page.close()
    page.context.unroute_all()
    again = page.context.new_page()
    again.goto(NEW)

    expect(circle(again, "Grandfather")).to_have_count(1)
    expect(status(again)).to_have_text(KEPT_THERE)


def test_two_windows_keep_both_maps(enter: Enter, watch: Watch) -> None:
    watch.expect("409")
    here = enter("trainee")
    here.goto(NEW)
    add(here, "First")
    expect(status(here)).to_have_text(KEPT_THERE)
    there = here.context.new_page()
    there.goto(here.url)
    add(there, "There")
    expect(status(there)).to_have_text(KEPT_THERE)
    here.bring_to_front()
    add(here, "Here")
    expect(status(here)).to_contain_text("Written in two places. Nothing is lost.")
    status(here).get_by_role("button", name="Show both").click()

    expect(here.get_by_role("heading", level=1)).to_have_text("Drawn in two places")
    here.get_by_role("button", name="Keep both, as two maps").click()
    expect(circle(here, "Here")).to_have_count(1)
    assert here.url != there.url
    there.reload()
    expect(circle(there, "There")).to_have_count(1)
    expect(circle(there, "Here")).to_have_count(0)


def test_a_map_is_drawn_without_javascript(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=False)
    page.goto(NEW)
    page.get_by_role("group", name="Another circle").first.get_by_label("Name").fill("Teacher")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("group", name="Line 1").get_by_label("From").select_option("Teacher")
    page.get_by_role("group", name="Line 1").get_by_label("To", exact=True).select_option("Me")
    page.get_by_role("group", name="Line 1").get_by_label("What it is like").select_option("distant")
    page.get_by_role("button", name="Keep").click()

    expect(page.locator("[data-map-list]")).to_contain_text("Teacher, a person, close by, distant from Me")
    expect(page.locator(".map-lines path.distant")).to_have_count(1)


@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["320px", "1280px"])
def test_the_maps_pages_are_clean(enter: Enter, axe_both: Axe, viewport) -> None:
    page = enter("trainee", viewport=viewport)
    found = {}
    page.goto(NEW)
    add(page, "The ward sister of my very first year at the hospital by sea", "voice")
    page.get_by_role("button", name="Line", exact=True).click()
    circle(page, "Me").press("Enter")
    found["dialog"] = axe_both(page)
    page.get_by_role("button", name="Done").click()
    expect(status(page)).to_have_text(KEPT_THERE)
    found["map"] = axe_both(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.goto(f"{urlsplit(page.url).path}delete/")
    found["delete"] = axe_both(page)
    page.goto("/journal/")
    found["list"] = axe_both(page)
    bare = enter("trainee", viewport=viewport, java_script_enabled=False, bypass_csp=True)
    bare.goto(NEW)
    narrow = bare.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert found == {"dialog": [], "map": [], "delete": [], "list": []}
    assert (wide, narrow) == (0, 0)


# --- headings for an entry


def test_headings_come_into_the_editor_and_can_be_deleted(enter: Enter) -> None:
    page = enter("trainee")
    page.goto("/journal/new/")
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("Before.")
    page.get_by_text("Begin with headings").click()
    page.get_by_role("link", name="Driscoll").click()
    headings = page.locator(".ProseMirror h2")
    expect(headings).to_have_count(3)
    page.keyboard.type("A door closed.")
    assert page.locator(".ProseMirror > *").all_inner_texts()[:3] == [
        "Before.",
        "What? What happened, and who was there?",
        "A door closed.",
    ]
    headings.last.click(click_count=3)
    for key in ("Delete", "Backspace", "Backspace"):  # its words, the line above it, itself
        page.keyboard.press(key)

    expect(headings).to_have_count(2)
    expect(status(page)).to_have_text(KEPT_THERE)


def test_headings_begin_a_blank_page_in_the_editor(enter: Enter) -> None:
    page = enter("trainee")
    page.goto("/journal/new/?scaffold=gibbs")
    page.locator("textarea[name=body]").focus()

    expect(page.locator(".ProseMirror h2")).to_have_count(6)


def test_headings_work_without_javascript(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=False)
    page.goto("/journal/new/")
    page.get_by_text("Begin with headings").click()
    page.get_by_role("link", name="Kolb").click()

    expect(page.locator("textarea[name=body]")).to_have_value(re.compile("What happened, and what did I do?"))
