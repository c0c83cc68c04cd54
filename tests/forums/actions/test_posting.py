import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from courses.actions.members import remove_member
from courses.models import Progress
from forums.actions import posting
from forums.models import Post, Thread
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, fill, prompt_thread, say


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


def together(count, work):
    """Runs the work in so many threads at once; what it returned or refused."""

    def one(number):
        try:
            return work(number)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db
def test_start_thread_keeps_the_first_words_and_one_line_of_title(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner, title="  The\r\nempty\u2028\x1bchair ", html="<p>Said</p>")

    post = thread.posts.get()
    assert (thread.title, thread.author, thread.forum.cohort) == ("The empty chair", owner, cohort)
    assert (post.html, post.author, post.waiting, thread.waiting_since) == ("<p>Said</p>", owner, True, post.posted_at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "html", "sentence"),
    [
        (" \u2028 ", "<p>Said</p>", "A thread needs a title. A few words are enough."),
        ("x" * 161, "<p>Said</p>", "A title has room for 160 characters. Your words are still here."),
        ("Title", "<p> </p>", "There are no words here yet. A first sentence is enough."),
    ],
)
def test_start_thread_refuses_what_is_empty_or_too_long(cohort, owner, title, html, sentence):
    with pytest.raises(Refused) as refused:
        begin_thread(cohort=cohort, author=owner, title=title, html=html)

    assert (refused.value.sentence, Thread.objects.count()) == (sentence, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("part", [Part.INTERPRETER, Part.GUEST_TRAINER, Part.ALUMNUS])
def test_start_thread_and_reply_refuse_a_part_that_does_not_talk(cohort, owner, part):
    thread = begin_thread(cohort=cohort, author=owner)
    person = make_membership(cohort=cohort, part=part).person

    for act in (lambda: begin_thread(cohort=cohort, author=person), lambda: say(thread, person)):
        with pytest.raises(Refused):
            act()

    assert Post.objects.count() == 1


@pytest.mark.django_db
def test_reply_refuses_an_outsider_a_removed_member_and_a_question_not_open_yet(cohort, owner, teammate, outsider):
    thread, later = begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort, opens_in=2)
    cohort.memberships.filter(person=teammate).update(ended_at=timezone.now())

    for person, where in [(outsider, thread), (teammate, thread), (owner, later)]:
        with pytest.raises(Refused):
            say(where, person)

    assert Post.objects.count() == 1


@pytest.mark.django_db
def test_reply_with_the_same_client_id_is_the_same_post(cohort, owner, teammate):
    thread, client_id = begin_thread(cohort=cohort, author=owner), uuid4()

    first, again = (say(thread, teammate, client_id=client_id) for _ in range(2))
    other_person = say(thread, owner, client_id=client_id)

    assert first == again != other_person


