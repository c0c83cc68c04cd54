"""Composers with files and the check, as a browser without scripts sends them; and how files are given out."""

import html as entities
import re
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forums.actions.forums import open_forums
from forums.models import Forum, Post, PostCheck, PostFile, Thread
from forums.permissions import can_read_post
from lms.files import upload
from lms.permissions import Part
from tests.courses.actions.test_journals import everything_stored
from tests.factories import make_cohort, make_membership, make_user
from tests.files import CANARY, PDF, ZIP, photograph, picture
from tests.forums.factories import begin_thread, bring, say, say_with_file

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous iterators"),  # a server does
]

BIRTH = "He was born on 3 May 1984."
NOT_THERE = "This file is not of a kind that can be kept here, whatever its name says."


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


@pytest.fixture
def theirs(teammate):
    return signed_in(teammate)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args) -> str:
    return reverse(f"forums:{name}", args=[cohort.slug, *args])


def words(**given):
    return {"body": "A first sentence", "body_form": "text", "client_id": str(uuid4()), **given}


def a_file(content=None, name="Garden.png"):
    return SimpleUploadedFile(name, picture() if content is None else content)


def page(answer) -> str:
    return " ".join(entities.unescape(answer.content.decode()).split())


def whole(answer) -> bytes:
    return b"".join(answer)


# --- a composer with files


def test_add_keeps_the_file_and_brings_the_words_back_as_they_were(cohort, thread, theirs):
    sent = words(then="add", file=a_file(photograph(), "IMG 1.jpg"), alt="Two windows", quoted="Some words", body="")

    answer = theirs.post(address("reply", cohort, thread.pk), sent)

    file = PostFile.objects.get()
    shown = page(answer)
    assert (answer.status_code, Post.objects.count(), file.alt, file.post) == (200, 1, "Two windows", None)
    assert f'src="{address("file", cohort, file.pk)}"' in shown and "IMG 1.jpg" in shown
    assert re.search(rf'name="alt-{file.pk}" value="Two windows"', shown)
    assert f'name="client_id" value="{sent["client_id"]}"' in shown
    assert "Some words</textarea>" in shown
    assert "There are no words here yet" not in shown and 'name="alt" value=' not in shown


def test_posting_with_a_file_in_it_takes_it_along(cohort, thread, theirs):
    theirs.post(address("reply", cohort, thread.pk), words(file=a_file(), alt="Two windows"))

    post = thread.posts.last()
    assert [(file.name, file.alt) for file in post.files.all()] == [("Garden.png", "Two windows")]
    shown = page(theirs.get(address("thread", cohort, thread.pk)))
    assert f'<img src="{address("file", cohort, post.files.get().pk)}" alt="Two windows" width="40" height="30" loading="lazy">' in shown


def test_a_file_is_kept_when_the_words_are_refused(cohort, thread, theirs):
    sent = words(body=" ", file=a_file(PDF, "plan.pdf"))

    refused = theirs.post(address("reply", cohort, thread.pk), sent)
    theirs.post(address("reply", cohort, thread.pk), {**words(), "client_id": sent["client_id"]})

    assert "There are no words here yet" in page(refused) and "plan.pdf" in page(refused)
    assert thread.posts.last().files.get().name == "plan.pdf"


def test_a_picture_without_a_sentence_is_asked_for_one_and_keeps_everything(cohort, thread, theirs):
    sent = words(file=a_file(), body="My words")

    refused = theirs.post(address("reply", cohort, thread.pk), sent)
    file = PostFile.objects.get()
    again = {**sent, f"alt-{file.pk}": "", f"undescribed-{file.pk}": "on"}
    del again["file"]
    theirs.post(address("reply", cohort, thread.pk), again)

    assert "Please say in a sentence what “Garden.png” shows" in page(refused)
    assert "My words</textarea>" in page(refused) and f'name="alt-{file.pk}"' in page(refused)
    post = thread.posts.last()
    assert (post.plain, post.files.get().alt) == ("My words", "")
    assert 'alt="A picture without a description"' in page(theirs.get(address("thread", cohort, thread.pk)))


def test_the_tick_beside_a_new_picture_is_enough(cohort, thread, theirs):
    theirs.post(address("reply", cohort, thread.pk), words(file=a_file(), undescribed="on"))

    assert thread.posts.last().files.get().alt == ""


@pytest.mark.parametrize("content", [ZIP, b"MZ" + bytes(100)])
def test_what_is_not_what_its_name_says_is_refused_with_a_sentence_and_the_words_stay(cohort, thread, theirs, content):
    answer = theirs.post(address("reply", cohort, thread.pk), words(body="My words", file=a_file(content, "holiday.png")))

    assert NOT_THERE in page(answer) and "My words</textarea>" in page(answer)
    assert (Post.objects.count(), PostFile.objects.count()) == (1, 0)


