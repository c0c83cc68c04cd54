"""Talking in a thread: naming somebody by keyboard, quiet reactions, changing one's words with a reason, taking them back."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Enter, Watch

Axe = Callable[[Page], list[str]]
COHORT = "/c/demo-cohort"


def begin(enter: Enter, words: str) -> str:
    """A thread of the trainee's; its address."""
    page = enter("trainee", java_script_enabled=False)
    page.goto(f"{COHORT}/forum/new/")
    page.get_by_label("Title").fill(f"Thread {uuid.uuid4().hex[:8]}")
    page.locator("textarea[name=body]").fill(words)
    page.get_by_role("button", name="Begin").click()
    return page.url.split("?")[0].split("#")[0]


def box(page: Page, *, editor: bool) -> Locator:
    """Where one writes, with the caret in it; the editor comes when somebody begins to write."""
    field, rich = page.locator("textarea[name=body]"), page.locator(".ProseMirror")
    page.wait_for_load_state("load")  # modules have run
    if not editor:
        field.focus()
        return field
    field.or_(rich).first.wait_for()
    if not rich.count():
        field.focus()
    rich.wait_for()
    rich.focus()
    expect(rich).to_be_focused()
    return rich


@pytest.mark.parametrize("editor", [True, False], ids=["in the editor", "in a textarea"])
def test_naming_somebody_by_keyboard(enter: Enter, watch: Watch, axe: Axe, editor: bool) -> None:
    thread = begin(enter, "The chair stood empty.")
    trainer = enter("trainer", viewport=PHONE)
    if not editor:
        watch.expect("ERR_FAILED")
        trainer.route("**/prose-editor-*/editor*.js", lambda route: route.abort())
    trainer.goto(thread)
    writing = box(trainer, editor=editor)
    names = trainer.get_by_role("listbox", name="People you can mention")

    trainer.keyboard.type("Dear @train")
    expect(names.get_by_role("option")).to_have_count(6)
    trainer.keyboard.type("ee ")
    expect(names.get_by_role("option").first).to_have_text("Trainee A")
    expect(names.get_by_role("option", selected=True)).to_have_text("Trainee A")
    assert axe(trainer) == []
    trainer.keyboard.press("Escape")
    expect(names).to_be_hidden()
    trainer.keyboard.type("nobody and @tra")
    expect(names.get_by_role("option").first).to_have_text("Trainee A")
    trainer.keyboard.press("ArrowDown")
    expect(names.get_by_role("option", selected=True)).to_have_text("Trainee B")
    expect(writing).to_have_attribute("aria-activedescendant", "mention-names-1")
    trainer.keyboard.press("ArrowUp")
    expect(names.get_by_role("option", selected=True)).to_have_text("Trainee A")
    trainer.keyboard.press("Enter")
    expect(names).to_be_hidden()
    expect(trainer.locator("[data-mention-status]")).to_have_text("Trainee A is mentioned.")
    trainer.keyboard.type("too")
    expect(writing).to_have_text("Dear @trainee nobody and @Trainee A too") if editor else expect(writing).to_have_value(
        "Dear @trainee nobody and @Trainee A too"
    )
    assert writing.get_attribute("aria-activedescendant") is None
    trainer.get_by_role("button", name="Answer", exact=True).click()
    expect(trainer.locator(".post")).to_have_count(2)

    trainee = enter("trainee")
    trainee.goto(thread)
    expect(trainee.locator(".post").last).to_contain_text("You are mentioned")
    expect(trainee.locator(".post").first).not_to_contain_text("You are mentioned")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_quiet_reaction_stands_by_name_and_goes_again(enter: Enter, axe: Axe, scripts: bool) -> None:
    thread = begin(enter, "The chair stood empty.")
    trainer = enter("trainer", java_script_enabled=scripts)
    trainer.goto(thread)
    if scripts:
        trainer.evaluate("window.stayed = true")
    trainer.get_by_role("button", name="With you Trainee A").click()

    expect(trainer.get_by_role("button", name="With you Trainee A", pressed=True)).to_be_visible()
    expect(trainer.locator(".reactions")).to_contain_text("you")
    if scripts:
        expect(trainer.get_by_role("button", name="With you Trainee A")).to_be_focused()
        assert trainer.evaluate("window.stayed") is True
        assert axe(trainer) == []
    trainee = enter("trainee", viewport=PHONE)
    trainee.goto(thread)
    expect(trainee.locator(".reactions")).to_have_text(re.compile(r"^\s*With you:\s+Trainer A\s*$"))
    assert axe(trainee) == []

    trainer.get_by_role("button", name="With you Trainee A").click()
    expect(trainer.get_by_role("button", name="With you Trainee A", pressed=False)).to_be_visible()
    trainee.reload()
    expect(trainee.locator(".reactions")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_words_are_changed_with_a_reason_and_taken_back(enter: Enter, axe: Axe, scripts: bool) -> None:
    thread = begin(enter, "The chair stood empty.")
    trainer = enter("trainer", java_script_enabled=False)
    trainer.goto(thread)
    trainer.get_by_role("link", name=re.compile("^Answer Trainee A")).click()
    trainer.locator(".answering summary").click()
    trainer.get_by_label("Words you answer").fill("chair stood")
    trainer.locator("textarea[name=body]").fill("I heard the chair.")
    trainer.get_by_role("button", name="Answer", exact=True).click()
    expect(trainer.locator(".post")).to_have_count(2)

    trainee = enter("trainee", java_script_enabled=scripts)
    trainee.goto(thread)
    expect(trainee.locator(".post").first).to_contain_text(re.compile(r"These words were taken up:\s+.?chair stood.?\s+\(by Trainer A\)"))
    trainee.locator(".post").first.get_by_role("link", name="Change your words").click()
    if scripts:
        writing = box(trainee, editor=True)
        trainee.keyboard.press("Control+a")
        trainee.keyboard.type("The table stood empty.")
        expect(writing).to_have_text("The table stood empty.")
        assert axe(trainee) == []
    else:
        trainee.locator("textarea[name=body]").fill("The table stood empty.")
    trainee.get_by_role("button", name="Keep the change").click()
    expect(trainee.get_by_role("alert").first).to_contain_text("Please say in a few words why you change them.")
    trainee.get_by_label("Why you change them").fill("It was a table")
    trainee.get_by_role("button", name="Keep the change").click()
    expect(trainee.locator(".post").first).to_contain_text("The table stood empty.")

    reader = enter("trainer", viewport=PHONE)
    reader.goto(thread)
    reader.get_by_role("link", name=re.compile("^edited")).click()
    expect(reader.locator(".compared del")).to_contain_text("chair")
    expect(reader.locator(".compared ins")).to_contain_text("table")
    expect(reader.locator("main")).to_contain_text("Why: It was a table")
    assert axe(reader) == []

    trainee.locator(".post").first.get_by_role("link", name="Take back your words").click()
    if scripts:
        assert axe(trainee) == []
    trainee.get_by_role("button", name="Take them back").click()
    expect(trainee.locator(".post").first).to_contain_text("Trainee A has taken these words back.")
    reader.goto(thread)
    expect(reader.locator(".post").first).to_contain_text("Trainee A has taken these words back.")
    expect(reader.locator(".post").last).to_contain_text("I heard the chair.")
    expect(reader.locator("main")).not_to_contain_text("chair stood")
    assert axe(reader) == []
