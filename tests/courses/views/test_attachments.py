"""The pages on which something is added to an entry, and how the files are given out."""

import html as entities
import io
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from courses.actions.attachments import read_attachments
from courses.actions.shares import withdraw_share
from courses.models import Attachment, JournalEntry, Membership, SharedAttachment, ShareReader
from lms.files import upload
from tests.courses.factories import TITLE, make_attachment, make_entry, make_share
from tests.factories import make_user
from tests.files import CANARY, PDF, ZIP, photograph, picture, sound

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous iterators"),  # a server does
]

SCRIPT = {"headers": {"X-Upload": "1"}}


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def mine(owner):
    return signed_in(owner)


@pytest.fixture
def theirs(teammate):
    return signed_in(teammate)


@pytest.fixture
def entry(owner):
    return make_entry(owner)


def page(answer):
    return entities.unescape(answer.content.decode())


def whole(answer):
    return b"".join(answer)


def add(entry, sort="photograph"):
    return f"/journal/{entry.pk}/add/{sort}/"


def sending(content=None, name="Garden.png", **overrides):
    return {
        "file": SimpleUploadedFile(name, picture() if content is None else content),
        "words": "A garden",
        "client_id": uuid4(),
        **overrides,
    }


def address(attachment, act=""):
    return f"/journal/attachments/{attachment.pk}/{act}"


def along(share, attachment):
    return f"/journal/shared/{share.pk}/with/{attachment.pk}/"


# --- adding


@pytest.mark.parametrize(
    ("sort", "content", "name"),
    [("photograph", photograph(), "a.jpg"), ("drawing", picture(), "a.png"), ("voice", sound(), "a.wav"), ("document", PDF, "a.pdf")],
)
def test_attachment_new_keeps_what_an_ordinary_form_sends(mine, owner, entry, sort, content, name):
    assert mine.get(add(entry, sort)).status_code == 200

    answer = mine.post(add(entry, sort), sending(content, name))

    assert (answer.status_code, answer["Location"]) == (302, f"/journal/{entry.pk}/#attachments")
    made = Attachment.objects.get()
    assert made.sort == sort
    shown = page(mine.get(f"/journal/{entry.pk}/"))
    assert address(made) in shown and "A garden" in shown and address(made, "delete/") in shown


def test_attachment_new_answers_a_script_with_the_address(mine, entry):
    answer = mine.post(add(entry), sending(), **SCRIPT)

    assert (answer.status_code, answer["Location"], answer.content) == (201, f"/journal/{entry.pk}/#attachments", b"")


def test_attachment_new_refuses_kindly_and_keeps_the_words(mine, entry):
    answer = mine.post(add(entry), sending(ZIP, "holiday.png", words="Where we were"))

    assert answer.status_code == 422
    assert "This file is not of a kind that can be kept here" in page(answer) and "Where we were" in page(answer)
    assert Attachment.objects.count() == 0


def test_attachment_new_tells_a_script_why(mine, entry):
    broken = mine.post(add(entry), sending(picture(size=(200, 200))[:300]), **SCRIPT)
    nothing = mine.post(add(entry, "drawing"), {"words": "x"}, **SCRIPT)

    assert broken.json() == {"sentences": ["This picture is damaged, or did not arrive whole. Please try it once more."]}
    assert nothing.json() == {"sentences": ["There is nothing drawn yet. Draw something, or choose a picture of a drawing."]}
    assert (broken.status_code, nothing.status_code) == (422, 422)


def test_attachment_new_names_the_limit_of_one_file(mine, entry, monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 1_000_000)

    answer = mine.post(add(entry, "document"), sending(PDF + bytes(1_500_000), "long.pdf", words="Kept"))

    assert answer.status_code == 422
    assert "the limit is 1 MB" in page(answer) and "Kept" in page(answer)


def test_attachment_new_twice_is_one(mine, entry):
    client_id = uuid4()
    for _time in range(2):
        assert mine.post(add(entry), sending(client_id=client_id)).status_code == 302

    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("sort", ["program", "photographs", "x"])
def test_attachment_new_knows_no_other_sorts(mine, entry, sort):
    assert mine.get(add(entry, sort)).status_code == 404


def test_attachment_new_is_for_the_author_alone(theirs, entry):
    assert [theirs.get(add(entry)).status_code, theirs.post(add(entry), sending()).status_code] == [404, 404]
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("body", ["", "Words that were typed"])
def test_entry_new_keeps_its_words_and_goes_on_to_what_is_added(mine, owner, body):
    answer = mine.post("/journal/new/", {"title": "", "body": body, "client_id": uuid4(), "then": "drawing"})

    entry = JournalEntry.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, add(entry, "drawing"))
    assert body in page(mine.get(f"/journal/{entry.pk}/"))


