"""Every page as different people meet it: axe in light and dark, at 320 and 1280 px; without JavaScript; the weight of a reading page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Axe, Enter

COHORT = "/c/demo-cohort"
SIGNED_OUT = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/cannot-get-in/", "/crisis/", "/safeguarding/"]
SIGNED_OUT += ["/styleguide/", "/outbox/"]
TRAINEE = [
    "/",
    f"{COHORT}/course/",
    f"{COHORT}/course/reflecting/inner-and-outer-talk/",
    f"{COHORT}/course/reflecting/staged-conversation/",
    f"{COHORT}/course/reflecting/two-facilitators/",
    f"{COHORT}/course/arriving/introductions/",
    f"{COHORT}/course/carrying-it-on/closing-round/",
    f"{COHORT}/course/reflecting/reflecting-rules/handouts/reflecting-rules/",
    f"{COHORT}/people/",
    f"{COHORT}/agreement/",
    f"{COHORT}/agreement/1/",
    f"{COHORT}/agreement/text/",
    f"{COHORT}/agreement/text/new/",
    f"{COHORT}/agreement/text/4/",
    f"{COHORT}/agreement/text/4/propose/",
    f"{COHORT}/agreement/text/4/remove/",
    f"{COHORT}/agreement/proposals/1/",
    f"{COHORT}/announcements/",
    f"{COHORT}/people/me/",
    "/account/parts/",
    "/journal/",
    "/journal/new/",
    "/journal/search/",
    "/journal/calendar/",
    "/journal/export/",
    f"{COHORT}/forum/",
    f"{COHORT}/forum/new/",
    f"{COHORT}/forum/search/",
    f"{COHORT}/forum/search/?q=chair",
    f"{COHORT}/live/",
    "/calendar/",
    "/calendar/list/",
    "/calendar/elsewhere/",
    "/certificates/",
    "/notes/",
    "/contact-me/",
    "/account/",
    "/account/sign-ins/",
    "/account/notifications/",
    "/notifications/",
    "/accounts/2fa/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/nowhere/",
]
COORDINATOR = [f"{COHORT}/agreement/", f"{COHORT}/agreement/freeze/", f"{COHORT}/agreement/proposals/1/"]
COORDINATOR += [
    f"{COHORT}/announcements/",
    f"{COHORT}/announcements/new/",
    f"{COHORT}/announcements/2/",
    f"{COHORT}/announcements/2/change/",
    f"{COHORT}/duty/",
    "/contact-requests/",
]
COORDINATOR += [f"{COHORT}/people/{page}" for page in ("invitations/", "list/", "links/new/", "1/")]
COORDINATOR += [f"{COHORT}/people/", f"{COHORT}/people/invite/", f"{COHORT}/people/groups/", "/cohorts/new/", "/letters/"]
GROUPS = [f"{COHORT}/groups/", f"{COHORT}/groups/1/", f"{COHORT}/groups/1/dates/new/"]
GROUPS += [f"{COHORT}/course/reflecting/wondering/", f"{COHORT}/course/reflecting/reflecting-together/talked/"]
PREPARING = [f"{COHORT}/groups/{page}/" for page in ("divide", "exchange", "wishes", "1/end")]
PREPARING += [f"{COHORT}/releases/reflecting/", f"{COHORT}/releases/reflecting/wondering/"]
COORDINATOR += [f"{COHORT}/plan/", f"{COHORT}/plan/about/", f"{COHORT}/plan/move/", f"{COHORT}/plan/clock/"]
OF_AN_ORGANISATION = ["/c/other-demo-cohort/"]
TRAINER = [
    f"{COHORT}/plan/",
    f"{COHORT}/overview/",
    f"{COHORT}/overview/?as=words",
    f"{COHORT}/overview/2/",
    f"{COHORT}/overview/3/certificate/",
    f"{COHORT}/forum/voices/",
]
COORDINATOR += [f"{COHORT}/attendance/", f"{COHORT}/attendance/rule/"]
COORDINATOR += ["/crisis/edit/", "/crisis/edit/gb/", "/safeguarding/edit/"]
NARROW = {"width": 320, "height": 700}
NAMES_AND_TITLES = "h1, .list-title, .list-words, .list small, .list strong, .card-title, .people-name, .activities a"


def look_at(page: Page, axe_both: Axe, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong, by address. An empty answer is good. Each page is loaded once and then made wide, and dark."""
    wrong: dict[str, list[str]] = {}
    for address in addresses:
        page.set_viewport_size(NARROW)
        page.goto(address)
        found = []
        for viewport in (NARROW, DESK):
            page.set_viewport_size(viewport)
            found += [f"{viewport['width']} px: {one}" for one in axe_both(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                found.append(f"{viewport['width']} px: the page scrolls sideways")
        if page.locator("h1").count() != 1:
            found.append("not exactly one main heading")
        if found:
            wrong[address] = found
    return wrong


@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        (None, SIGNED_OUT),
        ("trainee", TRAINEE[::2]),
        ("trainee", TRAINEE[1::2]),
        ("coordinator", COORDINATOR),
        ("trainee", GROUPS),
        ("coordinator", PREPARING),
        ("trainer", TRAINER),
        ("outsider", OF_AN_ORGANISATION),
    ],
    ids=["signed-out", "trainee", "trainee-too", "coordinator", "groups", "preparing", "trainer", "of-an-organisation"],
)
def test_axe_finds_nothing_on_any_page(enter: Enter, axe_both: Axe, watch, who, addresses) -> None:
    watch.expect("status of 404")
    page = enter(who, viewport=NARROW)

    assert look_at(page, axe_both, addresses) == {}


