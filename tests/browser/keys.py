"""What somebody does who has no mouse."""

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 150


def reach(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus, and look that the focus can be seen there."""
    expect(wanted).to_have_count(1)
    for _number in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate("one => getComputedStyle(one).outlineStyle !== 'none'"), "the focus is not visible"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def write(page: Page, wanted: Locator, words: str) -> None:
    reach(page, wanted)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)
