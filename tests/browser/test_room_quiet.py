"""Answers without words in the live room: two people at once."""

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_room import enter_the_practice_room


def test_somebody_answers_without_words_and_takes_that_back(enter: Enter) -> None:
    ana, ben = enter("trainee"), enter("trainee2")
    enter_the_practice_room(ana)
    enter_the_practice_room(ben)
    ana.locator("textarea[name=text]").fill("A sentence that waits for nothing")
    ana.get_by_role("button", name="Say it").click()
    said = [page.locator(".said[data-seq]", has_text="A sentence that waits for nothing") for page in (ana, ben)]

    said[1].get_by_text("Answer without words").click()
    said[1].get_by_role("button", name="With you").click()

    for place in said:
        expect(place.get_by_role("list", name="Answers without words")).to_contain_text("Trainee B With you")
    expect(said[1].get_by_role("button", name="With you")).to_have_attribute("aria-pressed", "true")
    expect(said[0].get_by_text("Answer without words", exact=True)).to_have_count(0)

    said[1].get_by_role("button", name="With you").click()
    expect(said[0].get_by_role("list", name="Answers without words")).to_have_count(0)
