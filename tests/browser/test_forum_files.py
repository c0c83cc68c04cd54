"""Posting with a picture, the check before a post, and words that are gone on with on another device."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PHONE, Enter, Watch
from tests.files import ZIP, photograph

Axe = Callable[[Page], list[str]]
FORUM = "/c/demo-cohort/forum/"
NEW = f"{FORUM}new/"
BIRTH = "He was born on 3 May 1984."
PHOTO: FilePayload = {"name": "IMG 1.jpg", "mimeType": "image/jpeg", "buffer": photograph((600, 400))}
NOT_A_PHOTO: FilePayload = {"name": "holiday.png", "mimeType": "image/png", "buffer": ZIP}
KEPT_THERE = re.compile(r"Kept \d\d:\d\d on this device and on the server")
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


def write(page: Page, words: str, scripts: bool = True) -> None:
    """Into the editor once it stands, or into the bare textarea."""
    if not scripts:
        return page.locator("textarea[name=body]").fill(words)
    if page.locator(".ProseMirror").count() == 0 and page.locator("textarea[name=body]").is_visible():
        page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_visible()
    return page.locator(".ProseMirror").fill(words)


def status(page: Page) -> Any:
    return page.locator("[data-save-status]")


@WITH_AND_WITHOUT
def test_a_picture_goes_along_with_what_it_shows(enter: Enter, watch: Watch, axe: Axe, scripts: bool) -> None:
    watch.expect("status of 422")
    page = enter("trainee", java_script_enabled=scripts)
    page.goto(NEW)
    page.get_by_label("Title").fill(f"Two windows, {scripts}")
    write(page, "I took it with me.", scripts)
    page.get_by_text("Add a picture or file").click()
    page.get_by_label("A picture or file").set_input_files(NOT_A_PHOTO)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-files]")).to_contain_text("This file is not of a kind that can be kept here")
    page.get_by_label("A picture or file").set_input_files(PHOTO)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".brought-list img")).to_be_visible()
    if scripts:
        assert axe(page) == []
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".errors")).to_contain_text("Please say in a sentence what “IMG 1.jpg” shows")
    page.get_by_label("What the picture shows").fill("Two windows, both open")
    page.get_by_role("button", name="Begin").click()

    picture = page.get_by_role("img", name="Two windows, both open")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    expect(page.locator(".post .prose")).to_have_text("I took it with me.")
    if scripts:
        assert axe(page) == []


@WITH_AND_WITHOUT
def test_what_was_brought_can_be_taken_away_before_and_after(enter: Enter, scripts: bool) -> None:
    page = enter("trainee2", java_script_enabled=scripts)
    page.goto(NEW)
    page.get_by_label("Title").fill(f"Without pictures, {scripts}")
    write(page, "Words alone.", scripts)
    page.get_by_text("Add a picture or file").click()
    for add in ("Add a picture or file", "Add another picture or file"):
        if not page.get_by_label("A picture or file").is_visible():
            page.get_by_text(add).click()
        photo: FilePayload = {**PHOTO, "buffer": photograph((300, 200 + len(add)))}
        page.get_by_label("A picture or file").set_input_files(photo)
        page.get_by_label("If it is a picture: what it shows").fill(add)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(f"input[value='{add}']")).to_be_attached()
    page.get_by_role("button", name="Remove IMG 1.jpg").first.click()
    expect(page.locator(".brought-list li")).to_have_count(1)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".post img")).to_have_count(1)

    page.get_by_role("link", name="Change your words").click()
    page.get_by_role("button", name="Remove IMG 1.jpg").click()
    expect(page.locator(".brought-list")).to_have_count(0)
    page.get_by_role("button", name="Keep the change").click()
    expect(page.locator(".post .prose")).to_have_text("Words alone.")
    expect(page.locator(".post img")).to_have_count(0)


@WITH_AND_WITHOUT
def test_the_check_lets_one_change_it_or_say_why(enter: Enter, watch: Watch, axe: Axe, scripts: bool) -> None:
    watch.expect("status of 422")  # the draft that stays on the device
    page = enter("trainee", java_script_enabled=scripts, viewport=PHONE)
    page.goto(NEW)
    page.get_by_label("Title").fill(f"Somebody, {scripts}")
    write(page, f"{BIRTH} I wonder.", scripts)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Before this goes out")).to_be_visible()
    expect(page.locator("mark")).to_have_text("3 May 1984")
    if scripts:
        expect(page.get_by_role("heading", name="Before this goes out")).to_be_focused()
        assert axe(page) == []
        page.get_by_role("link", name="To your words").click()
        expect(page.locator(".ProseMirror")).to_be_focused()
    write(page, "He was born in spring. I wonder.", scripts)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".post .prose")).to_have_text("He was born in spring. I wonder.")

    write(page, BIRTH, scripts)
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("button", name="Post anyway").click()
    expect(page.locator(".check")).to_contain_text("Please say in a sentence why it may stand.")
    page.get_by_label("Why it may be posted as it is").fill("It is on the cover of his book.")
    page.get_by_role("button", name="Post anyway").click()
    expect(page.locator(".post .prose").last).to_have_text(BIRTH)


def test_a_trainer_can_be_asked_while_the_words_stay(enter: Enter, watch: Watch) -> None:
    watch.expect("status of 422")
    page = enter("trainee")
    page.goto(NEW)
    page.get_by_label("Title").fill("May I?")
    write(page, BIRTH)
    expect(status(page)).to_contain_text("Kept on this device, not on the server. We noticed a date of birth.")
    page.get_by_role("button", name="Begin").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Talk to a trainer first").click()

    contact = opened.value
    expect(contact.get_by_role("textbox")).to_have_value("I would like to talk before I post something in the forum.")
    expect(contact.get_by_role("main")).to_contain_text("A trainer of your cohort answers within")
    expect(page.locator(".ProseMirror")).to_have_text(BIRTH)
    write(page, "")
    page.get_by_label("Title").fill("")
    expect(status(page)).to_have_text("")


def test_words_are_gone_on_with_on_another_device_and_neither_is_lost(enter: Enter, watch: Watch, axe: Axe) -> None:
    watch.expect("status of 409")
    here, there = enter("trainee2"), enter("trainee2", viewport=PHONE)
    here.goto(NEW)
    here.get_by_label("Title").fill("On the train")
    write(here, "From here.")
    expect(status(here)).to_have_text(KEPT_THERE)

    there.goto(NEW)
    expect(there.locator(".ProseMirror")).to_have_text("From here.")
    expect(there.get_by_label("Title")).to_have_value("On the train")
    write(there, "From here, and from there.")
    expect(status(there)).to_have_text(KEPT_THERE)

    write(here, "From here, later.")
    expect(status(here)).to_contain_text("On another device you have written here too.")
    here.reload()
    expect(here.locator(".ProseMirror")).to_have_text("From here, later.")
    expect(here.locator("[data-other]")).to_contain_text("Also kept, from another device")
    expect(here.locator("[data-other-words]")).to_contain_text("From here, and from there.")
    assert axe(here) == []
    here.get_by_role("button", name="Go on with these words instead").click()
    expect(here.locator(".ProseMirror")).to_have_text("From here, and from there.")
    expect(here.locator("[data-other-words]")).to_contain_text("From here, later.")
    here.get_by_role("button", name="I no longer need them").click()
    expect(here.locator("[data-other]")).to_be_hidden()
    here.get_by_role("button", name="Begin").click()
    expect(here.get_by_role("heading", level=1)).to_have_text("On the train")

    there.goto(FORUM)
    another = enter("trainee2")
    another.goto(NEW)
    expect(another.locator("textarea[name=body]")).to_have_value("")


def test_what_was_brought_is_there_on_the_other_device_too(enter: Enter) -> None:
    here = enter("trainee2")
    here.goto(FORUM)
    here.get_by_role("link", name="Silence on a screen").click()
    write(here, "Here is a picture.")
    here.get_by_text("Add a picture or file").click()
    here.get_by_label("A picture or file").set_input_files(PHOTO)
    here.get_by_label("If it is a picture: what it shows").fill("Two windows")
    here.get_by_role("button", name="Add", exact=True).click()
    expect(here.get_by_label("What the picture shows")).to_have_value("Two windows")
    expect(status(here)).to_have_text(KEPT_THERE)

    there = enter("trainee2", viewport=PHONE)
    there.goto(here.url)
    expect(there.get_by_label("What the picture shows")).to_have_value("Two windows")
    there.reload()
    expect(there.locator(".ProseMirror")).to_have_text("Here is a picture.")
    there.get_by_role("button", name="Answer", exact=True).click()
    expect(there.get_by_role("img", name="Two windows")).to_be_visible()

    here.reload()
    expect(here.get_by_role("img", name="Two windows")).to_be_visible()
