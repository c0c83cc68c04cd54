"""The ways in: an invitation, a code in a letter, a passkey; and out again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Watch

NEWCOMER = "newcomer@example.org"
CHOSEN = "a calm long password"


def newest_letter(page: Page, to: str) -> str:
    """The text of the newest letter to somebody, from the outbox."""
    page.goto("/outbox/")
    page.get_by_role("main").get_by_role("listitem").filter(has_text=to).first.get_by_role("link").first.click()
    return page.get_by_role("main").inner_text()


def test_somebody_invited_comes_in_and_later_signs_in_by_a_code(enter: Enter, watch: Watch) -> None:
    watch.expect("status of 410")  # the invitation, once it is used
    coordinator = enter("coordinator")
    coordinator.goto("/c/demo-cohort/people/invite/")
    coordinator.get_by_label("E-mail address").fill(NEWCOMER)
    coordinator.get_by_role("button", name="Send the invitation").click()
    expect(coordinator.get_by_role("status").first).to_contain_text(NEWCOMER)

    newcomer = enter()
    link = re.search(r"/invitation/\S+", newest_letter(newcomer, NEWCOMER))
    assert link is not None
    newcomer.goto(link[0])
    newcomer.get_by_label("Your name, as others will see it").fill("Newcomer N")
    newcomer.get_by_label("Country you live in").select_option(label="Estonia")
    newcomer.locator("input[name=password1]").fill(CHOSEN)
    newcomer.get_by_role("button", name="Come in").click()
    expect(newcomer.get_by_role("main")).to_contain_text("Begin")

    newcomer.goto(link[0])
    expect(newcomer.get_by_role("main")).not_to_contain_text("Begin")

    again = enter()
    again.goto("/accounts/login/")
    again.get_by_role("link", name="Send me a code instead").click()
    again.locator("input[name=email]").fill(NEWCOMER)
    again.get_by_role("main").get_by_role("button").first.click()
    waiting = again.url
    letters = again.context.new_page()
    code = re.search(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b(?=\s*$)", newest_letter(letters, NEWCOMER), re.MULTILINE)
    assert code is not None
    again.goto(waiting)
    again.locator("input[name=code]").fill(code[0])
    again.get_by_role("main").get_by_role("button").first.click()
    expect(again.get_by_role("heading", level=1)).to_contain_text("Good")


def test_a_passkey_is_set_up_and_signs_in_alone(enter: Enter, watch: Watch) -> None:
    person = enter()
    devices = person.context.new_cdp_session(person)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = devices.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}}
    )
    sign_in_by_password(person, "aftercare")  # whom no other test signs in: from now on a password alone is not enough
    person.goto("/accounts/2fa/webauthn/add/")
    if person.locator("input[name=password]").count():  # asked again before changing how one gets in
        person.locator("input[name=password]").fill("open-dialogue")
        person.get_by_role("main").get_by_role("button").first.click()
    person.get_by_label("Name (if you like)").fill("This device")
    person.get_by_label("Let me sign in with it alone").check()
    person.get_by_role("button", name="Set it up").click()
    expect(person).not_to_have_url(re.compile("/webauthn/add/"))
    assert len(devices.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]) == 1

    person.goto("/")
    person.locator(".menu-face").click()
    person.get_by_role("button", name="Sign out").click()
    expect(person).to_have_url(re.compile("/accounts/login/"))

    person.get_by_role("button", name="Sign in with a passkey").click()
    expect(person.get_by_role("heading", level=1)).to_contain_text("Good")


def sign_in_by_password(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{name}@example.org")
    page.locator("input[name=password]").fill("open-dialogue")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good")
