"""A photograph, a drawing, a voice note with an entry: added with scripts and without, shown, listened to, deleted."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, Axe, Enter, Watch, flags, sign_in
from tests.files import CANARY, PDF, photograph, picture, sound
from tests.runner import servers

NARROW = {"width": 320, "height": 700}
ENTRY = re.compile(r"/journal/[0-9a-f-]{36}/(#attachments)?$")


def write(page: Page, words: str, *, scripts: bool = True) -> None:
    """Types words where the caret is, into the editor as soon as it stands."""
    if not scripts:
        return page.locator("textarea[name=body]").fill(words)
    page.locator("textarea[name=body]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.press("Control+End")
    return page.keyboard.type(words)


def begin(page: Page, what: str, words: str = "What we made today.", *, scripts: bool = True) -> None:
    """Types into a new entry and goes on to what is added, in one press."""
    page.goto("/journal/new/")
    if words:
        write(page, words, scripts=scripts)
    page.get_by_role("button", name=what, exact=True).click()
    page.wait_for_url(re.compile(r"/add/"))


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(ENTRY)


def sent(content: bytes, name: str, mime: str) -> dict:
    return {"name": name, "mimeType": mime, "buffer": content}


def got(page: Page, selector: str) -> bytes:
    """The file that this element of the page shows."""
    answer = page.request.get(page.locator(selector).first.get_attribute("src"))
    assert answer.status == 200
    return answer.body()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_photograph_comes_back_without_where_it_was_taken(enter: Enter, axe: Axe, scripts: bool) -> None:
    taken = photograph((300, 200), orientation=6)
    assert CANARY.encode() in taken and b"Exif" in taken
    page = enter("trainee", java_script_enabled=scripts)
    begin(page, "Photograph", scripts=scripts)
    page.get_by_label("Photograph or picture").set_input_files(sent(taken, "IMG_0001.JPG", "image/jpeg"))
    page.get_by_label("What can be seen on it").fill("Two chairs by a window")
    keep(page)

    expect(page.get_by_role("img", name="Two chairs by a window")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value("What we made today.")
    content = got(page, ".attached img")
    assert CANARY.encode() not in content and b"Exif" not in content
    assert Image.open(io.BytesIO(content)).size == (200, 300)
    if scripts:
        assert page.locator(".attached img").evaluate("img => [img.complete, img.naturalWidth]") == [True, 200]
        assert axe(page) == []


def test_a_drawing_is_drawn_taken_back_and_kept(enter: Enter, axe: Axe) -> None:
    page = enter("trainee")
    begin(page, "Drawing")
    paper = page.locator("canvas")
    expect(paper).to_have_attribute("aria-label", "Empty paper")

    def line(*points: tuple[float, float]) -> None:
        paper.scroll_into_view_if_needed()
        box = paper.bounding_box()
        (x, y), *others = [(box["x"] + box["width"] * across, box["y"] + box["height"] * down) for across, down in points]
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(x, y)
        page.mouse.up()

    page.get_by_label("Red").check()
    page.get_by_label("Thick").check()
    line((0.1, 0.5), (0.5, 0.5), (0.9, 0.5))
    line((0.5, 0.1), (0.5, 0.9))
    expect(paper).to_have_attribute("aria-label", "Paper with 2 lines on it")
    page.get_by_role("button", name="Take back the last line").click()
    expect(paper).to_have_attribute("aria-label", "Paper with one line on it")
    assert axe(page) == []
    page.get_by_label("What can be seen on it").fill("A red line")
    keep(page)

    expect(page.get_by_role("img", name="A red line")).to_be_visible()
    drawn = Image.open(io.BytesIO(got(page, ".attached img"))).convert("RGB")
    assert drawn.size == (1200, 900)
    assert drawn.getpixel((600, 450)) == (0xB3, 0x24, 0x3C)
    assert [drawn.getpixel(place) for place in [(600, 100), (600, 800), (5, 5)]] == [(255, 255, 255)] * 3


def test_an_empty_paper_is_refused_and_a_picture_of_a_drawing_taken(enter: Enter, watch: Watch) -> None:
    watch.expect("status of 422")
    page = enter("trainee")
    begin(page, "Drawing", "")
    page.get_by_label("What can be seen on it").fill("A circle of chairs")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("[data-sending] [role=status]")).to_have_text(
        "There is nothing drawn yet. Draw something, or choose a picture of a drawing."
    )
    expect(page.get_by_label("What can be seen on it")).to_have_value("A circle of chairs")

    page.get_by_label("A picture of a drawing").set_input_files(sent(picture(size=(80, 60)), "chairs.png", "image/png"))
    keep(page)
    expect(page.get_by_role("img", name="A circle of chairs")).to_be_visible()


@pytest.fixture
def with_microphone(site: str, chromium: Browser, watch: Watch) -> Iterator[Page]:
    """A browser that hears Chromium's own tone, and need not ask."""
    hears = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path=servers.chromium(), args=[*flags(), *hears])
    context = browser.new_context(base_url=site, storage_state=sign_in(browser, site, "trainee2"), viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    watch.follow(page)
    yield page
    browser.close()


def test_a_voice_is_recorded_listened_to_and_kept(with_microphone: Page, axe: Axe) -> None:
    page = with_microphone
    begin(page, "Voice note")
    says = page.locator("[data-voice] [data-says]")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(says).to_have_text("Recording.")
    expect(page.locator("[data-time]")).to_have_text("0:01")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Discard").click()
    expect(says).to_have_text("Discarded. Nothing of it is left.")

    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("[data-time]")).to_have_text("0:01")
    page.get_by_role("button", name="Stop").click()
    expect(says).to_contain_text("Recorded: 0:0")
    page.get_by_role("button", name="Listen").click()
    expect(says).to_have_text("You are listening to it.")
    assert axe(page) == []
    page.get_by_label("What is said in it").fill("A tone, twice.")
    keep(page)

    expect(page.locator(".attached-words")).to_have_text("A tone, twice.")
    player = page.locator(".attached audio")
    page.wait_for_function("() => document.querySelector('.attached audio').readyState >= 1")
    assert player.evaluate("audio => audio.error") is None
    assert got(page, ".attached audio")[:4] == b"\x1a\x45\xdf\xa3"
    page.evaluate("scrollTo(0, 0)")  # where the page stood, the bar covered half a button
    assert axe(page) == []


