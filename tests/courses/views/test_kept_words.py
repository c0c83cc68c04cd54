"""The pages of kept words, and the ways to them from the forum and a room."""

from uuid import uuid4

import pytest
from django.test import Client

from courses.actions.journals import read_entry
from courses.actions.kept_words import keep_words, open_words
from courses.models import JournalEntry, KeptWords
from live.actions import say
from tests.courses.factories import make_entry
from tests.factories import make_cohort
from tests.forums.factories import begin_thread
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LIST, KEEP = "/journal/words/", "/journal/words/keep/"
AUTO = {"headers": {"X-Autosave": "1"}}


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def post(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    return begin_thread(author=teammate, cohort=cohort, title="A title", words="the chair").posts.get()


def kept(person, **overrides):
    return keep_words(actor=person, **{"source": "", "words": "the chair", "note": "", "client_id": uuid4(), **overrides})


def words_of(person):
    return [(one.words, one.note) for one in open_words(actor=person, kept=list(KeptWords.objects.visible_to(person)))]


def test_a_thread_leads_to_a_page_with_a_posts_words_to_choose_from(mine, owner, post):
    thread = mine.get(f"/c/{post.thread.forum.cohort.slug}/forum/{post.thread_id}/").content.decode()
    page = mine.get(KEEP, {"source": f"post:{post.pk}"}).content.decode()

    mine.post(KEEP, {"source": f"post:{post.pk}", "words": "chair", "note": "hm", "client_id": uuid4()})

    assert f"{KEEP}?source=post%3A{post.pk}&amp;next=" in thread
    assert ("the chair</textarea>" in page, post.author.display_name in page) == (True, True)
    assert words_of(owner) == [("chair", "hm")]


def test_words_keep_returns_to_where_one_was_and_nowhere_else(mine):
    answers = [mine.post(KEEP, {"note": "x", "next": target})["Location"] for target in ("/journal/new/", "https://evil.example/")]

    assert answers == ["/journal/new/", LIST]


def test_words_keep_by_script_answers_what_came_of_it(mine, owner, post):
    answers = [
        mine.post(KEEP, fields, **AUTO)
        for fields in ({"source": f"post:{post.pk}", "words": ""}, {"note": "x" * 5001}, {"source": "room:" + "-" * 36, "note": "x"})
    ]

    assert [answer.status_code for answer in answers] == [201, 422, 422]
    assert answers[1].json() == {"sentences": ["A note has room for 5000 characters; this has 5001."]}
    assert words_of(owner) == [("the chair", "")]


def test_words_keep_refused_keeps_what_was_typed(mine):
    answer = mine.post(KEEP, {"words": "w" * 2001, "note": "my note"})

    assert (answer.status_code, "my note</textarea>" in answer.content.decode(), "w" * 2001 in answer.content.decode()) == (422, True, True)


def test_words_keep_for_what_one_may_not_see_is_not_there(mine, outsider, post):
    stranger = Client()
    stranger.force_login(outsider)
    names = [f"post:{post.pk}", "post:999999", f"room:{uuid4()}", "forum:1"]

    assert [stranger.get(KEEP, {"source": name}).status_code for name in names] == [404] * 4
    assert mine.get(KEEP).status_code == 200


def test_kept_words_show_where_they_were_said_only_while_that_is_open(mine, owner, post):
    kept(owner, source=f"post:{post.pk}", words="")
    address = f"?from={post.pk}#post-{post.pk}"
    before = mine.get(LIST).content.decode()
    owner.memberships.update(ended_at=post.posted_at)
    after = mine.get(LIST).content.decode()

    assert (address in before, address in after) == (True, False)
    assert [("the chair" in page, "in the forum" in page, "A title" in page) for page in (before, after)] == [(True, True, False)] * 2


def test_kept_words_page_by_twenty(mine, owner):
    for number in range(25):
        kept(owner, words=f"number {number:02}.")
    first = mine.get(LIST)
    second = mine.get(LIST, {"before": first.context["older"]})

    pages = [page.content.decode() for page in (first, second)]
    assert [[n for n in range(25) if f"number {n:02}." in page] for page in pages] == [list(range(5, 25)), list(range(5))]


def test_pages_ask_at_most_twelve_questions(mine, owner, post, teammate, django_assert_max_num_queries):
    room = make_room(members=[owner, teammate])
    for _ in range(4):
        event, _fresh = say(actor=teammate, room_id=room.pk, text="x", client_id=uuid4())
        row = kept(owner, source=f"room:{room.pk}:{event.seq}", words="")
        kept(owner, source=f"post:{post.pk}", words="")
        make_entry(owner)
    mine.get("/journal/shared/")  # the first page of a sign-in writes down the sign-in
    for address in (LIST, KEEP, f"{LIST}{row.pk}/", f"{LIST}{row.pk}/delete/", f"/journal/new/?words={row.pk}"):
        with django_assert_max_num_queries(12):
            assert mine.get(address).status_code == 200


def test_words_begin_an_entry(mine, owner, post):
    row = kept(owner, source=f"post:{post.pk}", words="", note="at home")

    page = mine.get("/journal/new/", {"words": row.pk}).content.decode()

    assert "<blockquote><p>the chair</p></blockquote>" in page
    assert "“the chair”" in page
    assert JournalEntry.objects.count() == 0


def test_somebody_elses_words_begin_nothing(mine, teammate):
    row = kept(teammate, words="canary")

    page = mine.get("/journal/new/", {"words": row.pk})

    assert (page.status_code, "canary" in page.content.decode()) == (200, False)


def test_words_add_puts_them_into_the_entry_one_chooses(mine, owner):
    entry, row = make_entry(owner, html="<p>before</p>"), kept(owner)

    answer = mine.post(f"{LIST}{row.pk}/add/", {"entry": entry.pk})

    assert answer["Location"] == f"/journal/{entry.pk}/"
    html = read_entry(actor=owner, entry=JournalEntry.objects.get()).html
    assert html == "<p>before</p><blockquote><p>the chair</p></blockquote>"


def test_words_add_to_what_is_not_ones_own_is_refused(mine, owner, teammate):
    make_entry(owner)
    row, theirs = kept(owner), make_entry(teammate)

    answer = mine.post(f"{LIST}{row.pk}/add/", {"entry": theirs.pk})

    assert (answer.status_code, "This entry is not here any more" in answer.content.decode()) == (422, True)


def test_words_take_a_note_and_are_deleted_after_asking(mine, owner):
    row = kept(owner)
    mine.post(f"{LIST}{row.pk}/", {"note": "later"})
    asked = mine.get(f"{LIST}{row.pk}/delete/").content.decode()
    after_note = words_of(owner)

    mine.post(f"{LIST}{row.pk}/delete/")

    assert (after_note, "the chair" in asked, KeptWords.objects.count()) == ([("the chair", "later")], True, 0)


def test_a_room_has_a_note_to_oneself_that_comes_back_to_it(mine, owner):
    room = make_room(members=[owner])
    page = mine.get(f"/room/{room.pk}/").content.decode()

    answer = mine.post(KEEP, {"source": f"room:{room.pk}", "note": "breathe", "next": f"/room/{room.pk}/"})

    assert (f'value="room:{room.pk}"' in page, "Nobody here sees it." in page, answer["Location"]) == (True, True, f"/room/{room.pk}/")
    assert words_of(owner) == [("", "breathe")]


def test_words_that_do_not_open_say_so(mine, owner):
    row = kept(owner)
    KeptWords.objects.update(words_sealed=b"damaged")

    for address in (LIST, f"{LIST}{row.pk}/", f"{LIST}{row.pk}/delete/"):
        page = mine.get(address)
        assert (page.status_code, "These words cannot be opened." in page.content.decode()) == (200, True)
