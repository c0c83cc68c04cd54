"""A day on the course: a trainee and a trainer, in two browsers, through everything a day holds."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Watch

COHORT = "/c/demo-cohort"


def in_main(page: Page):
    return page.get_by_role("main")


def test_a_day_on_the_course(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|WebSocket|status of 404")
    trainee, trainer = enter("trainee"), enter("trainer")
    read_and_carry_on(trainee)
    entry = write_in_the_journal(trainee)
    nobody_else_opens(entry, trainer)
    answer_in_the_forum(trainee, trainer)
    talk_and_come_back(trainee, trainer)


def read_and_carry_on(trainee: Page) -> None:
    """Today leads to the activity that was begun; leaving it at a heading, Today leads back to that heading; done by hand."""
    trainee.goto("/")
    in_main(trainee).get_by_role("link", name=re.compile("Carry on")).click()
    expect(trainee.get_by_role("heading", level=1)).to_have_text("Inner and outer talk")
    heading = trainee.locator(".prose h2").nth(2)
    words = heading.inner_text()
    with trainee.expect_response(re.compile("/place/$")):
        trainee.evaluate("id => document.getElementById(id).scrollIntoView({block: 'start'})", heading.get_attribute("id"))

    trainee.goto("/")
    expect(in_main(trainee)).to_contain_text(f"you stopped at “{words}”")
    in_main(trainee).get_by_role("link", name=re.compile("Carry on")).click()
    expect(trainee).to_have_url(re.compile(r"/course/reflecting/inner-and-outer-talk/#.+"))

    trainee.get_by_role("button", name="Mark as done").click()
    expect(in_main(trainee)).to_contain_text("Done · marked by you")


def test_a_place_reached_before_the_script_came_is_told_all_the_same(enter: Enter) -> None:
    page, held = enter("trainee2"), []
    page.route("**/js/reading*.js", lambda route: held.append(route))
    page.goto(f"{COHORT}/course/reflecting/inner-and-outer-talk/", wait_until="commit")
    heading = page.locator(".prose h2").nth(2)
    # Again until it stands there: while the page and its letters arrive, what comes above it moves it.
    there = (
        "heading => { heading.scrollIntoView({block: 'start'}); const { top } = heading.getBoundingClientRect(); "
        "return top > -5 && top < innerHeight / 4 }"
    )
    arrived = "document.readyState !== 'loading' && document.fonts.status === 'loaded'"
    page.wait_for_function(f"heading => {arrived} && ({there})(heading)", arg=heading.element_handle())
    with page.expect_response(re.compile("/place/$")) as answer:
        for route in held:
            route.continue_()
    reached = page.evaluate(
        "[...document.querySelectorAll('.prose [id]')].filter(one => one.getBoundingClientRect().top < innerHeight * .4).at(-1).id"
    )

    assert answer.value.status == 204
    assert f"anchor={reached}&" in (answer.value.request.post_data or "")
    assert reached != page.locator(".prose [id]").first.get_attribute("id")


def begin_writing(page: Page) -> None:
    """Puts the caret into the editor, which comes when somebody begins to write and may be there already."""
    editor, field = page.locator(".ProseMirror"), page.locator("textarea[name=body]")
    field.or_(editor).first.wait_for()
    if not editor.count():
        field.focus()
    editor.wait_for()
    editor.focus()
    expect(editor).to_be_focused()


def write_in_the_journal(trainee: Page) -> str:
    """From the prompt of an activity into the editor; kept by itself; the course learns of it once that is ticked. Returns the address."""
    trainee.goto(f"{COHORT}/course/reflecting/held-back/")
    in_main(trainee).get_by_role("link", name="Write in your journal").click()
    begin_writing(trainee)
    trainee.keyboard.type("I held back that I was frightened.")
    expect(trainee.locator("[data-save-status]")).to_contain_text("on the server")
    entry = trainee.url
    trainee.goto(f"{COHORT}/course/reflecting/held-back/")
    expect(in_main(trainee)).not_to_contain_text("Journal kept")

    trainee.goto(entry)
    with trainee.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 204):
        trainee.get_by_label("The course may show this as kept").check()
    trainee.goto(f"{COHORT}/course/reflecting/held-back/")
    expect(in_main(trainee)).to_contain_text("Journal kept")
    trainee.goto("/journal/")
    expect(in_main(trainee)).to_contain_text("I held back that I was frightened.")
    return entry


def nobody_else_opens(entry: str, trainer: Page) -> None:
    answer = trainer.goto(entry)
    assert answer is not None
    assert answer.status == 404
    assert "frightened" not in trainer.content()


def answer_in_the_forum(trainee: Page, trainer: Page) -> None:
    """The trainee answers the block's question; it waits for a response; the trainer answers her words and it waits no longer."""
    trainee.goto(f"{COHORT}/course/reflecting/i-wondered/")
    begin_writing(trainee)
    trainee.keyboard.type("I wondered what the silence was doing in that meeting.")
    in_main(trainee).get_by_role("button", name=re.compile("^(Answer|Post|Say)")).last.click()
    expect(in_main(trainee)).to_contain_text("I wondered what the silence was doing in that meeting.")
    trainee.goto(f"{COHORT}/course/reflecting/i-wondered/")
    expect(in_main(trainee)).to_contain_text("Done · posted")

    trainer.goto(f"{COHORT}/forum/")
    waiting = trainer.locator("li.wait", has_text="I wondered")
    expect(waiting).to_contain_text("Waiting for a response")
    waiting.get_by_role("link").first.click()
    post = trainer.locator("article.post", has_text="what the silence was doing")
    post.get_by_role("link", name=re.compile("^Answer")).or_(post.get_by_role("button", name=re.compile("^Answer"))).first.click()
    begin_writing(trainer)
    trainer.keyboard.type("I heard the silence doing something.")
    in_main(trainer).get_by_role("button", name="Answer", exact=True).last.click()
    expect(in_main(trainer)).to_contain_text("I heard the silence doing something.")
    trainer.goto(f"{COHORT}/forum/")
    expect(trainer.locator("li.wait", has_text="I wondered")).to_have_count(0)

    trainee.goto("/")
    expect(in_main(trainee)).to_contain_text("I heard the silence doing something.")
    expect(in_main(trainee)).to_contain_text("A response to your words")


