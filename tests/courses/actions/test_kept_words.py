"""Words that stayed with somebody: theirs alone, sealed, with a trace that leads only where they may still go."""

import json
from uuid import uuid4

import pytest
from django.db import connection

from courses.actions.journals import read_entry
from courses.actions.kept_words import (
    change_note,
    delete_words,
    find_sources,
    keep_words,
    note_privately,
    open_words,
    put_into_entry,
)
from courses.actions.members import remove_member
from courses.models import JournalEntry, KeptWords, Membership
from courses.models.kept_words import LONGEST_WORDS
from forums.actions.forums import open_forums
from forums.models import Forum
from live.actions import close_room, say, withdraw
from live.models import RoomEvent
from lms import crypto, richtext
from lms.permissions import Refused
from tests.courses.factories import make_entry
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread
from tests.forums.factories import say as post_in
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def kept(person, **overrides):
    return keep_words(actor=person, **{"source": "", "words": "the empty chair", "note": "", "client_id": uuid4(), **overrides})


def opened(person, row):
    (one,) = open_words(actor=person, kept=[row])
    return one.words, one.note, one.label


def posted(author, *others):
    cohort = make_cohort(members=[author, *others])
    return begin_thread(author=author, cohort=cohort, title="A title", words="one\n\ntwo").posts.get()


def test_keep_words_of_a_post_says_whose_they_were_without_its_title(owner, teammate):
    post = posted(teammate, owner)

    whole = kept(owner, source=f"post:{post.pk}", words="")
    part = kept(owner, source=f"post:{post.pk}", words="two", note="at home")

    assert opened(owner, whole) == ("one\n\ntwo", "", f"{teammate.display_name}, in the forum")
    assert opened(owner, part) == ("two", "at home", f"{teammate.display_name}, in the forum")
    assert whole.cohort == post.thread.forum.cohort


def test_keep_words_of_a_message_leads_back_to_it(owner, teammate):
    room = make_room(members=[owner, teammate])
    event, _fresh = say(actor=teammate, room_id=room.pk, text="I wondered", client_id=uuid4())
    name = f"room:{room.pk}:{event.seq}"

    row = kept(owner, source=name, words="")

    assert opened(owner, row) == ("I wondered", "", f"{teammate.display_name}, in a live room")
    assert find_sources(owner, [name])[name].address == f"/room/{room.pk}/?before={event.seq + 1}#said-{event.seq}"


def test_note_privately_needs_no_words_and_keeps_where_it_was_written(owner):
    room = make_room(members=[owner])

    row = note_privately(actor=owner, source=f"room:{room.pk}", note="breathe", client_id=uuid4())

    assert (opened(owner, row), row.cohort) == (("", "breathe", "In a live room"), room.seminar.cohort)


def test_keep_words_twice_is_once(owner):
    name = uuid4()

    assert kept(owner, client_id=name).pk == kept(owner, client_id=name).pk
    assert KeptWords.objects.count() == 1


def test_keep_words_of_nothing_is_refused(owner):
    with pytest.raises(Refused, match="A first sentence is enough"):
        kept(owner, words=" ")


def test_keep_words_from_where_one_may_not_be_keeps_what_was_typed_without_a_trace(owner, teammate):
    cohort = make_cohort(members=[owner])
    hidden, absent = posted(teammate), 10**9

    rows = [kept(owner, source=f"post:{pk}", note="mine") for pk in (hidden.pk, absent)]

    assert [opened(owner, row) for row in rows] == [("the empty chair", "mine", "")] * 2
    assert {row.cohort for row in rows} == {cohort}
    with pytest.raises(Refused):
        kept(owner, source=f"post:{hidden.pk}", words="")


def test_keep_words_of_a_long_message_keeps_its_beginning(owner, teammate):
    post = post_in(posted(teammate, owner).thread, teammate, "word " * 3000)

    words, _note, _label = opened(owner, kept(owner, source=f"post:{post.pk}", words=""))

    assert (len(words) <= LONGEST_WORDS, words[-6:]) == (True, "word …")


