"""Who sees a shared version and what is said beside it, in every state it can be in."""

import datetime
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courses.actions.responses import answer_response, respond
from courses.models import Membership, SharedVersion, ShareResponse
from lms.permissions import Part
from tests.courses.factories import make_entry, make_peer_group, make_share
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PARTS = [Part.TRAINER, Part.GUEST_TRAINER, Part.COORDINATOR, Part.AFTERCARE, Part.INTERPRETER, Part.ALUMNUS]
EVERYBODY = ["author", "reader", "trainer_reader", "peer", *PARTS, "site_coordinator", "outsider", "removed_reader"]


@pytest.fixture
def scene():
    """A shared entry, and one of everybody who could want to open it, by name."""
    cohort = make_cohort()
    people = {name: make_user(coordinates=name == "site_coordinator") for name in EVERYBODY}
    make_peer_group(cohort, *(people[name] for name in ("author", "reader", "peer", "removed_reader")))
    for part in PARTS:
        make_membership(cohort=cohort, person=people[part], part=part)
    make_membership(cohort=cohort, person=people["trainer_reader"], part=Part.TRAINER)
    readers = [people[name].pk for name in ("reader", "trainer_reader", "removed_reader")]
    share = make_share(author=people["author"], entry=make_entry(people["author"]), cohort=cohort, readers=readers)
    leave(people["removed_reader"])
    return people, share


def leave(person):
    Membership.objects.filter(person=person).update(ended_at=timezone.now())


def ended(people, share):
    SharedVersion.objects.filter(pk=share.pk).update(ends_at=timezone.now())


def withdrawn(people, share):
    SharedVersion.objects.filter(pk=share.pk).update(withdrawn_at=timezone.now())


def not_over_yet(people, share):
    SharedVersion.objects.filter(pk=share.pk).update(ends_at=timezone.now() + datetime.timedelta(minutes=1))


def author_gone(people, share):
    leave(people["author"])


def nothing(people, share):
    pass


READERS = {"author", "reader", "trainer_reader"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [(nothing, READERS), (not_over_yet, READERS), (ended, {"author"}), (withdrawn, {"author"}), (author_gone, {"author"})],
)
def test_visible_to_is_for_the_author_and_readers_named_while_it_is_open(scene, state, expected):
    people, share = scene
    state(people, share)

    assert {name for name in people if SharedVersion.objects.visible_to(people[name]).exists()} == expected
    assert not SharedVersion.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(("state", "over"), [(nothing, False), (not_over_yet, False), (ended, True), (withdrawn, True)])
def test_is_over_says_what_open_says(scene, state, over):
    people, share = scene
    state(people, share)

    assert SharedVersion.objects.get().is_over() == over
    assert SharedVersion.objects.open().exists() == (not over)


def test_responses_are_between_who_said_them_and_the_author(scene):
    people, share = scene
    words = {"html": "<p>I heard</p>", "quoted": ""}
    said = respond(actor=people["reader"], share=share, client_id=uuid.uuid4(), **words)
    answer = answer_response(actor=people["author"], response=said, html="<p>Yes</p>", client_id=uuid.uuid4())

    seen = {name: set(ShareResponse.objects.visible_to(people[name])) for name in people}

    assert {name: found for name, found in seen.items() if found} == {"author": {said, answer}, "reader": {said, answer}}
    assert not ShareResponse.objects.visible_to(AnonymousUser()).exists()


def test_of_what_is_withdrawn_a_reader_sees_only_that_they_said_something(scene):
    people, share = scene
    said = respond(actor=people["reader"], share=share, html="<p>I heard</p>", quoted="", client_id=uuid.uuid4())
    answer_response(actor=people["author"], response=said, html="<p>Yes</p>", client_id=uuid.uuid4())
    withdrawn(people, share)

    assert list(ShareResponse.objects.visible_to(people["reader"])) == [said]
