"""Looking after the forum: somebody points a post out, a trainer hides it, its author reads why and answers."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter

COHORT = "/c/demo-cohort"
Axe = Callable[[Page], list[str]]


def begin(enter: Enter, title: str, words: str) -> Page:
    """A thread of Trainee B's; the page that shows it."""
    page = enter("trainee2", java_script_enabled=False)
    page.goto(f"{COHORT}/forum/new/")
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=body]").fill(words)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_post_is_flagged_hidden_and_its_author_answers(enter: Enter, axe: Axe, scripts: bool) -> None:
    number = uuid4().hex  # against a site that ran before, too
    title, words = f"About the ward {number}", f"Somebody on our ward said {number}."
    author = begin(enter, title, words)

    page = enter("trainee", viewport=PHONE, java_script_enabled=scripts)
    page.goto(author.url)
    page.locator("summary", has_text="More").first.click()
    if scripts:
        assert axe(page) == []
    page.get_by_role("link", name="Flag").click()
    page.get_by_label("This identifies someone").check()
    page.get_by_label("What you want to say about it").fill("Our ward is small.")
    if scripts:
        assert axe(page) == []
    page.get_by_role("button", name="Point it out").click()
    expect(page.get_by_role("main")).to_contain_text("Who wrote the post does not learn that it was you.")

    page.goto(author.url)
    if scripts:  # its socket is open
        expect(page.locator("[data-bell]")).to_have_attribute("data-bell-here", "")

    trainer = enter("trainer", java_script_enabled=scripts)
    trainer.goto(f"{COHORT}/forum/")
    trainer.get_by_role("link", name="Looking after the forum").click()
    item = trainer.get_by_role("listitem").filter(has_text=words)
    expect(item).to_contain_text("Our ward is small.")
    if scripts:
        assert axe(trainer) == []
    item.get_by_role("button", name="Look at it").click()
    expect(trainer.get_by_role("heading", level=1)).to_have_text("Look after this post")
    expect(trainer.get_by_text("You look at it until")).to_be_visible()
    trainer.locator("summary", has_text="Hide it").click()
    acts = trainer.get_by_role("form", name="Hide it")
    acts.get_by_label("Why").fill("The ward can be recognised.")
    acts.get_by_label("What everybody reads in its place").fill("We talk about it.")
    if scripts:
        assert axe(trainer) == []
    acts.get_by_role("button", name="Hide it").click()
    expect(trainer.get_by_role("main")).to_contain_text("The ward can be recognised.")

    if scripts:  # they leave the page that stands open
        expect(page.get_by_role("main")).not_to_contain_text(words)
    page.goto(author.url)
    expect(page.get_by_role("main")).to_contain_text("A trainer has hidden these words. We talk about it.")
    expect(page.get_by_role("main")).not_to_contain_text(words)

    author = enter("trainee2", java_script_enabled=scripts)
    author.goto(f"{COHORT}/forum/")
    author.get_by_role("link", name="What trainers did with my words").click()
    act = author.get_by_role("listitem").filter(has_text=title)
    expect(act).to_contain_text("Trainer A hid a post")
    expect(act).to_contain_text("The ward can be recognised.")
    if scripts:
        assert axe(author) == []
    act.get_by_role("link", name="Answer").click()
    author.get_by_label("Your answer").fill("I did not think of that.")
    author.get_by_role("main").get_by_role("button", name="Answer").click()
    expect(author.get_by_role("main")).to_contain_text("I did not think of that.")

    trainer.goto(f"{COHORT}/forum/care/")
    expect(trainer.get_by_role("main")).to_contain_text("Somebody has answered you")
    trainer.get_by_role("link", name="Trainee B").first.click()
    expect(trainer.get_by_role("main")).to_contain_text("I did not think of that.")
    if scripts:
        assert axe(trainer) == []


def test_pages_of_care_hold_on_a_narrow_screen_in_the_dark(enter: Enter, axe: Axe) -> None:
    where = begin(enter, "About going on", "A sentence nobody has answered.").url
    page = enter("trainer", viewport={"width": 320, "height": 700}, color_scheme="dark")
    page.goto(where)
    page.locator("summary", has_text="More").first.click()
    page.get_by_role("link", name="Look after this post").click()
    addresses = [page.url]
    page.get_by_role("link", name="Look after the whole thread").click()
    addresses += [page.url, f"{COHORT}/forum/care/", f"{COHORT}/forum/care/about-me/", where]
    wrong = {}
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details.fold').forEach(fold => { fold.open = true })")
        found = axe(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append("the page scrolls sideways")
        if found:
            wrong[address] = found

    assert wrong == {}
