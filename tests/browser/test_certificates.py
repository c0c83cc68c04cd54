"""A trainer's note and a certificate, as the people concerned meet them."""

import uuid

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.test_hours import tab_to

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


def test_a_certificate_is_decided_on_by_keyboard_alone(enter: Enter) -> None:
    page = enter("trainer")
    page.goto(f"{COHORT}/overview/")
    for name, role in (("Trainee D", "link"), ("Decide on a certificate", "link")):
        tab_to(page, page.locator("main").get_by_role(role, name=name, exact=True).first)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A certificate for Trainee D")
    expect(page.get_by_role("table")).to_contain_text("One principle at work")

    give = page.get_by_role("button", name="Give the certificate")
    tab_to(page, give)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Why you give it all the same")
    tab_to(page, page.get_by_label("Why you give it all the same"))
    page.keyboard.type("Seen through the whole year.")
    tab_to(page, give)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Given. Trainee D has been told.")).to_be_visible()

    tab_to(page, page.get_by_role("link", name="Take it back"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Why", exact=True))
    page.keyboard.type("It was for somebody else.")
    tab_to(page, page.locator("main form").get_by_role("button").first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Taken back. Trainee D has been told, with your reason.")).to_be_visible()
