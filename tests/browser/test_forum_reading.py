"""Reading the forum: keys, search, follow; and its pages as axe sees them."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter

FORUM = "/c/demo-cohort/forum/"
THREAD = "Whose voice was missing on Tuesday?"


def open_thread(page: Page) -> None:
    page.goto(FORUM)
    page.get_by_role("link", name=THREAD).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THREAD)
    ready(page)


def ready(page: Page) -> None:
    """The keys listen once their button shows."""
    expect(page.locator("[data-keys-open]")).to_be_attached()
    expect(page.locator("[data-keys-open]")).not_to_have_attribute("hidden", re.compile(".*"))


def test_keys_walk_a_thread_and_answer_the_post_one_is_at(enter: Enter) -> None:
    page = enter("trainee")
    open_thread(page)
    posts = page.locator(".thread .post")

    page.keyboard.press("j")
    expect(posts.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(posts.nth(1)).to_be_focused()
    page.keyboard.press("j")  # nothing comes after the last
    expect(posts.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(posts.nth(0)).to_be_focused()
    assert posts.nth(0).evaluate("post => getComputedStyle(post).outlineStyle") == "solid"

    page.keyboard.press("r")
    expect(page.locator("[data-answering-name]")).to_have_text("You answer Trainee C")
    expect(page.locator(".thread-composer :is(.ProseMirror, textarea)").filter(visible=True).first).to_be_focused()


def test_keys_are_letters_while_somebody_writes(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=True)
    page.goto(f"{FORUM}search/")
    ready(page)
    page.keyboard.press("/")
    field = page.get_by_label("Words")
    expect(field).to_be_focused()

    page.keyboard.type("jk/?")

    expect(field).to_have_value("jk/?")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_keys_walk_the_list_and_lead_to_the_search(enter: Enter) -> None:
    page = enter("trainee")
    page.goto(FORUM)
    ready(page)

    page.keyboard.press("j")
    expect(page.locator(".list-title a").first).to_be_focused()
    page.keyboard.press("/")

    expect(page).to_have_url(re.compile("/forum/search/$"))


def test_keys_are_named_in_a_dialog_and_can_be_switched_off_for_this_device(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    page = enter("trainee")
    open_thread(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on the forum's pages")
    expect(dialog).to_contain_text("next post or thread")
    assert axe(page) == []
    dialog.get_by_label("Use these keys on this device").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.reload()
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    expect(page.locator(".thread .post:focus")).to_have_count(0)

    page.get_by_role("button", name="Keys").click()  # the way back is not a key
    dialog.get_by_label("Use these keys on this device").check()
    dialog.get_by_role("button", name="Close").click()
    page.evaluate("scrollTo(0, 0)")  # the keys begin with what is in view
    page.keyboard.press("j")
    expect(page.locator(".thread .post").first).to_be_focused()


def test_search_leads_to_the_post_in_its_place(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    page = enter("trainee")
    page.goto(FORUM)
    page.get_by_role("main").get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill('grandmother "chair*')
    page.get_by_role("main").get_by_role("button", name="Search").click()

    expect(page.locator("mark")).to_have_text(["grandmother", "chair"])
    assert axe(page) == []
    page.locator(".found").get_by_role("link", name=THREAD).click()

    expect(page.locator(".post:target")).to_contain_text("the grandmother was mentioned four times")


def test_search_with_nothing_found_and_a_day_that_is_none(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    page = enter("trainee", viewport=PHONE)
    page.goto(f"{FORUM}search/?q=xylophone")
    expect(page.get_by_role("main")).to_contain_text("Nothing was found")
    assert axe(page) == []

    page.goto(f"{FORUM}search/?from_on=soon")
    expect(page.get_by_role("main")).to_contain_text("Please give a date, such as 2027-02-04.")
    assert axe(page) == []


def test_a_thread_is_followed_and_muted_without_javascript(enter: Enter) -> None:
    page = enter("trainee2", java_script_enabled=False)
    page.goto(FORUM)
    page.get_by_role("link", name="Silence on a screen").click()
    for choice, state in [("Tell me of every post", "You follow this"), ("Tell me nothing", "Muted")]:
        page.locator(".level summary").click()
        page.get_by_label(choice).check()
        page.get_by_role("button", name="Keep this").click()
        expect(page.locator(".level summary")).to_contain_text(f"What you hear of this thread: {choice}")
        page.goto(FORUM)
        expect(page.locator(".list > li", has_text="Silence on a screen")).to_contain_text(state)
        page.get_by_role("link", name="Silence on a screen").click()


def test_a_forum_is_chosen_by_its_tab(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    page = enter("trainee", viewport=PHONE)
    page.goto(FORUM)
    tabs = page.get_by_role("navigation", name="Forums")
    expect(tabs.locator("[aria-current=page]")).to_have_text("All")

    tabs.get_by_role("link", name="Peer group one").click()

    expect(tabs.locator("[aria-current=page]")).to_have_text("Peer group one")
    expect(page.get_by_role("main")).to_contain_text("Peer group one and the trainers of the cohort read here.")
    expect(page.get_by_role("main")).to_contain_text("Nobody has begun to talk here yet")
    assert axe(page) == []
    page.get_by_role("link", name="Begin a thread").first.click()
    expect(page.get_by_role("main")).to_contain_text("Peer group one and the trainers of the cohort read here.")
    assert axe(page) == []


def test_trainers_say_what_holds_in_a_forum(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    page = enter("trainer")
    page.goto(FORUM)
    page.get_by_role("navigation", name="Forums").get_by_role("link", name="Trainers").click()
    page.get_by_role("link", name="What holds in this forum").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What holds in this forum")
    assert axe(page) == []
    page.get_by_label("Letters may carry the first words of a post").check()
    page.get_by_role("button", name="Keep this").click()

    expect(page.get_by_text("It holds from now on.")).to_be_visible()
