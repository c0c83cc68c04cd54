"""Coming into a cohort by a link, showing oneself, and a list of people looked at before anybody is written to."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Axe, Enter, Watch
from tests.browser.test_signing_in import newest_letter
from tests.files import photograph

COHORT = "/c/demo-cohort"
NEWCOMER = "by-link@example.org"


def test_somebody_comes_in_by_a_link_shows_a_face_and_the_link_tells_who_came(enter: Enter, axe_both: Axe, watch: Watch) -> None:
    watch.expect("status of 410")  # the link, once it is used up
    coordinator = enter("coordinator")
    coordinator.goto(f"{COHORT}/people/links/new/")
    coordinator.get_by_label("For how many people").fill("1")
    coordinator.get_by_role("button", name="Make the link").click()
    link = coordinator.locator(".invited-link").inner_text()
    assert axe_both(coordinator) == []

    newcomer = enter(viewport=PHONE)
    newcomer.goto(link)
    assert axe_both(newcomer) == []
    newcomer.get_by_label("Your e-mail address").fill(NEWCOMER)
    newcomer.get_by_role("button", name="Send me the letter").click()
    expect(newcomer.get_by_role("main")).to_contain_text("A letter is on its way to your address.")
    way = re.search(r"/invitation/\S+", newest_letter(newcomer, NEWCOMER))
    assert way is not None
    newcomer.goto(way[0])
    newcomer.get_by_label("Your name, as others will see it").fill("Linda L")
    newcomer.get_by_label("Country you live in").select_option(label="Estonia")
    newcomer.locator("input[name=password1]").fill("a calm long password")
    newcomer.get_by_role("button", name="Come in").click()
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("Good")

    newcomer.goto(f"{COHORT}/people/me/")
    newcomer.get_by_label("What you want to say of yourself").fill("New here.\nAnd glad.")
    newcomer.get_by_label("A picture of you").set_input_files(
        {"name": "Me.jpg", "mimeType": "image/jpeg", "buffer": photograph((600, 800))}
    )
    newcomer.get_by_label("What can be seen on it").fill("A smile")
    newcomer.get_by_role("button", name="Keep").click()
    face = newcomer.get_by_role("img", name="A smile")
    expect(face).to_be_visible()
    expect(newcomer.get_by_role("main")).to_contain_text("Came in by a link, as Trainee.")
    assert axe_both(newcomer) == []

    trainee = enter("trainee")
    trainee.goto(f"{COHORT}/people/")
    line = trainee.get_by_role("listitem").filter(has_text="Linda L")
    expect(line).to_contain_text("And glad.")
    line.scroll_into_view_if_needed()
    expect(line.get_by_role("img", name="A smile")).to_have_js_property("complete", True)
    assert line.get_by_role("img", name="A smile").evaluate("picture => picture.naturalWidth") == 360
    assert axe_both(trainee) == []

    coordinator.goto(f"{COHORT}/people/invitations/")
    expect(coordinator.get_by_role("main")).to_contain_text("Came in by it: Linda L.")
    assert coordinator.goto(link).status == 410


def test_a_list_is_looked_at_before_anybody_is_written_to(enter: Enter) -> None:
    coordinator = enter("coordinator", java_script_enabled=False)
    coordinator.goto(f"{COHORT}/people/list/")
    wrong = "Name;E-Mail;Part\r\nZoë;zoe@example.org;Trainee\r\nBo;bo;\r\nAna;trainee@example.org;\r\n".encode("cp1252")

    def look(content: bytes) -> None:
        coordinator.get_by_label("The list, as CSV").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": content})
        coordinator.get_by_role("button", name="Look at the list").click()

    look(wrong)
    main = coordinator.get_by_role("main")
    expect(main).to_contain_text("Nobody was invited: 1 line cannot be taken as it is.")
    expect(main.get_by_role("button", name=re.compile("^Write"))).to_have_count(0)

    look(wrong.replace(b";bo;", b";bo@example.org;"))
    main.get_by_role("button", name="Write 2 letters").click()

    expect(coordinator.get_by_role("status").first).to_contain_text("2 letters are on their way.")
    waiting = coordinator.get_by_role("listitem").filter(has_text="zoe@example.org")
    waiting.get_by_role("button", name="Take back").click()
    expect(coordinator.get_by_role("main")).not_to_contain_text("zoe@example.org · Trainee")
    expect(coordinator.get_by_role("listitem").filter(has_text="zoe@example.org")).to_have_count(0)