def test_without_a_microphone_a_sound_file_is_chosen(enter: Enter) -> None:
    page = enter("trainee", java_script_enabled=False)
    begin(page, "Voice note", scripts=False)
    page.get_by_label("Sound file").set_input_files(sent(sound(), "voice.wav", "audio/wav"))
    keep(page)

    expect(page.locator(".attached audio")).to_be_visible()
    assert got(page, ".attached audio") == sound()


def test_what_does_not_arrive_stays_and_is_sent_again(enter: Enter, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page = enter("trainee")
    begin(page, "PDF")
    page.get_by_label("PDF", exact=True).set_input_files(sent(PDF, "letter.pdf", "application/pdf"))
    page.get_by_label("What it is").fill("A letter")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("[data-sending] [role=status]")).to_contain_text("The connection dropped")
    expect(page.get_by_label("What it is")).to_have_value("A letter")

    page.context.set_offline(False)
    keep(page)
    expect(page.locator(".attached")).to_have_count(1)
    expect(page.get_by_role("link", name="letter.pdf", exact=True)).to_be_visible()
    expect(page.locator(".attached-words")).to_have_text("A letter")


def test_words_are_changed_and_the_picture_is_deleted_with_one_question(enter: Enter) -> None:
    page = enter("trainee")
    begin(page, "Photograph")
    page.get_by_label("Photograph or picture").set_input_files(sent(picture(), "garden.png", "image/png"))
    keep(page)
    page.get_by_role("link", name="Say what can be seen garden.png").click()
    page.get_by_label("What can be seen on it").fill("A garden")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("img", name="A garden")).to_be_visible()

    page.get_by_role("link", name="Delete garden.png").click()
    page.get_by_role("button", name="Delete for good").click()
    page.wait_for_url(ENTRY)
    expect(page.locator(".attached")).to_have_count(0)
    expect(page.get_by_role("heading", name="Add to this entry")).to_be_visible()


def test_words_typed_last_go_before_what_is_added(enter: Enter) -> None:
    page = enter("trainee")
    begin(page, "Drawing", "First words.")
    page.get_by_role("link", name="Leave it").click()
    page.wait_for_url(ENTRY)
    write(page, " And what came last.")
    page.get_by_role("button", name="PDF", exact=True).click()
    page.wait_for_url(re.compile(r"/add/document/"))
    page.get_by_role("link", name="Leave it").click()

    expect(page.locator("textarea[name=body]")).to_have_value("First words. And what came last.")


def test_a_reader_sees_the_picture_that_goes_along(enter: Enter, axe: Axe, watch: Watch) -> None:
    watch.expect("status of 404")
    page = enter("trainee")
    begin(page, "Photograph", "Two chairs stood there.")
    page.get_by_label("Photograph or picture").set_input_files(sent(picture(), "chairs.png", "image/png"))
    page.get_by_label("What can be seen on it").fill("Two chairs")
    keep(page)
    page.get_by_role("link", name="Share").click()
    page.get_by_label("The whole entry as it stands").check()
    page.get_by_label("chairs.png: Two chairs").check()
    page.get_by_label("Trainer A (Trainer)").check()
    page.get_by_label("Just read").check()
    assert axe(page) == []
    page.get_by_role("button", name="See what they will see").click()
    expect(page.get_by_role("img", name="Two chairs")).to_be_visible()
    page.get_by_role("button", name="Share").click()

    reader = enter("trainer", viewport=PHONE)
    reader.goto("/journal/shared/")
    reader.get_by_role("link", name="An entry by Trainee A").first.click()
    expect(reader.get_by_role("img", name="Two chairs")).to_be_visible()
    where = reader.locator(".attached img").get_attribute("src")
    assert axe(reader) == []
    page.locator(".margin").get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it now").click()
    page.wait_for_url(ENTRY)
    assert reader.request.get(where).status == 404


@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["320px", "1280px"])
def test_axe_finds_nothing_where_things_are_added(enter: Enter, axe_both: Axe, viewport) -> None:
    page = enter("trainee", viewport=viewport)
    begin(page, "Photograph")
    wrong = {}
    for sort in ("photograph", "drawing", "voice", "document"):
        page.goto(re.sub(r"add/\w+/$", f"add/{sort}/", page.url))
        wrong[sort] = axe_both(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            wrong[sort].append("the page scrolls sideways")

    assert wrong == {"photograph": [], "drawing": [], "voice": [], "document": []}