def talk_and_come_back(trainee: Page, trainer: Page) -> None:
    """Two people hear each other; one loses her connection and comes back to everything she missed, nothing twice."""
    for person in (trainee, trainer):
        person.goto(f"{COHORT}/live/")
        in_main(person).get_by_role("link", name="To the practice room").first.click()
        in_main(person).get_by_role("link", name="Join").first.click()
        expect(person.locator("[data-connection]")).to_contain_text("Connected")
    say(trainer, "Good morning.")
    expect(said(trainee, "Good morning.")).to_have_count(1)
    say(trainee, "Good morning to you.")
    expect(said(trainer, "Good morning to you.")).to_have_count(1)

    trainee.context.set_offline(True)
    expect(trainee.locator("[data-connection]")).not_to_contain_text("Connected", timeout=40_000)
    for number in range(5):
        say(trainer, f"While you were away: {number}.")
    say(trainee, "Said without a line.", sent=False)
    trainee.context.set_offline(False)

    expect(trainee.locator("[data-connection]")).to_contain_text("Connected", timeout=30_000)
    for number in range(5):
        expect(said(trainee, f"While you were away: {number}.")).to_have_count(1)
    for person in (trainee, trainer):
        expect(said(person, "Said without a line.")).to_have_count(1)
        expect(said(person, "Good morning.")).to_have_count(1)
    assert order(trainee) == order(trainer)


def say(page: Page, words: str, *, sent: bool = True) -> None:
    page.locator("[data-say] textarea").fill(words)
    page.keyboard.press("Enter")
    if sent:
        expect(said(page, words)).to_have_count(1)


def said(page: Page, words: str):
    return page.locator("[data-log] [data-seq]").filter(has_text=words)


def order(page: Page) -> list[str]:
    return page.locator("[data-log] [data-seq]").evaluate_all("all => all.map(one => one.dataset.seq)")
