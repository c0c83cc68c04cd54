import datetime
import threading
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Cohort, Membership
from live.models import RoomEvent
from lms import prepared
from lms.prepared import Prepared, PreparedNew, changing, padded, together
from lms.users.models import User
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db


def members(part: str = "", *, people: list[int], since: datetime.datetime) -> object:
    rows = Membership.objects.filter(person__in=people, joined_at__gte=since).select_related("person", "cohort")
    alone = ~Exists(Membership.objects.filter(cohort=OuterRef("cohort"), person__in=people).exclude(pk=OuterRef("pk")))
    return (rows.filter(part=part) if part else rows).annotate(alone=alone).order_by("pk")


def test_prepared_answers_as_the_question_itself_for_every_shape_and_value(owner, teammate, outsider):
    cohort = make_cohort(members=[owner, teammate])
    make_membership(cohort=cohort, person=outsider, part="trainer")
    ask, past = Prepared(members), timezone.now() - datetime.timedelta(days=1)

    for part in ("", "trainee", "trainer"):
        for people in ([owner.pk, outsider.pk], [outsider.pk, teammate.pk], [owner.pk]):
            for since in (past, timezone.now() + datetime.timedelta(days=1)):
                asked = [part] if part else []
                got, wanted = ask(*asked, people=people, since=since), list(members(*asked, people=people, since=since))
                assert [(one, one.person.display_name, one.cohort, one.alone) for one in got] == [
                    (one, one.person.display_name, one.cohort, one.alone) for one in wanted
                ]


def test_prepared_puts_a_question_together_once_and_asks_once_each_time(owner, teammate, settings):
    settings.CHECK_PREPARED = 0
    put_together = []

    @Prepared
    def names(*, person: int):
        put_together.append(person)
        return User.objects.filter(pk=person).values_list("display_name", "pk")

    with CaptureQueriesContext(connection) as queries:
        found = [names(person=person.pk) for person in (owner, teammate, owner)]

    assert found == [[("Owner", owner.pk)], [("Teammate", teammate.pk)], [("Owner", owner.pk)]]
    assert (len(put_together), len(queries)) == (1, 3)


def test_prepared_notices_what_decides_how_a_question_is_put_and_was_taken_for_a_value(owner):
    @Prepared
    def careless(*, person: int):
        return User.objects.filter(Q(pk=person) if person == owner.pk else Q(pk=person, coordinates=True))

    with pytest.raises(AssertionError, match="otherwise than asked"):
        careless(person=owner.pk)


def test_prepared_notices_a_value_that_was_changed_on_the_way():
    @Prepared
    def careless(*, day: datetime.date):
        return Cohort.objects.filter(starts_on=day + datetime.timedelta(days=1))

    with pytest.raises(AssertionError, match="otherwise than asked"):
        careless(day=timezone.localdate())


def test_prepared_answers_nothing_without_asking_where_nothing_can_be_found(owner):
    @Prepared
    def nobody(*, person: int):
        return User.objects.none().filter(pk=person)

    with CaptureQueriesContext(connection) as queries:
        assert nobody(person=owner.pk) == []

    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_prepared_asks_on_the_connection_of_each_thread(owner):
    @Prepared
    def person(*, pk: int):
        return User.objects.filter(pk=pk)

    found = [person(pk=owner.pk)]

    def elsewhere() -> None:
        found.append(person(pk=owner.pk))
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    assert found == [[owner], [owner]]


def test_padded_fills_up_with_what_is_nothing():
    assert padded([7, 9], 5) == [7, 9, -1, -2, -3]
    assert padded([7, 9], 2) == [7, 9]


@Prepared
def _people(*, person: int):
    return User.objects.filter(pk=person)


@Prepared
def _memberships(*, person: int):
    return Membership.objects.filter(person=person).select_related("cohort").order_by("pk")


@Prepared
def _nobody(*, person: int):
    return User.objects.none()


@Prepared
def _renamed(*, person: int, name: str):
    return changing(User.objects.filter(pk=person), display_name=name)


def test_changing_does_what_update_does_and_answers_nothing(owner, teammate):
    answers = [_renamed(person=owner.pk, name="One"), together(_renamed.asked(person=owner.pk, name="Two"), _people.asked(person=owner.pk))]

    assert [answers[0], answers[1][0], [one.display_name for one in answers[1][1]]] == [[], [], ["Two"]]
    assert User.objects.get(pk=teammate.pk).display_name == "Teammate"


def event_of(room, person, seq: int) -> RoomEvent:
    given = {"client_id": uuid.uuid4(), "text": "Words", "data": {"of": [seq, None]}, "lang": "et"}
    return RoomEvent(room=room, seq=seq, kind=RoomEvent.Kind.POSTED, author=person, **given)


def test_new_is_stored_as_create_does_it(owner, settings):
    new, room = PreparedNew(RoomEvent), make_room(members=[owner])
    kept = []
    for checked in (1, 0):
        settings.CHECK_PREPARED = checked
        kept += together(new.asked(event_of(room, owner, len(kept) + 1)))[0]

    assert [model_to_dict(one) for one in kept] == [model_to_dict(one) for one in RoomEvent.objects.order_by("seq")]
    assert [(one.pk is not None, one._state.adding, one._state.db) for one in kept] == [(True, False, "default")] * 2


def test_new_is_put_together_once(owner, settings, monkeypatch):
    settings.CHECK_PREPARED = 0
    new, room, made = PreparedNew(RoomEvent), make_room(members=[owner]), []
    insertion = prepared._insertion
    monkeypatch.setattr(prepared, "_insertion", lambda *args: (made.append(1), insertion(*args))[1])

    together(*(new.asked(event_of(room, owner, seq)) for seq in (1, 2, 3)))

    assert (len(made), RoomEvent.objects.count()) == (1, 3)


def test_new_notices_a_value_that_the_database_would_give(owner):
    new, room = PreparedNew(RoomEvent), make_room(members=[owner])
    event = event_of(room, owner, 1)
    event.at = Now()

    with pytest.raises(AssertionError, match="otherwise than asked"):
        new.asked(event)


def test_new_that_is_there_already_is_refused_and_nothing_of_the_trip_stays(owner):
    new, room = PreparedNew(RoomEvent), make_room(members=[owner])
    together(new.asked(event_of(room, owner, 1)))

    with pytest.raises(IntegrityError), transaction.atomic():
        together(_renamed.asked(person=owner.pk, name="One"), new.asked(event_of(room, owner, 1)))

    assert (User.objects.get(pk=owner.pk).display_name, RoomEvent.objects.count()) == ("Owner", 1)


def test_together_answers_each_question_in_its_place(owner, teammate):
    mine = make_membership(cohort=make_cohort(title="Spring"), person=owner)

    people, nobody, memberships, others = together(
        _people.asked(person=owner.pk),
        _nobody.asked(person=owner.pk),
        _memberships.asked(person=owner.pk),
        _memberships.asked(person=teammate.pk),
    )

    assert people == [owner] and nobody == [] and others == []
    assert [(one.pk, one.cohort.title) for one in memberships] == [(mine.pk, "Spring")]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no settings of a transaction.")
def test_together_puts_the_statement_in_front_first(owner):
    with transaction.atomic():
        together(_people.asked(person=owner.pk), first="SET LOCAL statement_timeout = 4321")
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("4321ms",)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no statement that fails by waiting.")
def test_together_raises_what_the_database_refuses_and_the_connection_goes_on(owner):
    with pytest.raises(DatabaseError), transaction.atomic():
        together(_people.asked(person=owner.pk), first="SELECT 1/0")

    assert together(_people.asked(person=owner.pk)) == ([owner],)
