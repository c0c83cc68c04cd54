"""Sharing a passage of one's journal: chosen by selecting it, seen before it is shared, answered beside its words, withdrawn."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Enter, Watch

Axe = Callable[[Page], list[str]]
WORDS = "I was frightened.\n\nTwo windows, and both of them open.\n\nI do not have to hold the sky."
PASSAGE = "both of them open"


def select(page: Page, place: Locator, words: str) -> None:
    """Selects words inside one text node, as a mouse does."""
    place.evaluate(
        """(root, words) => {
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          while (walker.nextNode() && !walker.currentNode.data.includes(words));
          const at = walker.currentNode.data.indexOf(words);
          getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
        }""",
        words,
    )


def write(enter: Enter) -> str:
    """An entry of the trainee's; its address."""
    page = enter("trainee", java_script_enabled=False)
    page.goto("/journal/new/")
    page.locator("textarea[name=body]").fill(WORDS)
    page.get_by_role("button", name="Keep").click()
    return page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_passage_is_shared_answered_and_withdrawn(enter: Enter, watch: Watch, axe: Axe, scripts: bool) -> None:
    watch.expect("status of 404")
    entry = write(enter)
    page = enter("trainee", java_script_enabled=scripts)
    page.goto(f"{entry}share/")
    page.get_by_label("A passage of it").check()
    if scripts:
        select(page, page.locator("[data-passage-from]"), PASSAGE)
        page.get_by_role("button", name="Take the words I selected").click()
        assert axe(page) == []
    else:
        page.get_by_label("Or only these words of it").fill(PASSAGE)
    page.get_by_label("Trainer A (Trainer)").check()
    page.get_by_label("Reflect back").check()
    page.get_by_role("button", name="See what they will see").click()
    expect(page.locator("[data-shared-words]")).to_have_text(PASSAGE)
    page.get_by_role("button", name="Share").click()
    expect(page.locator(".readers")).to_contain_text("Trainer A can read what you shared")

    reader = enter("trainer", viewport=PHONE, java_script_enabled=scripts)
    reader.goto("/journal/shared/")
    if scripts:
        assert axe(reader) == []
    reader.get_by_role("link", name="A passage by Trainee A").first.click()
    expect(reader.locator("main")).not_to_contain_text("frightened")
    if scripts:
        select(reader, reader.locator("[data-shared-words]"), "both of them")
        reader.get_by_role("button", name="Answer the words I selected").click()
        expect(reader.get_by_label("The words you answer")).to_have_value("both of them")
    else:
        reader.get_by_label("The words you answer").fill("both of them")
    reader.locator("textarea[name=body]").fill("I heard the windows.")
    reader.get_by_role("button", name="Give it back").click()
    expect(reader.locator(".note")).to_contain_text("I heard the windows.")
    if scripts:
        expect(reader.locator("[data-shared-words] .taken.shared")).to_have_text("both of them")
        assert axe(reader) == []

    page.goto(entry)
    expect(page.locator(".margin .note")).to_contain_text("I heard the windows.")
    expect(page.locator(".margin")).to_contain_text("Trainer A opened it")
    if scripts:
        assert axe(page) == []
    page.locator(".margin").get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it now").click()
    expect(page.locator(".readers")).to_contain_text("Only you can read this page.")
    answer = reader.goto(reader.url.split("#")[0] + "?again")
    assert answer is not None
    assert answer.status == 404
