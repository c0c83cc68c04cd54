"""Files of posts: brought, put to a post, removed, swept."""

import datetime
import io
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from forums.actions import files
from forums.actions.changing import edit_post
from forums.actions.files import MOST, keep_alts, reader_of, remove_file, remove_files, sweep_files
from forums.actions.forums import forum_of
from forums.models import Forum, Post, PostFile
from lms.permissions import Refused
from tests.factories import make_cohort
from tests.files import CANARY, DOCX, ODT, PDF, SVG, XLSX, ZIP, photograph, picture
from tests.forums.actions.test_posting import together
from tests.forums.factories import begin_thread, bring, say, say_with_file

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def forum(cohort) -> Forum:
    return forum_of(cohort)


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


def stored(file: PostFile) -> bytes:
    return b"".join(reader_of(file)(0, file.size))


def colours(number: int) -> bytes:
    return picture(colour=(number, 0, 0))


# --- bringing (S19)


def test_bring_file_draws_a_picture_anew_and_keeps_nothing_of_where_it_was_taken(owner, forum):
    file = bring(owner, forum, photograph((60, 40), orientation=6), "IMG 1.JPG")

    content = stored(file)
    assert (file.name, file.mime, file.picture, file.width, file.height, file.alt) == ("IMG 1.jpg", "image/jpeg", True, 40, 60, "A garden")
    assert (len(content), CANARY.encode() in content, b"Exif" in content) == (file.size, False, False)
    assert Image.open(io.BytesIO(content)).size == (40, 60)


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "mime"),
    [
        (PDF, "plan.pdf", "plan.pdf", "application/pdf"),
        (b"Plain words", "notes.md", "notes.md", "text/plain; charset=utf-8"),
        (DOCX, "letter.png", "letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (XLSX, "sheet.xlsx", "sheet.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ODT, "text.odt", "text.odt", "application/vnd.oasis.opendocument.text"),
    ],
)
def test_bring_file_keeps_documents_as_they_are_and_calls_them_what_they_are(owner, forum, content, name, kept_as, mime):
    file = bring(owner, forum, content, name)

    assert (file.name, file.mime, file.picture, file.alt, stored(file)) == (kept_as, mime, False, "", content)


@pytest.mark.parametrize("content", [ZIP, SVG, b"MZ" + bytes(300), b"<html><script>1</script>", b"\x89PNG\r\n\x1a\n" + bytes(99)])
@pytest.mark.parametrize("name", ["holiday.png", "plan.pdf"])
def test_bring_file_refuses_by_content_whatever_the_name(owner, forum, content, name):
    with pytest.raises(ValidationError):
        bring(owner, forum, content, name)

    assert PostFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("photo\u202egnp.exe", "photo gnp.png"),
        ("\u200b\u2066.png", "file.png"),
        ("a\x00b\r\nc.png", "a b c.png"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).png"),
    ],
)
def test_bring_file_shows_a_hostile_name_harmlessly(owner, forum, name, shown):
    file = bring(owner, forum, name=name)

    assert file.name == shown
    assert file.file.name.startswith("forum/") and len(file.file.name) == len("forum/ab/") + 32


def test_bring_file_twice_is_one(owner, forum):
    client_id = uuid4()

    first, again = (bring(owner, forum, client_id=client_id) for _time in range(2))
    other = bring(owner, forum, colours(1), client_id=client_id)

    assert first == again != other
    assert PostFile.objects.count() == 2


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_bring_file_pressed_twice_at_once_is_one(owner, forum):
    client_id = uuid4()

    brought = together(4, lambda _number: bring(owner, forum, client_id=client_id).pk)

    assert {PostFile.objects.get().pk} == set(brought)
    assert [default_storage.exists(file.file.name) for file in PostFile.objects.all()] == [True]


def test_bring_file_takes_six_for_a_post(owner, forum):
    client_id = uuid4()
    for number in range(MOST):
        bring(owner, forum, colours(number), client_id=client_id)

    with pytest.raises(Refused) as refused:
        bring(owner, forum, colours(99), client_id=client_id)

    assert refused.value.sentence == "A post takes 6 files. Please remove one, or say more in a second post."
    assert bring(owner, forum).pk