def test_axe_finds_nothing_in_a_thread_and_a_room(enter: Enter, axe_both: Axe) -> None:
    page = enter("trainee")
    page.goto(f"{COHORT}/forum/")
    page.get_by_role("link", name="Whose voice was missing on Tuesday?").click()
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")  # or a link half below the bar counts as too small
    assert axe_both(page) == []

    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="To the practice room").first.click()
    assert axe_both(page) == []
    page.get_by_role("link", name="Join").first.click()
    expect(page.locator("[data-connection]")).to_contain_text("Connected")
    assert axe_both(page) == []


@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        ("trainee", ["/", f"{COHORT}/course/", f"{COHORT}/forum/", f"{COHORT}/live/", f"{COHORT}/people/"]),
        ("coordinator", ["/cohorts/", f"{COHORT}/people/", f"{COHORT}/people/groups/"]),
    ],
    ids=["trainee", "coordinator"],
)
def test_a_name_or_title_of_one_long_word_pushes_no_page_sideways(enter: Enter, who, addresses) -> None:
    page = enter(who, viewport=NARROW)
    wide = []
    for address in addresses:
        page.goto(address)
        page.locator(NAMES_AND_TITLES).evaluate_all("all => all.forEach((place) => { place.textContent = 'x'.repeat(200) })")
        page.locator(".options label").evaluate_all("all => all.forEach((label) => label.append('x'.repeat(200)))")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            wide.append(address)

    assert wide == []


def test_a_reading_page_is_light(enter: Enter) -> None:
    """At most 60 KB cold besides the font, at most 20 KB of that JavaScript, as transferred."""
    page = enter("trainee")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(f"{COHORT}/course/reflecting/inner-and-outer-talk/", wait_until="networkidle")

    besides_font = sum(size for request, size in sizes.items() if kinds.get(request) != "Font")
    script = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")

    assert 5_000 < besides_font <= 60_000
    assert 0 < script <= 20_000


def test_without_javascript_one_reads_writes_posts_and_marks_done(enter: Enter) -> None:
    page = enter("trainee2", java_script_enabled=False)
    page.goto(f"{COHORT}/course/reflecting/inner-and-outer-talk/")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("main")).to_contain_text("Done · marked by you")

    page.goto("/journal/new/")
    page.locator("textarea[name=body]").fill("Written <without> script & kept.")
    page.get_by_role("button", name="Keep").click()
    page.goto("/journal/")
    expect(page.get_by_role("main")).to_contain_text("Written <without> script & kept.")

    page.goto(f"{COHORT}/forum/new/")
    page.locator("input[name=title]").fill("A thread begun plainly")
    page.locator("textarea[name=body]").fill("One sentence is enough.")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A thread begun plainly")
    page.locator("textarea[name=body]").fill("And a second one.")
    page.get_by_role("main").get_by_role("button", name="Answer", exact=True).last.click()
    expect(page.get_by_role("main")).to_contain_text("And a second one.")

    page.goto(f"{COHORT}/live/")
    page.get_by_role("link", name="To the practice room").first.click()
    page.get_by_role("link", name="Join").first.click()
    page.locator("textarea[name=text]").fill("Said by an ordinary form.")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("[data-log]")).to_contain_text("Said by an ordinary form.")


def test_the_skip_link_comes_first_and_leads_to_the_page(enter: Enter) -> None:
    page = enter("trainee")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_an_outsider_meets_none_of_the_cohorts_pages(enter: Enter, watch) -> None:
    watch.expect("status of 404")
    page = enter("outsider")
    statuses = {address: page.goto(address).status for address in TRAINEE if address.startswith(COHORT)}

    assert set(statuses.values()) == {404}