def test_a_file_beyond_the_limit_is_refused_by_its_number(cohort, thread, theirs, monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 1_000_000)

    answer = theirs.post(address("reply", cohort, thread.pk), words(then="add", file=a_file(PDF + bytes(1_500_000), "long.pdf")))

    assert "the limit is 1 MB" in page(answer)


def test_add_without_a_file_says_so(cohort, thread, theirs):
    assert "Please choose a file first." in page(theirs.post(address("reply", cohort, thread.pk), words(then="add")))


def test_remove_takes_it_away_and_again_is_harmless(cohort, thread, theirs, teammate, owner):
    file, anothers = bring(teammate, thread.forum), bring(owner, thread.forum)
    sent = words(client_id=str(file.client_id), body="My words")

    answers = [theirs.post(address("reply", cohort, thread.pk), {**sent, "then": f"remove-{pk}"}) for pk in (file.pk, file.pk, anothers.pk)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("My words</textarea>" in page(answer) for answer in answers)
    assert (list(PostFile.objects.all()), Post.objects.count()) == ([anothers], 1)


@pytest.mark.parametrize("then", ["remove-x", "post", f"remove-{'-' * 36}", "<script>"])
def test_an_order_that_makes_no_sense_posts_nothing(cohort, thread, theirs, then):
    assert theirs.post(address("reply", cohort, thread.pk), words(then=then)).status_code == 200
    assert Post.objects.count() == 1


def test_a_new_thread_and_a_change_take_files_too(cohort, theirs):
    theirs.post(address("thread-new", cohort), words(title="Windows", file=a_file(PDF, "plan.pdf")))
    post = Thread.objects.get().posts.get()
    edit = address("post-edit", cohort, post.pk)
    shown = page(theirs.get(edit))

    added = theirs.post(edit, words(then="add", file=a_file(), alt="Two windows", body="Changed"))
    theirs.post(edit, words(then=f"remove-{post.files.get().pk}", body="Changed"))
    theirs.post(edit, words(body="Changed"))

    assert "plan.pdf" in shown and "What you remove here is gone at once, for everybody." in shown
    assert "Changed</textarea>" in page(added)
    assert [file.alt for file in post.files.all()] == ["Two windows"]
    assert Post.objects.get().plain == "Changed"


def test_a_script_gets_the_files_alone(cohort, thread, theirs):
    place, headers = address("reply", cohort, thread.pk), {"X-Files": "1"}
    sent = words()

    added = theirs.post(place, {**sent, "then": "add", "file": a_file(), "alt": "A garden"}, headers=headers)
    refused = theirs.post(place, {**sent, "then": "add", "file": a_file(ZIP)}, headers=headers)
    listed = theirs.post(place, {**sent, "then": "list"}, headers=headers)

    assert [answer.status_code for answer in (added, refused, listed)] == [200, 422, 200]
    assert ["<html" in page(answer) for answer in (added, refused, listed)] == [False] * 3
    assert ["Garden.png" in page(answer) for answer in (added, refused, listed)] == [True] * 3
    assert NOT_THERE in page(refused) and Post.objects.count() == 1


def test_ten_megabytes_of_words_are_refused_with_a_sentence(cohort, thread, theirs):
    place = address("reply", cohort, thread.pk)
    long, longer = (theirs.post(place, words(body="word " * size)) for size in (20_000, 2_000_000))

    assert "Too long to keep in one piece: 100 kB; the limit is 50 kB. Your words are still here; please divide it." in page(long)
    assert (longer.status_code, Post.objects.count()) == (413, 1)


@pytest.mark.parametrize(
    ("title", "body"), [("\u200b\u2066", "Said"), ("T", "\u200b\u2060\ufeff"), ("T", "\u202e\u2800"), ("\u202e\u202d", "\u3164")]
)
def test_what_nobody_would_see_is_no_title_and_no_words(cohort, theirs, title, body):
    answer = theirs.post(address("thread-new", cohort), words(title=title, body=body))

    assert "A few words are enough." in page(answer) or "A first sentence is enough." in page(answer)
    assert Thread.objects.count() == 0


def test_a_title_cannot_turn_the_page_round(cohort, theirs):
    theirs.post(address("thread-new", cohort), words(title="abc\u202etxt.\u2067exe\u200b"))

    assert Thread.objects.get().title == "abctxt.exe"


def test_thread_asks_once_for_files_where_there_are_some(cohort, thread, theirs, teammate, django_assert_max_num_queries):
    counts = []
    for files in (0, 1, 4):
        for _file in range(files):
            say_with_file(thread, teammate)
        theirs.get(address("thread", cohort, thread.pk))  # has read it
        with django_assert_max_num_queries(8) as asked:
            theirs.get(address("thread", cohort, thread.pk))
        counts.append(len(asked))

    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


# --- giving out (S20)


def test_file_gives_a_picture_and_has_the_rest_saved(cohort, thread, teammate, owner):
    photo = say_with_file(thread, teammate, photograph((60, 40)), "IMG 1.jpg")
    plan = say_with_file(thread, teammate, PDF, "plan.pdf")
    client = signed_in(owner)

    shown, saved = (client.get(address("file", cohort, file.pk)) for file in (photo, plan))

    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/jpeg", 'inline; filename="IMG 1.jpg"')
    assert (saved["Content-Type"], saved["Content-Disposition"]) == ("application/pdf", 'attachment; filename="plan.pdf"')
    for answer in (shown, saved):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert CANARY.encode() not in whole(shown)
    assert whole(saved) == PDF


def test_file_gives_parts_and_its_length(cohort, thread, teammate, theirs):
    where = address("file", cohort, say_with_file(thread, teammate, PDF, "plan.pdf").pk)

    part, beyond, head = (
        theirs.get(where, headers={"Range": "bytes=5-9"}),
        theirs.get(where, headers={"Range": "bytes=9999-"}),
        theirs.head(where),
    )

    assert (part.status_code, whole(part), beyond.status_code) == (206, PDF[5:10], 416)
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(PDF)), b"")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_file_is_there_for_nobody_else(cohort, thread, teammate, owner, outsider, method, headers):
    posted, to_come = say_with_file(thread, teammate), bring(teammate, thread.forum)
    other = make_cohort(members=[outsider, teammate])
    removed = make_membership(cohort=cohort, ended_at=timezone.now()).person
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person

    def status(person, file, where=cohort):
        return getattr(signed_in(person), method)(address("file", where, file), headers=headers).status_code

    ok = 206 if headers and method == "get" else status(owner, posted.pk)
    assert ok in {200, 206}
    assert [status(person, posted.pk) for person in (owner, teammate)] == [ok, ok]
    assert [status(person, posted.pk) for person in (outsider, removed, interpreter)] == [404, 404, 404]
    assert [status(person, to_come.pk) for person in (teammate, owner, outsider)] == [ok, 404, 404]
    assert [status(teammate, posted.pk, other), status(outsider, posted.pk, other), status(owner, uuid4())] == [404, 404, 404]
    assert getattr(Client(), method)(address("file", cohort, posted.pk), headers=headers).status_code == 302


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({}, {"author", "reader", "trainer"}),
        ({"state": Post.State.HELD}, {"author", "trainer"}),
        ({"state": Post.State.HIDDEN}, {"author", "trainer"}),
        ({"state": Post.State.PAUSED}, {"author", "trainer"}),
        ({"withdrawn_at": timezone.now()}, set()),
    ],
)
def test_file_follows_the_words_of_its_post(cohort, thread, owner, teammate, settings, change, seen):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    file = say_with_file(thread, teammate)
    Post.objects.filter(pk=file.post_id).update(**change)
    people = {"author": teammate, "reader": owner, "trainer": trainer}

    found = {who for who, person in people.items() if signed_in(person).get(address("file", cohort, file.pk)).status_code == 200}

    assert found == seen
    if "withdrawn_at" not in change:  # the trainers may still read what was taken back; what went with it is gone
        post = Post.objects.select_related("thread__forum__cohort").get(pk=file.post_id)
        assert found == {who for who, person in people.items() if can_read_post(person, post)}


