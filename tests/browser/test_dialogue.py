"""A dialogue from arriving to its end, with four people at once: who facilitates, who reflects, who listens, who interprets."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter

SMALL = {"width": 320, "height": 700}
LIVE = "/c/demo-cohort/live/"


def open_a_sitting(facilitator: Page, title: str = "Arriving round") -> str:
    """One that nobody else has been in; the address of its lobby."""
    facilitator.goto(LIVE)
    facilitator.get_by_role("link", name=title).first.click()
    expect(facilitator.get_by_role("heading", level=1)).to_have_text(title)
    lobby = facilitator.url
    facilitator.get_by_role("button", name="Open the room now").click()
    expect(facilitator.locator("[data-connection]")).to_have_text("Connected")
    facilitator.goto(lobby)
    return lobby


def come_in(page: Page, lobby: str) -> None:
    page.goto(lobby)
    page.get_by_role("link", name="Join").click()
    expect(page.locator("[data-connection]")).to_have_text("Connected")


def now(page: Page, phase: str) -> None:
    expect(page.locator(".phase-line [aria-current]")).to_have_text(phase)


def composer(page: Page) -> Locator:
    return page.get_by_label("Your words")


def listening(page: Page) -> Locator:
    return page.locator("[data-listens] b")


def last_line(page: Page) -> Locator:
    return page.locator("[data-log] > :last-child")


def say(page: Page, words: str) -> None:
    composer(page).fill(words)
    page.get_by_role("button", name="Say it").click()
    expect(last_line(page)).to_contain_text(words)


def test_a_dialogue_from_arriving_to_its_end(enter: Enter, axe: Callable[[Page], list[str]]) -> None:
    trainer, ana, ben, interpreter = (
        enter("trainer"),
        enter("trainee"),
        enter("trainee2", viewport=SMALL, color_scheme="dark"),
        enter("interpreter"),
    )
    everybody = [trainer, ana, ben, interpreter]
    panel = trainer.locator("[data-facilitate]")

    def move(phase: str) -> None:
        panel.get_by_role("button", name=phase, exact=True).click()
        for page in everybody:
            now(page, phase)

    lobby = open_a_sitting(trainer)
    for page in (ana, ben, trainer, interpreter):
        come_in(page, lobby)
    trainer.keyboard.press("f")
    trainer.keyboard.press("Enter")  # f opened the panel and stands on it; Enter closes it and opens it again
    expect(panel).not_to_have_attribute("open", "")
    trainer.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Round", exact=True)).to_be_visible()

    move("Arriving")
    for page in everybody:
        expect(composer(page)).to_be_visible()

    # The interpreter hears only what happens, and reads names; their browser remembers.
    interpreter.get_by_text("Look and sound").click()
    interpreter.get_by_label("only what happens now: the phases").check()
    interpreter.get_by_label("all names, in a list").check()
    interpreter.reload()
    expect(interpreter.locator("[data-connection]")).to_have_text("Connected")
    expect(interpreter.locator("[data-picture]")).to_be_hidden()
    expect(interpreter.locator("[data-log]")).to_have_attribute("aria-live", "off")

    # A round: Ana asks to be asked again, by keyboard; Ben, whose turn is next, knows it.
    panel.get_by_label("A round or the landing begins with").select_option(label="Trainee A")
    move("Round")
    expect(ana.locator("[data-floor]")).to_contain_text("Trainee A has the floor.")
    expect(listening(ben)).to_have_text("You are listening. After Trainee A it is you.")
    expect(composer(ben)).to_be_hidden()
    expect(interpreter.locator("[data-announce]")).to_contain_text("We go round, each in turn.")
    assert [axe(page) for page in (trainer, ana, ben)] == [[], [], []]
    ana.locator("[data-log]").focus()
    ana.keyboard.press("t")
    ana.keyboard.press("Tab")
    ana.keyboard.press("Tab")
    expect(ana.get_by_role("button", name="Pass, and come back to me")).to_be_focused()
    ana.keyboard.press("Enter")
    expect(listening(ana)).to_have_text("You are listening. Your turn comes later.")
    say(ben, "I am glad to be here.")
    ben.get_by_role("button", name="I am done").click()
    trainer.get_by_role("button", name="Pass", exact=True).click()
    say(ana, "Now I found a word.")
    ana.get_by_role("button", name="I am done").click()
    for page in everybody:
        expect(page.locator("[data-floor]")).to_have_text("Everyone has had a turn.")

    # Conversation: a hand, seen and answered with the floor.
    move("Conversation")
    ben.get_by_role("button", name="Raise hand").click()
    expect(trainer.locator("[data-hands]")).to_have_text("Trainee B")
    expect(ben.get_by_role("button", name="Lower hand")).to_be_visible()
    expect(panel.get_by_label("Give the floor to")).to_have_value(ben.locator("[data-me]").get_attribute("data-me") or "")
    panel.get_by_role("button", name="Give the floor", exact=True).click()
    expect(ben.locator("[data-floor]")).to_have_text("Trainee B has the floor.")
    expect(trainer.locator("[data-hands]")).to_be_hidden()

    # Reflecting: two reflect, among them who facilitates; nobody else has a composer, and no hand goes up.
    for name, seat in (("Trainee A", "reflects"), ("Trainer A", "reflects"), ("Trainee B", "listens")):
        panel.locator(".seat-choice", has_text=name).get_by_role("combobox").select_option(label=seat)
    panel.get_by_role("button", name="Give these seats").click()
    expect(last_line(ana)).to_contain_text("Seats were given anew.")
    move("Reflecting")
    for page in (ben, interpreter):
        expect(listening(page)).to_have_text("You are listening to the reflections")
        expect(composer(page)).to_be_hidden()
        expect(page.get_by_role("button", name="Raise hand")).to_be_hidden()
        expect(page.locator(".quiet-acts").first).to_be_hidden()  # nor is anything answered without words
    assert [axe(page) for page in (trainer, ben)] == [[], []]
    say(ana, "I wondered who was holding the silence.")
    expect(last_line(ben)).to_contain_text("holding the silence")
    expect(ben.locator("[data-strip] .reflector")).to_have_count(2)
    expect(ana.locator(".circle .seat.reflector")).to_have_count(2)
    expect(interpreter.locator("[data-announce]")).to_contain_text("The reflectors speak with each other.")  # not each message

    # Response: Ben was spoken about, and has nothing to say just now.
    panel.get_by_role("group", name="Who was spoken about answers first").get_by_label("Trainee B").check()
    panel.get_by_role("button", name="Move to the response").click()
    expect(ben.get_by_role("button", name="Nothing just now")).to_be_visible()
    expect(listening(ana)).to_have_text("You are listening")
    expect(trainer.locator(".quiet-acts").first).to_be_visible()
    ben.get_by_role("button", name="Nothing just now").click()
    for page in everybody:
        expect(last_line(page)).to_contain_text("Trainee B: nothing just now.")

    # Silence: for everybody, and then on as it was. Ben steps out of it and comes back.
    panel.get_by_label("Be quiet together for").select_option(label="as long as it lasts")
    panel.get_by_role("button", name="Begin the silence").click()
    for page in everybody:
        expect(listening(page)).to_have_text("We are being quiet together")
        expect(composer(page)).to_be_hidden()
    ben.get_by_role("button", name="Step out").click()
    expect(trainer.locator("[data-people] li", has_text="Trainee B")).to_contain_text("stepped out")
    ben.get_by_role("button", name="Come back in").click()
    expect(listening(ben)).to_be_visible()
    panel.get_by_role("button", name="End the silence").click()
    for page in everybody:
        now(page, "Response")
        expect(last_line(page)).to_contain_text("The silence has ended.")

    # Landing, and the end.
    move("Landing")
    expect(ana.get_by_role("button", name="Pass", exact=True)).to_be_visible()
    ben.keyboard.press("n")  # a note to himself, in the sheet of his phone
    expect(ben.get_by_label("A note to yourself")).to_be_focused()
    ben.keyboard.type("Something that is only mine")
    trainer.get_by_role("button", name="Close the room for everyone").click()
    for page in (ana, ben, interpreter):
        expect(page.locator("[data-connection]")).to_contain_text("The room is closed.")
        expect(page.locator(".turn-acts .button:visible")).to_have_count(0)
    expect(ben.get_by_label("A note to yourself")).to_have_value("Something that is only mine")
    ben.get_by_label("A note to yourself").fill("")
    ana.get_by_role("link", name="To the landing").click()
    expect(ana.get_by_role("heading", name="Landing")).to_be_visible()