def test_bring_file_lets_nobody_heap_up_what_is_never_posted(owner, forum, monkeypatch):
    monkeypatch.setattr(files, "MOST_WAITING", 2)
    for number in range(2):
        bring(owner, forum, colours(number))

    with pytest.raises(Refused, match="There are many files of yours here"):
        bring(owner, forum)


def test_bring_file_is_for_who_talks_there(outsider, forum):
    with pytest.raises(Refused):
        bring(outsider, forum)

    assert PostFile.objects.count() == 0


def test_bring_file_that_breaks_leaves_nothing(owner, forum, monkeypatch):
    def breaks(name):
        raise OSError("disk full")

    monkeypatch.setattr(files, "have_on_disk", breaks)
    with pytest.raises(OSError, match="disk full"):
        bring(owner, forum)

    assert PostFile.objects.count() == 0


def test_keep_alts_writes_down_what_is_said_of_ones_own_pictures(owner, teammate, forum):
    mine, theirs = bring(owner, forum, alt=""), bring(teammate, forum, alt="")
    said = {mine.pk: " Two\nwindows ", theirs.pk: "Mine now"}

    keep_alts(actor=owner, forum=forum, client_id=mine.client_id, alts=said)
    keep_alts(actor=owner, forum=forum, client_id=theirs.client_id, alts=said)

    assert [PostFile.objects.get(pk=file.pk).alt for file in (mine, theirs)] == ["Two windows", ""]


# --- with a post


def test_a_post_takes_what_its_author_brought_for_it(thread, owner, teammate):
    client_id = uuid4()
    mine = [bring(teammate, thread.forum, colours(number), client_id=client_id) for number in range(2)]
    others = bring(owner, thread.forum, client_id=client_id), bring(teammate, thread.forum)

    post = say(thread, teammate, client_id=client_id)

    assert list(post.files.all()) == mine
    assert [PostFile.objects.get(pk=file.pk).post for file in others] == [None, None]


def test_a_thread_takes_what_was_brought_for_its_first_post(cohort, owner, forum):
    file = bring(owner, forum)

    thread = begin_thread(cohort=cohort, author=owner, client_id=file.client_id)

    assert list(thread.posts.get().files.all()) == [file]


def test_a_picture_without_a_word_of_what_it_shows_is_refused_and_kept(thread, teammate):
    file = bring(teammate, thread.forum, alt=" \u200b")
    tries = [{}, {"alts": {file.pk: " \u2060 "}}]

    for given in tries:
        with pytest.raises(Refused) as refused:
            say(thread, teammate, client_id=file.client_id, **given)
        assert refused.value.code == "alt"

    assert refused.value.sentence == (
        "Please say in a sentence what “Garden.png” shows, for whoever does not see it; or tick that you cannot describe it."
    )
    assert (thread.posts.count(), PostFile.objects.get().post) == (1, None)


@pytest.mark.parametrize(("said", "alt"), [("Two\nwindows", "Two windows"), (None, "")])
def test_a_picture_goes_with_a_sentence_or_with_the_word_that_there_can_be_none(thread, teammate, said, alt):
    file = bring(teammate, thread.forum, alt="")

    post = say(thread, teammate, client_id=file.client_id, alts={file.pk: said})

    assert post.files.get().alt == alt


def test_a_picture_is_described_in_at_most_300_characters(thread, teammate):
    file = bring(teammate, thread.forum, alt="")

    with pytest.raises(Refused, match="There is room for 300 characters"):
        say(thread, teammate, client_id=file.client_id, alts={file.pk: "x" * 301})