def test_files_of_hidden_words_are_not_on_the_page(cohort, thread, owner, teammate):
    file = say_with_file(thread, teammate, words="Said")
    Post.objects.filter(pk=file.post_id).update(state=Post.State.HIDDEN)

    pages = [page(signed_in(person).get(address("thread", cohort, thread.pk))) for person in (owner, teammate)]

    assert [str(file.pk) in shown for shown in pages] == [False, True]


def test_file_that_is_not_in_the_storage_is_404_and_its_page_is_there(cohort, thread, teammate, theirs):
    file = say_with_file(thread, teammate)
    default_storage.delete(file.file.name)

    assert theirs.get(address("file", cohort, file.pk)).status_code == 404
    assert theirs.get(address("thread", cohort, thread.pk)).status_code == 200


def test_file_of_an_anonymous_post_tells_nobody_who_it_was(cohort, thread, owner, teammate):
    Forum.objects.update(allows_anonymous=True)
    secret = make_membership(cohort=cohort, person=make_user(display_name="Canary Name")).person
    signed_in(secret).post(
        address("reply", cohort, thread.pk), words(file=a_file(photograph(), "Canary Name.jpg"), alt="A garden", anonymous="on")
    )
    client, file = signed_in(owner), PostFile.objects.get()

    answer = client.get(address("file", cohort, file.pk))

    shown = page(client.get(address("thread", cohort, thread.pk)))
    told = shown + str(answer.headers) + whole(answer).decode("latin-1") + file.file.name
    assert ("Canary" in told, CANARY in told, answer["Content-Disposition"]) == (False, False, 'inline; filename="picture.jpg"')
    assert "Somebody (voice 1)" in shown


