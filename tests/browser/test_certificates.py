"""A trainer's note and a certificate, as the people concerned meet them."""

import uuid

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter

COHORT = "/c/demo-cohort"


def test_a_note_is_written_read_and_answered(enter: Enter) -> None:
    words, answer = f"I noticed {uuid.uuid4()}", f"Thank you {uuid.uuid4()}"
    trainer = enter("trainer")
    trainer.goto("/")
    trainer.get_by_role("link", name="Cohort", exact=True).first.click()
    trainer.get_by_role("table").get_by_role("link", name="Trainee B").click()
    trainer.get_by_label("Your words").fill(words)
    trainer.get_by_role("button", name="Write it, for Trainee B to read").click()
    expect(trainer.get_by_text(words)).to_be_visible()

    trainee = enter("trainee2", viewport=PHONE)
    trainee.goto("/notes/")
    expect(trainee.get_by_text(words)).to_be_visible()
    trainee.get_by_role("article").filter(has_text=words).get_by_role("link", name="Answer").click()
    trainee.get_by_label("Your words").fill(answer)
    trainee.get_by_role("button", name="Answer", exact=True).click()
    expect(trainee.get_by_text(answer)).to_be_visible()

    trainer.reload()
    expect(trainer.get_by_text(answer)).to_be_visible()


def test_a_certificates_page_is_there_only_while_its_holder_wants_it(enter: Enter, watch) -> None:
    watch.expect("status of 404")
    holder, stranger = enter("trainee"), enter()
    holder.goto("/certificates/")
    holder.locator("main .list a").first.click()
    holder.get_by_label("Only the initials of that name").check()
    holder.get_by_role("button", name="Keep", exact=True).click()
    address = holder.locator("a[href^='/certified/']").get_attribute("href")

    stranger.goto(address)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    expect(stranger.get_by_text("T. A.")).to_be_visible()
    expect(stranger.get_by_text("Trainee A")).to_have_count(0)

    holder.get_by_label("No page").check()
    holder.get_by_role("button", name="Keep", exact=True).click()
    expect(holder.get_by_text("There is no public page now")).to_be_visible()
    assert stranger.goto(address).status == 404