def test_entry_new_without_words_and_nothing_to_add_is_still_refused(mine):
    for then in ({}, {"then": ""}, {"then": "program"}):
        assert mine.post("/journal/new/", {"title": "", "body": "", "client_id": uuid4(), **then}).status_code == 422

    assert JournalEntry.objects.count() == 0


def test_entry_keeps_its_words_and_goes_on_to_what_is_added(mine, entry):
    form = {"title": TITLE, "body": "<p>Others</p>", "body_form": "html", "version": 1, "client_id": uuid4(), "then": "voice"}

    answer = mine.post(f"/journal/{entry.pk}/", form)

    assert answer["Location"] == add(entry, "voice")
    assert "Others" in page(mine.get(f"/journal/{entry.pk}/"))


# --- giving out


def test_attachment_gives_the_author_a_picture_without_where_it_was_taken(mine, entry):
    mine.post(add(entry), sending(photograph((60, 40)), "IMG 1.jpg"))

    answer = mine.get(address(Attachment.objects.get()))

    content = whole(answer)
    assert CANARY.encode() not in content and b"Exif" not in content
    assert Image.open(io.BytesIO(content)).size == (60, 40)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="IMG 1.jpg"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_attachment_has_a_pdf_saved(mine, entry):
    made = make_attachment(entry, PDF, "letter.pdf", sort="document")

    answer = mine.get(address(made))

    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/pdf", 'attachment; filename="letter.pdf"')
    assert whole(answer) == PDF


@pytest.mark.parametrize(
    ("asked", "begin", "end"), [("bytes=0-", 0, None), ("bytes=300000-300099", 300_000, 300_100), ("bytes=-50", -50, None)]
)
def test_attachment_gives_a_part_to_who_listens(mine, entry, asked, begin, end):
    long = sound(30)
    made = make_attachment(entry, long, "long.wav", sort="voice")
    assert len(long) > 400_000

    answer = mine.get(address(made), headers={"Range": asked})

    assert (answer.status_code, answer["Content-Type"]) == (206, "audio/wav")
    assert whole(answer) == long[begin:end]


def test_attachment_to_head_says_how_long_it_is_and_nothing_more(mine, entry):
    made = make_attachment(entry, PDF, "letter.pdf", sort="document")

    answer = mine.head(address(made))

    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(PDF)), b"")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_a_file_of_somebody_else_and_no_file_are_alike(theirs, entry, method, headers):
    made = make_attachment(entry)
    absent = f"/journal/attachments/{uuid4()}/"

    answers = [getattr(theirs, method)(where, headers=headers) for where in (address(made), absent)]
    signed_out = getattr(Client(), method)(address(made), headers=headers)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({answer.content.replace(absent.encode(), b"").replace(address(made).encode(), b"") for answer in answers}) <= 2
    assert signed_out.status_code == 302 and "/accounts/login/" in signed_out["Location"]


@pytest.mark.parametrize("left", [b"", b"cut off"])
def test_a_file_that_does_not_open_is_not_there_and_its_entry_is(mine, entry, left):
    made = make_attachment(entry)
    default_storage.delete(made.file.name)
    if left:
        with default_storage.open(made.file.name, "wb") as file:
            file.write(left)

    assert mine.get(address(made)).status_code == 404
    assert mine.get(f"/journal/{entry.pk}/").status_code == 200


# --- saying something of it, deleting it


def test_attachment_describe_changes_what_can_be_seen(mine, owner, entry):
    made = make_attachment(entry)
    assert "A garden" in page(mine.get(address(made, "words/")))

    answer = mine.post(address(made, "words/"), {"words": 'Two <gardens> "in" May'})

    assert answer["Location"] == f"/journal/{entry.pk}/#attachment-{made.pk}"
    shown = read_attachments(actor=owner, entry=entry, attachments=Attachment.objects.all())
    assert [one.words for one in shown] == ['Two <gardens> "in" May']
    assert 'alt="Two &lt;gardens&gt; &quot;in&quot; May"' in mine.get(f"/journal/{entry.pk}/").content.decode()


def test_attachment_describe_keeps_what_is_too_long(mine, entry):
    answer = mine.post(address(make_attachment(entry), "words/"), {"words": "x" * 5001})

    assert answer.status_code == 422
    assert "x" * 5001 in page(answer)