def test_keep_words_of_an_anonymous_post_names_nobody(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    Forum.objects.update(allows_anonymous=True)
    post = begin_thread(author=teammate, cohort=cohort, words="one", anonymous=True).posts.get()

    _words, _note, label = opened(owner, kept(owner, source=f"post:{post.pk}", words=""))

    assert (label, teammate.display_name in label) == (f"{post.public_name}, in the forum", False)


def test_find_sources_are_those_one_may_see_now(owner, teammate):
    post, room = posted(teammate, owner), make_room(members=[owner, teammate])
    said, taken_back = (say(actor=teammate, room_id=room.pk, text="x", client_id=uuid4())[0] for _ in range(2))
    withdraw(actor=teammate, room_id=room.pk, seq=taken_back.seq)
    names = [f"post:{post.pk}", f"room:{room.pk}", f"room:{room.pk}:{said.seq}", f"room:{room.pk}:{taken_back.seq}"]
    before = set(find_sources(owner, names))
    for membership in Membership.objects.filter(person=owner):
        remove_member(actor=make_user(coordinates=True), membership=membership)

    assert (before, find_sources(owner, names), find_sources(make_user(), names)) == (set(names[:3]), {}, {})


@pytest.mark.parametrize("keeps", [True, False])
def test_find_sources_of_a_closed_room_only_where_it_can_be_read_again(owner, keeps):
    room = make_room(members=[owner])
    room.seminar.keeps_text = keeps
    room.seminar.save()
    trainer = make_membership(cohort=room.seminar.cohort, part="trainer").person
    close_room(actor=trainer, room_id=room.pk)

    assert (f"room:{room.pk}" in find_sources(owner, [f"room:{room.pk}"])) is keeps


def test_find_sources_asks_as_much_for_many_as_for_one(owner, teammate, django_assert_num_queries):
    post, room = posted(teammate, owner), make_room(members=[owner, teammate])
    events = [say(actor=teammate, room_id=room.pk, text="x", client_id=uuid4())[0] for _ in range(8)]
    posts = [post, *(post_in(post.thread, teammate) for _ in range(8))]
    with django_assert_num_queries(7):
        assert len(find_sources(owner, [f"post:{post.pk}", f"room:{room.pk}:{events[0].seq}"])) == 2
    with django_assert_num_queries(7):
        names = [f"post:{one.pk}" for one in posts] + [f"room:{room.pk}:{one.seq}" for one in events]
        assert len(find_sources(owner, names)) == 17


def test_nobody_else_opens_changes_or_deletes_them(owner, teammate):
    row = kept(owner)

    with pytest.raises(Refused):
        open_words(actor=teammate, kept=[row])
    with pytest.raises(KeptWords.DoesNotExist):
        change_note(actor=teammate, words_id=row.pk, note="x")
    with pytest.raises(KeptWords.DoesNotExist):
        put_into_entry(actor=teammate, words_id=row.pk, entry_id=make_entry(teammate).pk)
    with pytest.raises(KeptWords.DoesNotExist):
        delete_words(actor=teammate, words_id=row.pk)
    assert list(KeptWords.objects.visible_to(teammate)) == []
    assert opened(owner, KeptWords.objects.get()) == ("the empty chair", "", "")


def test_put_into_entry_adds_quotation_trace_and_note_at_its_end(owner, teammate):
    post, entry = posted(teammate, owner), make_entry(owner, title="T", html="<p>before</p>")
    row = kept(owner, source=f"post:{post.pk}", words="x < y", note="at home")

    put_into_entry(actor=owner, words_id=row.pk, entry_id=entry.pk)

    html = read_entry(actor=owner, entry=JournalEntry.objects.get()).html
    name = teammate.display_name
    quoted = f"<blockquote><p>x &lt; y</p></blockquote><p><em>{name}, in the forum</em></p><p>at home</p>"
    assert html == f"<p>before</p>{quoted}"
    assert richtext.from_editor(html, "entry") == html
    assert JournalEntry.objects.get().revisions.count() == 1


def test_put_into_somebody_elses_entry_is_not_there(owner, teammate):
    with pytest.raises(JournalEntry.DoesNotExist):
        put_into_entry(actor=owner, words_id=kept(owner).pk, entry_id=make_entry(teammate).pk)


def test_put_into_entry_without_room_changes_nothing(owner):
    entry = make_entry(owner, html=f"<p>{'x' * 99_990}</p>")

    with pytest.raises(richtext.TooLong):
        put_into_entry(actor=owner, words_id=kept(owner).pk, entry_id=entry.pk)

    assert JournalEntry.objects.get().version == 1


def test_change_note_keeps_the_words(owner):
    row = kept(owner, note="one")

    change_note(actor=owner, words_id=row.pk, note="two")

    assert opened(owner, KeptWords.objects.get()) == ("the empty chair", "two", "")


def test_rows_hold_no_words_and_open_only_in_their_place(owner, teammate):
    post = posted(teammate, owner)
    kept(owner, source=f"post:{post.pk}", note="at home")
    other = kept(teammate, words="other")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM courses_keptwords")
        stored = b"|".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for row in cursor for value in row
        )
    for canary in ("empty chair", "at home", teammate.display_name, f"post:{post.pk}"):
        assert canary.encode() not in stored
    mine = KeptWords.objects.get(author=owner)
    KeptWords.objects.filter(pk=mine.pk).update(words_sealed=bytes(other.words_sealed))
    assert open_words(actor=owner, kept=[KeptWords.objects.get(pk=mine.pk)])[0].readable is False


def test_words_without_their_keepers_key_do_not_open(owner):
    row = kept(owner)
    crypto.destroy_person_key(owner.pk)

    assert [one.readable for one in open_words(actor=owner, kept=[row])] == [False]


def test_keeping_tells_nobody_and_changes_nothing_where_it_was_said(owner, teammate):
    room = make_room(members=[owner, teammate])
    event, _fresh = say(actor=teammate, room_id=room.pk, text="x", client_id=uuid4())
    before = json.dumps(list(RoomEvent.objects.values()), default=str)

    kept(owner, source=f"room:{room.pk}:{event.seq}", words="")

    assert json.dumps(list(RoomEvent.objects.values()), default=str) == before