@pytest.mark.django_db(transaction=True)
def test_reply_and_start_thread_store_a_double_submit_once_under_parallel_load(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    spoken, begun = uuid4(), uuid4()

    posts = together(12, lambda _: say(thread, teammate, client_id=spoken).pk)
    threads = together(12, lambda _: begin_thread(cohort=cohort, author=teammate, client_id=begun).pk)

    assert set(posts) == set(thread.posts.filter(author=teammate).values_list("pk", flat=True))
    assert set(threads) == set(Thread.objects.filter(author=teammate).values_list("pk", flat=True))
    assert (len(set(posts)), len(set(threads))) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_reply_holds_the_limit_under_parallel_load(cohort, owner, teammate, monkeypatch):
    monkeypatch.setattr(posting, "POSTS", 3)  # odd, or two cohorts in step would keep it by chance
    other = make_cohort(members=[owner, teammate])
    threads = [begin_thread(cohort=where, author=owner) for where in (cohort, other)]
    saying = posting._say
    monkeypatch.setattr(posting, "_say", lambda *given: (time.sleep(0.03), saying(*given))[1])  # between the count and the post

    answers = together(12, lambda number: str(say(threads[number % 2], teammate)))

    assert (answers.count("too-fast"), Post.objects.filter(author=teammate).count()) == (9, 3)


@pytest.mark.django_db(transaction=True)
def test_reply_keeps_who_waits_true_under_parallel_load(cohort, owner, monkeypatch):
    people = [make_membership(cohort=cohort).person for _ in range(6)]
    thread = prompt_thread(cohort=cohort)
    openings = [say(thread, owner) for _ in range(6)]
    note = posting.mark_read
    monkeypatch.setattr(posting, "mark_read", lambda **given: (note(**given), time.sleep(0.05)))  # before the transaction ends

    together(6, lambda number: say(thread, people[number], answers=openings[number]).pk)

    thread.refresh_from_db()
    assert (thread.waiting_since, thread.posts.filter(waiting=True).count()) == (None, 0)
    assert [thread.last_post_at] == list(thread.posts.order_by("-pk").values_list("posted_at", flat=True)[:1])


@pytest.mark.django_db(transaction=True)
def test_reply_never_follows_a_removal(cohort, owner, teammate, monkeypatch):
    thread, coordinator = begin_thread(cohort=cohort, author=owner), make_membership(cohort=cohort, part=Part.COORDINATOR).person
    membership = cohort.memberships.get(person=teammate)
    monkeypatch.setattr(posting, "_require_room", lambda actor: time.sleep(0.1))  # between the question and the answer

    def work(number):
        if number != 3:
            return say(thread, teammate).pk
        time.sleep(0.05)
        remove_member(actor=coordinator, membership=membership)
        return f"{thread.posts.count()} posts at the removal"

    outcomes = together(8, work)

    assert f"{thread.posts.count()} posts at the removal" in outcomes
    with pytest.raises(Refused):
        say(thread, teammate)


@pytest.mark.django_db
def test_reply_limit_ends_after_ten_minutes_and_is_per_person(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    fill(thread, teammate, 30)

    with pytest.raises(Refused) as refused:
        say(thread, teammate)
    say(thread, owner)
    Post.objects.filter(author=teammate).update(posted_at=timezone.now() - datetime.timedelta(minutes=10, seconds=1))
    later = say(thread, teammate)

    assert (refused.value.code, later.author) == ("too-fast", teammate)
    assert refused.value.sentence == (
        "You have posted 30 times within ten minutes. That is the limit. Your words are still here; send them a little later."
    )


@pytest.mark.django_db
def test_reply_to_a_question_marks_it_done_for_who_spoke(cohort, owner, teammate):
    thread = prompt_thread(cohort=cohort)

    say(thread, owner)
    say(begin_thread(cohort=cohort, author=teammate), teammate)

    assert list(Progress.objects.values_list("person", "activity", "how")) == [(owner.pk, thread.activity_id, "post")]


# --- quoting ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("quoted", "stored"),
    [
        ("the chair she was not sitting in", "the chair she was not sitting in"),
        ("  chair she\nwas\t not ", "chair she was not"),
        ("sitting in. Then x < y & z", "sitting in. Then x < y & z"),  # across paragraphs, and marks as they are read
        ("the chair he was not sitting in", None),
        ("<p>the chair", None),
        ("strong", None),
    ],
)
def test_reply_quotes_only_words_that_stand_there(cohort, owner, teammate, quoted, stored):
    thread = begin_thread(
        cohort=cohort, author=owner, html="<p>I hear <strong>the chair</strong> she was not sitting in.</p><p>Then x &lt; y &amp; z</p>"
    )
    opening = thread.posts.get()

    if stored is None:
        with pytest.raises(Refused) as refused:
            say(thread, teammate, answers=opening, quoted=quoted)
        assert refused.value.sentence == "The quoted words do not stand in the post you answer. Your words are still here."
    else:
        assert say(thread, teammate, answers=opening, quoted=quoted).quoted == stored


@pytest.mark.django_db
def test_reply_refuses_a_quote_of_nobody_a_quote_too_long_and_a_post_from_elsewhere(cohort, owner, teammate):
    thread, elsewhere = (begin_thread(cohort=cohort, author=owner, words="word " * 200) for _ in range(2))
    opening = thread.posts.get()
    tries = [{"quoted": "word word"}, {"answers": opening, "quoted": "word " * 101}, {"answers": elsewhere.posts.get()}]

    codes = []
    for attempt in tries:
        with pytest.raises(Refused) as refused:
            say(thread, teammate, **attempt)
        codes.append(refused.value.code)

    assert (codes, say(thread, teammate, answers=opening, quoted="word " * 100).quoted) == (
        ["quote", "quote", "refused"],
        ("word " * 100).strip(),
    )


# --- who waits ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "said", "waiting"),
    [
        # who speaks, and which earlier post they name; then which posts still wait. A begins a person's thread with post 0.
        ("person", [], [0]),
        ("person", [("A", None)], [0]),
        ("person", [("A", 0)], [0]),
        ("person", [("B", None)], []),
        ("person", [("B", 0)], []),
        ("person", [("A", None), ("B", 1)], []),
        ("person", [("B", None), ("A", 1)], []),
        ("question", [], []),
        ("question", [("A", None)], [0]),
        ("question", [("A", None), ("B", None)], [0, 1]),
        ("question", [("A", None), ("A", 0)], [0]),
        ("question", [("A", None), ("B", 0)], []),
        ("question", [("A", None), ("B", None), ("A", 1)], [0]),
        ("question", [("A", None), ("B", 0), ("A", 1)], []),
    ],
)
def test_reply_settles_who_waits(cohort, owner, teammate, kind, said, waiting):
    people = {"A": owner, "B": teammate}
    thread = begin_thread(cohort=cohort, author=owner) if kind == "person" else prompt_thread(cohort=cohort)
    posts = list(thread.posts.all())

    for who, named in said:
        posts.append(say(thread, people[who], answers=None if named is None else posts[named]))

    thread.refresh_from_db()
    for post in posts:
        post.refresh_from_db()
    assert [number for number, post in enumerate(posts) if post.waiting] == waiting
    assert thread.waiting_since == (posts[waiting[0]].posted_at if waiting else None)
    assert [thread.last_post_at] * len(posts[-1:]) == [post.posted_at for post in posts[-1:]]


@pytest.mark.django_db
def test_reply_knows_whose_words_it_answers(cohort, owner, teammate):
    begun, asked = begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort)
    opening = begun.posts.get()

    spoken_to = [
        say(begun, teammate).speaks_to,
        say(begun, teammate, answers=opening).speaks_to,
        say(begun, owner).speaks_to,
        say(asked, teammate).speaks_to,
        say(asked, owner, answers=asked.posts.get()).speaks_to,
    ]

    assert spoken_to == [owner, owner, None, None, teammate]
