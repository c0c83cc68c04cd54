"""Words that stay with somebody: pressed in the forum and in a room, there again in the journal, and nowhere else."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK, Axe, Enter, Watch

COHORT = "/c/demo-cohort"
MARK = """(place, words) => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    let node;
    while ((node = walker.nextNode()) && !node.data.includes(words)) {}
    const range = document.createRange();
    range.setStart(node, node.data.indexOf(words));
    range.setEnd(node, node.data.indexOf(words) + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def arrive(page: Page, heading: str) -> None:
    """Waits for the page that a link led to, and for its scripts: before them a press on "Keep" goes to an ordinary page."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()


def enter_room(page: Page) -> None:
    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="To the practice room").first.click()
    page.get_by_role("link", name="Join").first.click()
    expect(page.locator("[data-connection]")).to_contain_text("Connected")
    page.wait_for_load_state()


def kept(page: Page):
    return page.locator("[data-keep-said]")


def test_marked_words_of_a_post_are_kept_where_one_is_and_begin_an_entry(enter: Enter) -> None:
    page = enter("trainee2")
    page.goto(f"{COHORT}/forum/")
    page.get_by_role("link", name="Whose voice was missing on Tuesday?").click()
    arrive(page, "Whose voice was missing on Tuesday?")
    post = page.locator("article.post").first
    post.locator(".prose").evaluate(MARK, "the chair she was not sitting in")
    post.locator("[data-keep-words]").click()
    expect(kept(page)).to_have_text("Kept in your journal. Only you can see it.")

    page.goto("/journal/words/")
    first = page.locator(".list > li").first
    expect(first.locator("blockquote p")).to_have_text("the chair she was not sitting in")
    expect(first).to_contain_text("Trainee C, in the forum")
    first.get_by_role("link", name="Where it was said").click()
    arrive(page, "Whose voice was missing on Tuesday?")
    page.goto("/journal/words/")
    page.get_by_role("link", name="Begin an entry with this").first.click()
    page.wait_for_url("**/journal/new/?words=*")
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror blockquote")).to_have_text("the chair she was not sitting in")


def test_words_of_a_room_and_a_note_go_into_the_journal_and_nobody_else_sees_them(enter: Enter) -> None:
    trainee, trainer = enter("trainee2"), enter("trainer")
    for person in (trainee, trainer):
        enter_room(person)
    trainer.locator("[data-say] textarea").fill("What would the silence say?")
    trainer.keyboard.press("Enter")
    said = trainee.locator("[data-log] [data-seq]").filter(has_text="What would the silence say?").last
    said.hover()
    said.get_by_role("link", name="Keep these words in your journal").click()
    expect(kept(trainee)).to_have_text("Kept in your journal. Only you can see it.")
    expect(trainee.locator("[data-kept-here] li")).to_have_count(1)
    trainee.get_by_text("Just for you", exact=True).click()
    note, keep = trainee.get_by_label("A note to yourself"), trainee.get_by_role("button", name="Keep in my journal")
    note.fill("Kanarienvogel: I was frightened.")
    on_its_way: list[Route] = []
    trainee.route("**/journal/words/keep/", lambda route: on_its_way.append(route))
    with trainee.expect_request("**/journal/words/keep/"):
        keep.click()
    note.press("Control+End")
    note.press_sequentially(" Not any more.")
    on_its_way[0].continue_()
    trainee.unroute("**/journal/words/keep/")
    expect(note).to_have_value(" Not any more.")
    keep.click()
    expect(note).to_have_value("")
    expect(trainee.locator("[data-keep-note] [data-save-status]")).to_have_text("Kept in your journal. Only you can see it.")

    trainee.goto("/journal/words/")
    expect(trainee.locator(".list > li").nth(0)).to_contain_text("Not any more.")
    expect(trainee.locator(".list > li").nth(1)).to_contain_text("Kanarienvogel: I was frightened.")
    expect(trainee.locator(".list > li").nth(2)).to_contain_text("What would the silence say?")
    expect(trainee.locator(".list > li").nth(2)).to_contain_text("Trainer A, in a live room")
    trainer.goto("/journal/words/")
    expect(trainer.get_by_text("Nothing is kept here yet")).to_be_visible()


def test_a_note_in_a_room_outlives_the_page(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_FAILED|WebSocket")
    page = enter("trainee2")
    enter_room(page)
    page.route("**/journal/words/keep/", lambda route: route.abort())
    page.get_by_text("Just for you", exact=True).click()
    page.get_by_label("A note to yourself").fill("Not sent yet.")
    page.get_by_role("button", name="Keep in my journal").click()
    expect(page.locator("[data-keep-note] [data-save-status]")).to_have_text("Kept on this device, not on the server.")
    page.close()  # no key was pressed since; what is said to be kept is kept
    again = page.context.new_page()
    watch.follow(again)
    enter_room(again)

    expect(again.get_by_label("A note to yourself")).to_have_value("Not sent yet.")


def test_words_are_kept_without_javascript(enter: Enter) -> None:
    page = enter("trainee2", java_script_enabled=False)
    page.goto(f"{COHORT}/forum/")
    page.get_by_role("link", name="Silence on a screen").click()
    page.locator("article.post [data-keep-words]").first.click()
    page.get_by_label("The words").fill("How do you know it is silence?")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Silence on a screen")
    expect(page.locator(".messages")).to_contain_text("Kept in your journal. Only you can see it.")
    page.goto("/journal/words/")

    expect(page.locator(".list > li").first).to_contain_text("How do you know it is silence?")


@pytest.mark.parametrize("viewport", [DESK, {"width": 320, "height": 640}], ids=["desk", "narrow"])
def test_the_pages_of_kept_words_are_clean(enter: Enter, axe_both: Axe, viewport) -> None:
    page = enter("trainee2", viewport=viewport)
    page.goto("/journal/words/keep/")
    page.get_by_label("Your note").fill("A note for a clean page.")
    page.get_by_role("button", name="Keep").click()
    arrive(page, "Words that stayed with me")
    found = {"list": axe_both(page)}
    page.get_by_role("link", name=re.compile("Add to an entry")).first.click()
    arrive(page, "What you kept")
    found["one"] = axe_both(page)
    enter_room(page)
    if (more := page.get_by_role("button", name="More", exact=True)).is_visible():  # on a phone, where the rest lies in a sheet
        more.click()
    page.get_by_text("Just for you", exact=True).click()
    found["room"] = axe_both(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert (found, wide) == ({"list": [], "one": [], "room": []}, 0)
