"""S10 and S12 in a real browser: attacks are stored by every form and looked at on each page; nothing runs, nothing is asked for elsewhere.

They are stored in the demo's other cohort, so that nobody else's walk meets them.
"""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.attacks import ATTACKS, RUN
from tests.browser.conftest import Enter, Watch

COHORT = "/c/other-demo-cohort"
TOGETHER = 6  # in one text; tests/lms/stored_words takes each alone
GROUPS = ["\n\n".join(ATTACKS[start : start + TOGETHER]).replace("\x00", "") for start in range(0, len(ATTACKS), TOGETHER)]
LISTEN = "window.__blocked = []; addEventListener('securitypolicyviolation', (event) => window.__blocked.push(event.blockedURI));"
# Everything a word could have made of itself outside the places where words stand.
FOREIGN = """() => {
    const pictures = [...document.querySelectorAll("img:not(.ProseMirror-separator)")]; // the editor puts one after some line breaks
    const foreign = [...pictures, ...document.querySelectorAll("iframe, object, embed, base, math, style, meta[http-equiv]")];
    const all = [...document.querySelectorAll("*")];
    const armed = all.filter((one) => [...one.attributes].some(({ name }) => /^on/i.test(name)));
    const leading = all.filter((one) => one.localName === "a" && !/^(https?:|mailto:|tel:|sms:\\d+$)/.test(one.href));
    return [...foreign, ...armed, ...leading].map((one) => one.outerHTML);
}"""


class Person:
    """Somebody in a browser who sends forms and looks at pages."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.context.add_init_script(LISTEN)

    def sends(self, address: str, *, form_on: str = "", **fields: str) -> None:
        self.page.goto(form_on or address)
        token = self.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        answer = self.page.request.post(address, form={**fields, "csrfmiddlewaretoken": token, "client_id": str(uuid.uuid4())})
        assert answer.status == 200, f"{address}: {answer.status}"

    def looks_at(self, address: str) -> None:
        """Goes there; where somebody can write, also lets the editor take the words."""
        self.page.goto(address)
        field = self.page.locator("textarea[data-editor]")
        if field.count() and field.first.is_visible():
            field.first.focus()
            expect(self.page.locator(".ProseMirror").first).to_be_visible()
        self.finds_nothing(address)

    def finds_nothing(self, address: str) -> None:
        assert self.page.evaluate("[window.__xss, window.__blocked]") == [None, []], address
        assert self.page.evaluate(FOREIGN) == [], address

    def links(self, address: str, pattern: str) -> list[str]:
        """Addresses of this site that the page links to."""
        self.page.goto(address)
        found = self.page.locator("a").evaluate_all("(links) => links.map((link) => link.getAttribute('href') ?? '')")
        mine = {link.split("#")[0] for link in found if re.fullmatch(pattern, link.split("#")[0])}
        return sorted(mine, key=lambda link: (len(link), link))  # the newest last


@pytest.fixture
def attacker(enter: Enter) -> Iterator[Person]:
    person = Person(enter("outsider"))
    person.sends("/account/", display_name=f'"><img src=x onerror={RUN}>', time_zone="Europe/London", country="GB", theme="system")
    yield person
    person.sends("/account/", display_name="Trainee X", time_zone="Europe/London", country="GB", theme="system")


@pytest.fixture
def reader(enter: Enter) -> Person:
    return Person(enter("coordinator"))


def test_words_of_the_forum_stay_words(attacker: Person, reader: Person, watch: Watch) -> None:
    for number, words in enumerate(GROUPS):
        title = ATTACKS[number * TOGETHER].replace("\x00", "")[:150]
        attacker.sends(f"{COHORT}/forum/new/", title=f"A {title}", body=words, body_form=["html", "text"][number % 2])

    threads = reader.links(f"{COHORT}/forum/", rf"{COHORT}/forum/\d+/")
    for address in [f"{COHORT}/forum/", *threads]:
        reader.looks_at(address)
    own = attacker.links(f"{COHORT}/forum/", rf"{COHORT}/forum/\d+/")
    edits = [link for thread in own[-4:] for link in attacker.links(thread, rf"{COHORT}/forum/post/\d+/edit/")]
    for address in edits:
        attacker.looks_at(address)

    assert (len(threads) >= len(GROUPS), len(edits) >= 3) == (True, True)


def test_words_of_the_journal_and_of_names_stay_words(attacker: Person, reader: Person, watch: Watch) -> None:
    for number, words in enumerate(GROUPS[:8]):
        attacker.sends("/journal/new/", title=ATTACKS[number].replace("\x00", ""), body=words, body_form=["text", "html"][number % 2])
    reader.sends(f"{COHORT}/people/groups/", kind="triad", title=f"<script>{RUN}</script>")

    entries = attacker.links("/journal/", r"/journal/[0-9a-f-]{36}/")
    for address in ["/journal/", "/", *entries]:
        attacker.looks_at(address)
    for address in [f"{COHORT}/people/", f"{COHORT}/", "/outbox/"]:
        reader.looks_at(address)

    assert len(entries) >= 8


def test_words_of_a_room_stay_words_as_they_arrive_and_on_the_page(attacker: Person, reader: Person, watch: Watch) -> None:
    attacker.page.goto(f"{COHORT}/live/")
    attacker.page.get_by_role("link", name="To the practice room").first.click()
    room = attacker.page.get_by_role("link", name="Join").first.get_attribute("href") or ""
    reader.page.goto(room)
    expect(reader.page.locator("[data-connection]")).to_contain_text("Connected")

    for words in GROUPS:
        attacker.sends(f"{room}say/", form_on=room, text=words)
    expect(reader.page.locator(".said").nth(len(GROUPS) - 1)).to_be_visible()

    reader.finds_nothing("the room as words arrive")
    attacker.looks_at(room)
