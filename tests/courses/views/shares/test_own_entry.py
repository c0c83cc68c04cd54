"""What was shared, beside one's own entry and on Today."""

import datetime
import re
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.actions.responses import answer_response, respond, withdraw_response
from courses.actions.shares import withdraw_share
from courses.models import JournalEntry, Membership, SharedVersion, ShareReader, ShareResponse
from courses.reading.shares import responses_waiting
from tests.courses.factories import make_entry, make_share
from tests.courses.views.shares.pages import address, page

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def words_on(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", page(answer)).split())


def test_entry_names_who_can_read_of_it_now(mine, owner, teammate, cohort, trainer):
    entry = make_entry(owner)
    line = f"/journal/{entry.pk}/"
    assert "Only you can read this page." in words_on(mine.get(line))

    first = make_share(author=owner, entry=entry, cohort=cohort, readers=[teammate.pk, trainer.pk])
    make_share(author=owner, entry=entry, cohort=cohort, readers=[trainer.pk])
    assert mine.get(line).context["shared"].names == ["Teammate", "Trainer A"]
    assert "Teammate, Trainer A can read what you shared; the rest is yours alone." in words_on(mine.get(line))

    withdraw_share(actor=owner, share_id=first.pk)
    assert mine.get(line).context["shared"].names == ["Trainer A"]
    Membership.objects.filter(person=trainer).update(ended_at=timezone.now())
    assert "Only you can read this page." in words_on(mine.get(line))


def test_entry_names_nobody_once_its_author_has_left_or_it_has_ended(mine, owner, share):
    line = f"/journal/{share.entry_id}/"
    assert mine.get(line).context["shared"].names == ["Teammate"]
    SharedVersion.objects.update(ends_at=timezone.now())
    assert mine.get(line).context["shared"].names == []
    SharedVersion.objects.update(ends_at=None)
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())
    assert mine.get(line).context["shared"].names == []


def test_entry_shows_who_opened_it_and_when(mine, teammate, share):
    line = f"/journal/{share.entry_id}/"
    assert "Teammate has not opened it." in words_on(mine.get(line))

    first, last = (datetime.datetime(2026, 11, day, 12, tzinfo=datetime.UTC) for day in (23, 24))
    ShareReader.objects.update(first_opened_at=first, last_opened_at=first)
    assert "Teammate opened it on 23 November, 12:00." in words_on(mine.get(line))
    ShareReader.objects.update(last_opened_at=last)
    for seen in (mine.get(line), mine.get(f"/journal/shares/{share.pk}/withdraw/")):
        assert "Teammate opened it first on 23 November, 12:00 and last on 24 November, 12:00." in words_on(seen)


def test_share_withdraw_asks_first_and_takes_it_back(mine, share):
    place = f"/journal/shares/{share.pk}/withdraw/"
    assert "Withdraw what you shared?" in page(mine.get(place))
    assert SharedVersion.objects.get().withdrawn_at is None

    assert mine.post(place)["Location"] == f"/journal/{share.entry_id}/"

    assert SharedVersion.objects.get().withdrawn_at is not None
    assert "withdrawn on" in words_on(mine.get(f"/journal/{share.entry_id}/"))


def test_entry_delete_says_what_goes_with_it(mine, owner, teammate, share):
    line = f"/journal/{share.entry_id}/delete/"
    gone = respond(actor=teammate, share=share, html="<p>gone</p>", quoted="", client_id=uuid4())
    withdraw_response(actor=teammate, response_id=gone.pk)
    assert mine.get(line).context["goes"] == {"shares": 1, "responses": 0, "files": 0}
    respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())

    seen = words_on(mine.get(line))

    assert "What you shared from it goes with it: nobody can open it any more. So does the response to it." in seen
    other = make_entry(owner)
    assert "goes with it" not in words_on(mine.get(f"/journal/{other.pk}/delete/"))
    mine.post(line)
    assert (JournalEntry.objects.count(), SharedVersion.objects.count(), ShareResponse.objects.count()) == (1, 0, 0)


def test_every_form_beside_an_entry_carries_its_token(mine, theirs, owner, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())
    answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())

    for client, place, forms in [(mine, f"/journal/{share.entry_id}/", 2), (mine, address(share), 1), (theirs, address(share), 2)]:
        shown = re.findall(r"<form.*?</form>", page(client.get(place)).split("<main")[1], re.DOTALL)
        assert [len(shown), *("csrfmiddlewaretoken" in form for form in shown)] == [forms, *[True] * forms]


def test_responses_waiting_are_those_of_others_not_answered_yet(owner, teammate, share):
    said, other, gone = (respond(actor=teammate, share=share, html="<p>x</p>", quoted="", client_id=uuid4()) for _ in range(3))
    answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())
    withdraw_response(actor=teammate, response_id=gone.pk)

    (waiting,) = responses_waiting(owner, 3)

    assert (waiting.name, waiting.at, waiting.url) == ("Teammate", other.said_at, f"/journal/{share.entry_id}/")
    assert responses_waiting(teammate, 3) == []
    withdraw_share(actor=owner, share_id=share.pk)
    assert responses_waiting(owner, 3) == []