def test_an_anonymous_post_with_a_document_keeps_the_words(cohort, thread, theirs):
    Forum.objects.update(allows_anonymous=True)

    answer = theirs.post(address("reply", cohort, thread.pk), words(body="My words", file=a_file(PDF, "plan.pdf"), anonymous="on"))

    assert "an anonymous post takes pictures only. Please remove plan.pdf." in page(answer) and "My words</textarea>" in page(answer)
    assert Post.objects.count() == 1


# --- the check


@pytest.mark.parametrize("name", ["reply", "thread-new", "post-edit"])
def test_the_check_comes_back_calmly_with_everything_in_it(cohort, thread, theirs, teammate, name):
    args = {"reply": [thread.pk], "thread-new": [], "post-edit": [say(thread, teammate).pk]}[name]
    posts = Post.objects.count()

    answer = theirs.post(address(name, cohort, *args), words(title="A title", body=f"One & two.\n\n{BIRTH} <i>Hm.</i>"))

    raw = " ".join(answer.content.decode().split())
    assert (answer.status_code, Post.objects.count(), PostCheck.objects.count()) == (200, posts, 0)
    assert "We noticed a date of birth." in page(answer)
    assert (
        '<p dir="auto">He was born on <mark>3 May 1984</mark><span class="unseen"> (a date of birth)</span>. &lt;i&gt;Hm.&lt;/i&gt;</p>'
        in raw
    )
    assert "One &amp; two.\n\nHe was born on 3 May 1984. &lt;i&gt;Hm.&lt;/i&gt;</textarea>" in answer.content.decode()
    assert 'value="anyway"' in raw and 'href="/contact-me/?about=forum"' in raw
    assert 'class="errors"' not in raw


@pytest.mark.parametrize("name", ["reply", "thread-new", "post-edit"])
def test_post_anyway_needs_a_reason_and_keeps_it(cohort, thread, theirs, teammate, name):
    args = {"reply": [thread.pk], "thread-new": [], "post-edit": [say(thread, teammate).pk]}[name]
    sent = words(title="A title", body=BIRTH, then="anyway")

    without = theirs.post(address(name, cohort, *args), sent)
    long = theirs.post(address(name, cohort, *args), {**sent, "reason": "x" * 301})
    posted = theirs.post(address(name, cohort, *args), {**sent, "reason": "It is on the cover of his book."})

    assert "Please say in a sentence why it may stand." in page(without)
    assert "There is room for 300 characters." in page(long)
    assert posted.status_code == 302
    check = PostCheck.objects.get()
    assert (check.kinds, check.reason, check.post.plain) == (["birth_date"], "It is on the cover of his book.", BIRTH)


def test_the_check_marks_title_words_and_what_pictures_show(cohort, theirs):
    sent = words(title=BIRTH, body="Ring 020 7946 0123", file=a_file(), alt="A letter to h.walker@nhs.example")

    answer = theirs.post(address("thread-new", cohort), sent)

    assert re.findall(r"<mark>(.*?)</mark>", answer.content.decode()) == ["3 May 1984", "020 7946 0123", "h.walker@nhs.example"]
    assert [label in page(answer) for label in ("Title", "Your words", "What the picture shows")] == [True] * 3
    assert f'name="alt-{PostFile.objects.get().pk}" value="A letter to h.walker@nhs.example"' in page(answer)


def test_nothing_of_refused_words_is_stored_logged_or_in_the_session(cohort, thread, theirs, caplog):
    caplog.set_level("DEBUG")
    sent = words(title=f"canary {BIRTH}", body=f"canary {BIRTH}", file=a_file(name=f"canary {BIRTH}.png"), alt=f"canary {BIRTH}")

    for name, args in [("reply", [thread.pk]), ("thread-new", [])]:
        for then in ("", "add", "anyway", "list"):
            sent["file"].seek(0)
            assert b"canary" in theirs.post(address(name, cohort, *args), {**sent, "then": then}).content
    theirs.post(address("draft", cohort), {**sent, "place": f"reply:{thread.pk}", "file": ""})

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert (b"canary" in everything_stored(), "canary" in logged, "canary" in str(dict(theirs.session))) == (False, False, False)
    assert "canary" not in str(theirs.cookies)


def test_reading_costs_nothing_for_the_check(cohort, thread, theirs, monkeypatch):
    def asked(*given, **named):
        raise AssertionError

    monkeypatch.setattr("lms.identifying.notice", asked)
    monkeypatch.setattr("forums.actions.checking.names_in", asked)

    assert theirs.get(address("thread", cohort, thread.pk)).status_code == 200
