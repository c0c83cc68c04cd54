"""Responses: by who was asked, beside words that stand there, between two people, and really gone when they are withdrawn."""

import re
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from courses.actions.responses import ResponseWords, answer_response, read_responses, respond, withdraw_response
from courses.models import Membership, SharedVersion, ShareResponse
from lms import crypto
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Refused
from tests.courses.factories import FIRST, make_peer_group, make_share
from tests.factories import make_cohort, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SAID, ANSWER = "<p>I heard the weather.</p>", "<p>Yes, it stirred.</p>"


@pytest.fixture
def peer():
    return make_user(display_name="Peer")


@pytest.fixture
def share(owner, teammate, peer):
    cohort = make_cohort()
    make_peer_group(cohort, owner, teammate, peer)
    share = make_share(author=owner, cohort=cohort, readers=[teammate.pk, peer.pk])
    Letter.objects.all().delete()
    return share


def said(actor, share, **overrides):
    return respond(actor=actor, share=share, **{"html": SAID, "quoted": FIRST, "client_id": uuid4(), **overrides})


def answered(actor, response, **overrides):
    return answer_response(actor=actor, response=response, **{"html": ANSWER, "client_id": uuid4(), **overrides})


def read(actor, share):
    found = ShareResponse.objects.filter(share=share).select_related("share", "answers")
    return [(words.quoted, words.html, words.here) for words in read_responses(actor=actor, entry=share.entry, responses=list(found))]


GONE = ("", "", False)


# --- responding


def test_respond_is_read_by_the_author_and_who_said_it(owner, teammate, share):
    said(teammate, share)

    assert read(owner, share) == read(teammate, share) == [(FIRST, SAID, True)]


@pytest.mark.parametrize("quoted", ["", "frightened. My  shoulders", "shoulders\ncame"])
def test_respond_stands_beside_words_of_the_text_or_beside_all(owner, teammate, share, quoted):
    said(teammate, share, quoted=quoted)

    assert read(owner, share) == [(" ".join(quoted.split()), SAID, True)]


@pytest.mark.parametrize("quoted", ["words from elsewhere", "<p>I", "x" * 501])
def test_respond_refuses_a_quotation_that_is_none(teammate, share, quoted):
    with pytest.raises(Refused) as refusal:
        said(teammate, share, quoted=quoted)

    assert refusal.value.code == "quote"
    assert ShareResponse.objects.count() == 0


def test_respond_without_words_is_refused(teammate, share):
    with pytest.raises(Refused):
        said(teammate, share, html="<p> </p>")


def test_respond_twice_is_said_once(teammate, share):
    client_id = uuid4()

    assert said(teammate, share, client_id=client_id) == said(teammate, share, client_id=client_id)
    assert (ShareResponse.objects.count(), Notice.objects.count()) == (1, 1)


def test_respond_tells_the_author_without_a_word_of_it(owner, teammate, share):
    said(teammate, share)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.url) == (owner, Notice.Kind.JOURNAL_RESPONSE, f"/journal/{share.entry_id}/")
    assert (notice.who, notice.words) == (teammate.display_name, "")
    prefer(actor=owner, mail="at_once", quiet_until=20)
    deliver()
    letter = Letter.objects.get()
    assert (letter.person, letter.subject) == (owner, "Open Dialogue training: somebody responded to something shared from a journal")
    assert f"http://testserver/journal/{share.entry_id}/" in letter.body
    for word in [*re.findall(r"\w{6,}", SAID + FIRST), teammate.display_name]:
        assert word not in letter.subject + letter.body + letter.html


@pytest.mark.parametrize("manner", ["read", "talk"])
def test_respond_is_for_who_was_asked_to_reflect_back(teammate, share, manner):
    SharedVersion.objects.update(manner=manner)

    with pytest.raises(Refused):
        said(teammate, share)


def test_respond_is_not_for_the_author_nor_for_others(owner, outsider, share):
    for person in (owner, outsider, make_user(coordinates=True)):
        with pytest.raises(Refused):
            said(person, share)


@pytest.mark.parametrize("change", [{"withdrawn_at": timezone.now}, {"ends_at": timezone.now}])
def test_respond_and_answer_are_over_with_the_share(owner, teammate, share, change):
    response = said(teammate, share)
    SharedVersion.objects.update(**{field: now() for field, now in change.items()})

    with pytest.raises(Refused):
        said(teammate, share)
    with pytest.raises(Refused):
        answered(owner, response)
    assert ShareResponse.objects.count() == 1


def test_respond_is_over_for_a_reader_who_was_removed(teammate, share):
    Membership.objects.filter(person=teammate).update(ended_at=timezone.now())

    with pytest.raises(Refused):
        said(teammate, share)


# --- answering


