"""Words not yet posted: sealed, bound to their place, one's own, and never those in which something was noticed."""

import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from forums.actions import drafts
from forums.actions.checking import Noticed
from forums.actions.drafts import forget_draft, keep_draft, read_draft, sweep_drafts
from forums.actions.forums import forum_of
from forums.models import Draft
from lms import crypto, richtext
from lms.permissions import Refused
from tests.courses.actions.test_journals import everything_stored
from tests.factories import make_cohort
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


def typed(body: str = "I heard", **given):
    return {"body": body, "body_form": "text", "title": "", "quoted": "", "answers": None, "client_id": str(uuid4()), **given}


def keep(person, where, body: str = "I heard", version: int | None = None, **given):
    words = typed(body, **given)
    return keep_draft(actor=person, where=where, words=words, html=richtext.from_plain(body, "post"), version=version)


def test_keep_draft_is_read_again_in_its_place_alone(thread, owner, teammate):
    at = keep(teammate, thread, "I heard", anonymous=True)
    keep(teammate, thread.forum, "Something new", title="A title")

    reply, new = (read_draft(actor=teammate, where=where) for where in (thread, thread.forum))

    assert (reply.words["body"], reply.words["anonymous"], reply.at) == ("I heard", True, at)
    assert (new.words["body"], new.words["title"]) == ("Something new", "A title")
    assert read_draft(actor=owner, where=thread) is None


def test_keep_draft_takes_the_place_of_the_one_before(thread, teammate):
    first = keep(teammate, thread, "First")
    second = keep(teammate, thread, "Second", first)

    assert (Draft.objects.count(), read_draft(actor=teammate, where=thread).words["body"], second >= first) == (1, "Second", True)


def test_keep_draft_of_nothing_forgets(thread, teammate):
    first = keep(teammate, thread, "First")

    assert keep(teammate, thread, "", first) is None
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("known", [None, 1])
@pytest.mark.parametrize("body", ["From here", ""])
def test_keep_draft_does_not_write_over_what_another_device_has_kept(thread, teammate, known, body):
    keep(teammate, thread, "From there")

    with pytest.raises(Refused) as refused:
        keep(teammate, thread, body, known)

    assert (refused.value.code, read_draft(actor=teammate, where=thread).words["body"]) == ("elsewhere", "From there")


def test_keep_draft_seals_the_words_under_their_authors_key(thread, teammate):
    keep(teammate, thread, "canary words", title="canary")

    assert b"canary" not in everything_stored()


def test_a_draft_moved_to_another_place_or_person_does_not_open(thread, owner, teammate):
    keep(teammate, thread, "I heard")
    sealed = Draft.objects.get().sealed
    Draft.objects.create(person=teammate, place=f"new:{thread.forum_id}", sealed=sealed)
    keep(owner, thread, "Mine")
    Draft.objects.filter(person=owner).update(sealed=sealed)

    assert read_draft(actor=teammate, where=thread.forum) is None
    assert read_draft(actor=owner, where=thread) is None
    crypto.destroy_person_key(teammate.pk)
    assert read_draft(actor=teammate, where=thread) is None


@pytest.mark.parametrize(
    "given", [{"body": "canary: born on 3 May 1984"}, {"title": "Ring 020 7946 0123 canary"}, {"quoted": "h.canary@nhs.example"}]
)
def test_keep_draft_keeps_nothing_in_which_something_is_noticed(thread, teammate, given):
    before = keep(teammate, thread, "Before")

    with pytest.raises(Noticed):
        keep(teammate, thread, version=before, **{"body": "Words", **given})

    assert read_draft(actor=teammate, where=thread).words["body"] == "Before"
    assert b"canary" not in everything_stored()


def test_keep_draft_is_for_who_talks_there(thread, outsider):
    for where in (thread, thread.forum):
        with pytest.raises(Refused):
            keep(outsider, where)

    assert Draft.objects.count() == 0


def test_keep_draft_takes_so_many_and_no_more(cohort, thread, teammate, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 1)
    one = keep(teammate, thread, "One")

    with pytest.raises(Refused, match="There are many drafts of yours already"):
        keep(teammate, forum_of(cohort), "Two")
    assert keep(teammate, thread, "One, changed", one)


def test_posting_forgets_the_draft_of_its_place_and_a_late_one_is_not_kept(cohort, thread, teammate):
    late = uuid4()
    keep(teammate, thread, "To be said")
    keep(teammate, thread.forum, "To be begun")

    say(thread, teammate, client_id=late)
    assert [draft.place for draft in Draft.objects.all()] == [f"new:{thread.forum_id}"]
    begin_thread(cohort=cohort, author=teammate)

    assert keep(teammate, thread, "To be said", client_id=str(late)) is None
    assert Draft.objects.count() == 0


def test_forget_draft_leaves_those_of_others(thread, owner, teammate):
    for person in (owner, teammate):
        keep(person, thread)

    forget_draft(actor=owner, where=thread)

    assert [draft.person for draft in Draft.objects.all()] == [teammate]


def test_sweep_drafts_takes_what_nobody_came_back_for(thread, owner, teammate):
    for person in (owner, teammate):
        keep(person, thread)
    Draft.objects.filter(person=owner).update(kept_at=timezone.now() - datetime.timedelta(days=61))

    assert sweep_drafts() == "1 drafts deleted that nobody came back for"
    assert [draft.person for draft in Draft.objects.all()] == [teammate]