def test_an_anonymous_post_takes_pictures_only_under_names_that_tell_nothing(thread, teammate):
    Forum.objects.update(allows_anonymous=True)
    thread.forum.refresh_from_db()
    client_id = uuid4()
    for number in range(2):
        bring(teammate, thread.forum, colours(number), f"Teammate at home {number}.png", client_id=client_id)
    post = say(thread, teammate, client_id=client_id, anonymous=True)
    document = bring(teammate, thread.forum, PDF, "Teammate.pdf")

    assert [file.name for file in post.files.all()] == ["picture.png", "picture 2.png"]
    with pytest.raises(Refused) as refused:
        say(thread, teammate, client_id=document.client_id, anonymous=True)
    assert refused.value.sentence.startswith("A file can tell who wrote it, so an anonymous post takes pictures only.")
    assert say(thread, teammate, client_id=document.client_id).files.get().name == "Teammate.pdf"


def test_edit_post_takes_more_files_and_other_words_for_a_picture(thread, teammate):
    file = say_with_file(thread, teammate)
    another = bring(teammate, thread.forum, PDF, "plan.pdf", client_id=file.client_id)
    post = Post.objects.get(pk=file.post_id)

    edit_post(actor=teammate, post=post, html=post.html, alts={file.pk: "Another garden"})

    assert [(one.pk, one.alt) for one in post.files.all()] == [(file.pk, "Another garden"), (another.pk, "")]


def test_edit_post_asks_again_what_a_picture_shows_only_if_the_words_are_taken_away(thread, teammate):
    file = bring(teammate, thread.forum, alt="")
    post = say(thread, teammate, client_id=file.client_id, alts={file.pk: None})

    edit_post(actor=teammate, post=post, html="<p>Other words</p>")
    with pytest.raises(Refused):
        edit_post(actor=teammate, post=post, html="<p>And others</p>", alts={file.pk: ""})

    assert Post.objects.get(pk=post.pk).plain == "Other words"


# --- removing


def test_remove_file_takes_it_out_of_the_storage_once_that_is_certain(owner, forum, django_capture_on_commit_callbacks):
    file = bring(owner, forum)

    with django_capture_on_commit_callbacks() as waiting:
        remove_file(actor=owner, file_id=file.pk)
    assert (PostFile.objects.count(), default_storage.exists(file.file.name)) == (0, True)
    waiting[0]()

    assert not default_storage.exists(file.file.name)


def test_remove_file_is_for_who_brought_it_while_they_may_change_the_post(cohort, thread, owner, teammate):
    file = say_with_file(thread, teammate)

    with pytest.raises(PostFile.DoesNotExist):
        remove_file(actor=owner, file_id=file.pk)
    cohort.memberships.filter(person=teammate).update(ended_at=timezone.now())
    with pytest.raises(Refused):
        remove_file(actor=teammate, file_id=file.pk)

    assert PostFile.objects.count() == 1


def test_remove_files_lets_them_go_with_the_words(thread, teammate, django_capture_on_commit_callbacks):
    file = say_with_file(thread, teammate)

    with django_capture_on_commit_callbacks(execute=True):
        remove_files(post=file.post)

    assert (PostFile.objects.count(), default_storage.exists(file.file.name)) == (0, False)


def test_sweep_files_takes_what_never_got_a_post_and_what_broke_off(thread, teammate, django_capture_on_commit_callbacks):
    posted, young = say_with_file(thread, teammate), bring(teammate, thread.forum)
    left, broken = bring(teammate, thread.forum), bring(teammate, thread.forum)
    PostFile.objects.filter(pk=broken.pk).update(size=0)
    day_ago = timezone.now() - datetime.timedelta(hours=25)
    PostFile.objects.filter(pk__in=[posted.pk, left.pk, broken.pk]).update(brought_at=day_ago)

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_files() == "2 files deleted that never got a post"

    assert set(PostFile.objects.all()) == {posted, young}
    assert [default_storage.exists(file.file.name) for file in (posted, young, left, broken)] == [True, True, False, False]


def test_open_file_reads_the_part_that_is_asked_for(owner, forum, monkeypatch):
    monkeypatch.setattr(files, "PART", 7)
    file = bring(owner, forum, PDF, "plan.pdf")

    assert b"".join(reader_of(file)(5, 50)) == PDF[5:50]
    default_storage.delete(file.file.name)
    with pytest.raises(OSError, match="No such file"):
        reader_of(file)