def test_answer_response_is_read_by_both(owner, teammate, share):
    answer = answered(owner, said(teammate, share))

    assert read(owner, share) == read(teammate, share) == [(FIRST, SAID, True), ("", ANSWER, True)]
    notice = Notice.objects.get(person=teammate)
    assert (notice.kind, notice.url) == (Notice.Kind.JOURNAL_RESPONSE, f"/journal/shared/{answer.share_id}/")


def test_answer_response_is_the_authors_alone(teammate, peer, outsider, share):
    response = said(teammate, share)

    for person in (teammate, peer, outsider):
        with pytest.raises(Refused):
            answered(person, response)


def test_answer_response_to_what_is_withdrawn_or_an_answer_is_refused(owner, teammate, share):
    response = said(teammate, share)
    answer = answered(owner, response)
    withdraw_response(actor=teammate, response_id=response.pk)

    for words in (response, answer):
        with pytest.raises(Refused):
            answered(owner, words)


def test_answer_response_twice_is_said_once(owner, teammate, share):
    response, client_id = said(teammate, share), uuid4()

    assert answered(owner, response, client_id=client_id) == answered(owner, response, client_id=client_id)


# --- withdrawing


def test_withdraw_response_takes_back_that_anybody_was_told(owner, teammate, share):
    withdraw_response(actor=teammate, response_id=said(teammate, share).pk)

    assert Notice.objects.count() == 0


def test_withdraw_response_leaves_no_byte_of_it(owner, teammate, share):
    response = said(teammate, share)

    first = withdraw_response(actor=teammate, response_id=response.pk)
    again = withdraw_response(actor=teammate, response_id=response.pk)

    row = ShareResponse.objects.get()
    assert [bytes(cell) for cell in (row.wrapped_key, row.quoted_sealed, row.body_sealed)] == [b"", b"", b""]
    assert first.withdrawn_at == again.withdrawn_at == row.withdrawn_at
    assert read(owner, share) == [GONE]


def test_withdraw_response_is_possible_after_the_share_is_withdrawn(owner, teammate, share):
    response = said(teammate, share)
    SharedVersion.objects.update(withdrawn_at=timezone.now())

    withdraw_response(actor=teammate, response_id=response.pk)

    assert read(owner, share) == [GONE]


def test_withdraw_response_is_for_who_said_it(owner, teammate, peer, share):
    response = said(teammate, share)

    with pytest.raises(Refused):
        withdraw_response(actor=owner, response_id=response.pk)
    with pytest.raises(ShareResponse.DoesNotExist):
        withdraw_response(actor=peer, response_id=response.pk)
    assert read(owner, share) == [(FIRST, SAID, True)]


# --- reading


def test_read_responses_are_not_for_other_readers(teammate, peer, share):
    said(teammate, share)

    with pytest.raises(Refused):
        read(peer, share)


def test_read_responses_of_another_entry_is_refused(owner, teammate, share):
    response = said(teammate, share)
    other = make_share(author=owner)

    with pytest.raises(Refused):
        read_responses(actor=owner, entry=other.entry, responses=[response])


@pytest.mark.parametrize("whose", ["author", "responder"])
def test_without_the_key_of_either_person_a_voice_has_withdrawn(owner, teammate, peer, share, whose):
    said(teammate, share)
    said(peer, share, quoted="")

    crypto.destroy_person_key(owner.pk if whose == "author" else teammate.pk)

    assert read(owner, share) == ([GONE, GONE] if whose == "author" else [GONE, ("", SAID, True)])


def test_ciphertext_of_a_response_moved_elsewhere_does_not_open(owner, teammate, peer, share):
    one, other, theirs = said(teammate, share), said(teammate, share), said(peer, share)
    elsewhere = make_share(author=owner, entry=share.entry, cohort=share.cohort, readers=[teammate.pk])
    moves = [
        {"body_sealed": other.body_sealed},
        {"quoted_sealed": other.quoted_sealed},
        {"wrapped_key": other.wrapped_key},
        {field: getattr(theirs, field) for field in ("wrapped_key", "quoted_sealed", "body_sealed")},
        {field: getattr(other, field) for field in ("wrapped_key", "quoted_sealed", "body_sealed")},
        {"body_sealed": one.quoted_sealed},
        {"author": peer},
        {"share": elsewhere},
        {"answers": theirs},
    ]
    for changes in moves:
        moved = ShareResponse.objects.select_related("share").get(pk=one.pk)
        for field, value in changes.items():
            setattr(moved, field, value)
        assert read_responses(actor=owner, entry=share.entry, responses=[moved]) == [ResponseWords(moved, here=False)]


@pytest.mark.parametrize("count", [1, 6])
def test_read_responses_asks_for_keys_twice_however_many(owner, teammate, peer, share, django_assert_num_queries, count):
    for number in range(count):
        said(teammate if number % 2 else peer, share)
    responses = list(ShareResponse.objects.select_related("share", "answers"))

    with django_assert_num_queries(0), django_assert_num_queries(2, connection=connections["keys"]):
        assert len(read_responses(actor=owner, entry=share.entry, responses=responses)) == count