def test_attachment_delete_asks_once(mine, entry):
    made = make_attachment(entry)
    assert "Delete this from your entry?" in page(mine.get(address(made, "delete/")))
    assert Attachment.objects.count() == 1

    answer = mine.post(address(made, "delete/"))

    assert (answer["Location"], Attachment.objects.count()) == (f"/journal/{entry.pk}/", 0)
    assert mine.get(address(made)).status_code == 404


@pytest.mark.parametrize("act", ["words/", "delete/"])
def test_what_stands_with_an_entry_is_the_authors_alone(theirs, entry, act):
    made = make_attachment(entry)

    assert [theirs.get(address(made, act)).status_code, theirs.post(address(made, act), {"words": "x"}).status_code] == [404, 404]
    assert Attachment.objects.count() == 1


def test_entry_delete_says_that_files_go_too(mine, entry):
    make_attachment(entry)

    assert "The picture, sound or file with it goes too." in page(mine.get(f"/journal/{entry.pk}/delete/"))


@pytest.mark.parametrize("where", ["", "share/", "delete/"])
def test_pages_cost_the_same_however_much_stands_with_an_entry(mine, entry, django_assert_max_num_queries, where):
    counts = []
    mine.get("/journal/")  # signs in, makes the session
    for number in (1, 5):
        for _time in range(number):
            make_attachment(entry, PDF, "a.pdf", sort="document")
        with django_assert_max_num_queries(12) as captured:
            mine.get(f"/journal/{entry.pk}/{where}")
        counts.append(len(captured))

    assert counts[0] == counts[1]


# --- going along


@pytest.fixture
def share(owner, teammate, entry):
    chosen = make_attachment(entry, words="What they see")
    make_attachment(entry, PDF, "mine.pdf", sort="document", words="Mine alone")
    return make_share(author=owner, reader=teammate, entry=entry, attachments=[chosen.pk])


def chosen_of(share):
    return SharedAttachment.objects.get(share=share).attachment


def test_share_new_lets_what_was_chosen_go_along(mine, owner, teammate, entry, share):
    first, second = Attachment.objects.order_by("added_at")
    form = mine.get(f"/journal/{entry.pk}/share/").context["form"]
    assert [label for _pk, label in form.fields["attachments"].choices] == ["Garden.png: What they see", "mine.pdf: Mine alone"]
    assert form["attachments"].value() is None
    sent = {"what": "whole", "readers": [teammate.pk], "manner": "read", "version": 1, "client_id": uuid4(), "attachments": [second.pk]}

    preview = mine.post(f"/journal/{entry.pk}/share/", {**sent, "preview": "1"})
    assert address(second) in page(preview) and address(first) not in page(preview)
    assert f'name="attachments" value="{second.pk}"' in page(preview)
    mine.post(f"/journal/{entry.pk}/share/", sent)

    assert [row.attachment for row in SharedAttachment.objects.exclude(share=share)] == [second]


def test_share_new_of_a_file_that_is_not_there_is_refused(mine, teammate, entry, share):
    sent = {"what": "whole", "readers": [teammate.pk], "manner": "read", "version": 1, "client_id": uuid4(), "attachments": [uuid4()]}

    answer = mine.post(f"/journal/{entry.pk}/share/", sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["attachments"]


def test_shared_shows_its_readers_what_goes_along_and_nothing_else(mine, theirs, share):
    made = chosen_of(share)
    for client in (theirs, mine):
        shown = page(client.get(f"/journal/shared/{share.pk}/"))
        assert along(share, made) in shown and "What they see" in shown
        assert "mine.pdf" not in shown and "Mine alone" not in shown
        assert Image.open(io.BytesIO(whole(client.get(along(share, made))))).size == (40, 30)
    assert theirs.get(address(made)).status_code == 404


def test_shared_attachment_is_for_its_readers_while_they_may_read(theirs, owner, teammate, share):
    made = chosen_of(share)
    unchosen = Attachment.objects.exclude(pk=made.pk).get()
    stranger = signed_in(make_user())

    assert [stranger.get(along(share, made)).status_code, theirs.get(along(share, unchosen)).status_code] == [404, 404]
    assert theirs.head(along(share, made)).status_code == 200
    withdraw_share(actor=owner, share_id=share.pk)
    for method in (theirs.get, theirs.head):
        assert method(along(share, made), headers={"Range": "bytes=0-9"}).status_code == 404


def test_shared_attachment_ends_with_the_membership(theirs, teammate, share):
    made = chosen_of(share)
    Membership.objects.filter(person=teammate).update(ended_at=share.shared_at)

    assert theirs.get(along(share, made)).status_code == 404


def test_shared_attachment_leaves_no_trace_of_its_own(theirs, share):
    whole(theirs.get(along(share, chosen_of(share))))

    assert ShareReader.objects.get(share=share).first_opened_at is None
