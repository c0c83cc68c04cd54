import uuid

import pytest
from django.utils import timezone

import courses.actions.ledger
from courses.actions.ledger import change_hours, delete_hours, read_hours, show_hours, shown_kinds
from courses.models import LedgerEntry
from lms import crypto
from lms.permissions import Part, Refused
from tests.courses.factories import make_hours
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def test_keep_hours_seals_words_and_opens_them_for_their_owner(cohort, owner):
    entry = make_hours(cohort, owner)

    (line,) = read_hours(actor=owner, entries=LedgerEntry.objects.all())
    assert (line.with_whom, line.note) == ("Supervisor A", "It stirred something")
    assert (b"Supervisor" in bytes(entry.with_whom_sealed), b"stirred" in bytes(entry.note_sealed)) == (False, False)


def test_keep_hours_keeps_once_for_a_client_id(cohort, owner):
    client_id = uuid.uuid4()
    first = make_hours(cohort, owner, client_id=client_id)

    assert (make_hours(cohort, owner, client_id=client_id, minutes=5), LedgerEntry.objects.get().minutes) == (first, 90)


def test_keep_hours_says_when_a_ledger_is_full(cohort, owner, monkeypatch):
    monkeypatch.setattr(courses.actions.ledger, "MOST", 1)
    make_hours(cohort, owner)

    with pytest.raises(Refused, match="room for 1"):
        make_hours(cohort, owner)


@pytest.mark.parametrize("part", [part for part in Part if part not in (Part.TRAINEE, Part.ALUMNUS)])
def test_keep_hours_is_for_those_who_learn(cohort, part):
    with pytest.raises(Refused):
        make_hours(cohort, make_membership(cohort=cohort, part=part).person)


def test_change_hours_and_delete_hours_are_the_owners_own(cohort, owner, trainer):
    entry = make_hours(cohort, owner)
    fields = {"kind": "reading", "on": entry.on, "minutes": 30, "with_whom": "A book", "note": ""}
    for act in (lambda: change_hours(actor=trainer, entry=entry, **fields), lambda: delete_hours(actor=trainer, entry=entry)):
        with pytest.raises(Refused):
            act()

    change_hours(actor=owner, entry=entry, **fields)
    (line,) = read_hours(actor=owner, entries=LedgerEntry.objects.all())
    delete_hours(actor=owner, entry=entry)

    assert (line.entry.kind, line.entry.minutes, line.with_whom, line.note, LedgerEntry.objects.count()) == ("reading", 30, "A book", "", 0)


def test_show_hours_shows_trainers_the_chosen_kinds_without_notes_until_it_is_taken_back(cohort, owner, trainer):
    shown, hidden = make_hours(cohort, owner), make_hours(cohort, owner, kind="self_experience")
    before = list(LedgerEntry.objects.shown_to(trainer))
    show_hours(actor=owner, cohort=cohort, kinds=["supervision"])

    (line,) = read_hours(actor=trainer, entries=[shown, hidden])
    kinds = shown_kinds(actor=owner, cohort=cohort)
    show_hours(actor=owner, cohort=cohort, kinds=[])

    assert (before, line.entry, line.with_whom, line.note, kinds) == ([], shown, "Supervisor A", "", ["supervision"])
    assert (list(LedgerEntry.objects.shown_to(trainer)), read_hours(actor=trainer, entries=[shown])) == ([], [])


def test_what_is_shown_is_shown_to_the_trainers_of_this_cohort_alone(cohort, owner, teammate):
    make_hours(cohort, owner)
    show_hours(actor=owner, cohort=cohort, kinds=["supervision"])
    make_membership(cohort=cohort, person=teammate)
    elsewhere = make_membership(cohort=make_cohort(), part=Part.TRAINER).person
    others = [make_membership(cohort=cohort, part=part).person for part in (Part.COORDINATOR, Part.GUEST_TRAINER)]

    asked = [bool(LedgerEntry.objects.shown_to(who)) for who in (owner, teammate, elsewhere, *others, make_user(coordinates=True))]
    assert asked == [False] * 6


def test_what_was_shown_is_hidden_when_its_owner_leaves(cohort, owner, trainer):
    make_hours(cohort, owner)
    show_hours(actor=owner, cohort=cohort, kinds=["supervision"])
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    assert (list(LedgerEntry.objects.shown_to(trainer)), LedgerEntry.objects.visible_to(owner).count()) == ([], 1)


def test_read_hours_goes_on_where_words_do_not_open(cohort, owner):
    make_hours(cohort, owner)
    crypto.destroy_person_key(owner.pk)

    (line,) = read_hours(actor=owner, entries=LedgerEntry.objects.all())
    assert (line.readable, line.with_whom, line.entry.minutes) == (False, "", 90)


def test_words_copied_to_another_entry_do_not_open(cohort, owner):
    first, second = make_hours(cohort, owner), make_hours(cohort, owner, note="Other")
    LedgerEntry.objects.filter(pk=second.pk).update(wrapped_key=first.wrapped_key, note_sealed=first.note_sealed)

    assert [line.readable for line in read_hours(actor=owner, entries=LedgerEntry.objects.filter(pk=second.pk))] == [False]


def test_keep_hours_of_nobody_elses(cohort, owner, teammate):
    make_hours(cohort, owner)

    assert list(LedgerEntry.objects.visible_to(teammate)) == []
