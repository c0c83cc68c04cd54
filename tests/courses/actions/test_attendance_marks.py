import datetime
import uuid

import pytest
from django.utils import timezone

from courses.actions.attendance import record_minutes
from courses.actions.attendance_marks import MarkedMeanwhile, answer_correction, arrive, correct_minutes, mark_attendance
from courses.actions.sealed_words import unseal_words
from courses.models import Attendance, AttendanceMark, MakeUp, Sitting
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_correction, make_hour, make_noted
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def member(cohort, owner):
    return make_membership(cohort=cohort, person=owner)


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def sitting(cohort):
    """That began half an hour ago."""
    now = timezone.now()
    times = {"starts_at": now - 30 * MINUTE, "ends_at": now + 30 * MINUTE}
    return make_sitting(block=make_block(cohort=cohort), **times)


def mark(trainer, sitting, member, **overrides):
    return mark_attendance(actor=trainer, sitting=sitting, membership=member, **{"client_id": uuid.uuid4(), **overrides})


def stands(sitting, person) -> tuple[int, str]:
    return Attendance.objects.values_list("minutes", "source").get(sitting=sitting, person=person)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [({}, 60), ({"late": 10}, 50), ({"early": 15}, 45), ({"late": 10, "early": 15}, 35), ({"away": True}, 0), ({"late": 90}, 0)],
)
def test_mark_attendance_counts_what_was_noted(sitting, member, owner, trainer, said, minutes):
    mark(trainer, sitting, member, **said)

    assert stands(sitting, owner) == (minutes, "sheet")


def test_mark_attendance_notes_once_for_a_client_id(sitting, member, owner, trainer):
    client_id = uuid.uuid4()
    first = mark(trainer, sitting, member, client_id=client_id)

    again = mark(trainer, sitting, member, client_id=client_id, away=True)

    assert (again, AttendanceMark.objects.count(), stands(sitting, owner)) == (first, 1, (60, "sheet"))


def test_mark_attendance_keeps_every_mark_with_what_stood_before(sitting, member, trainer):
    first = mark(trainer, sitting, member)
    mark(trainer, sitting, member, late=20, seen=first.pk)

    rows = AttendanceMark.objects.values_list("from_minutes", "minutes", "by")
    assert list(rows) == [(None, 60, trainer.pk), (60, 40, trainer.pk)]


def test_mark_attendance_does_not_write_over_what_somebody_else_noted_meanwhile(cohort, sitting, member, owner, trainer):
    other = make_membership(cohort=cohort, part=Part.TRAINER).person
    theirs = mark(other, sitting, member, late=20)

    with pytest.raises(MarkedMeanwhile) as meanwhile:
        mark(trainer, sitting, member, seen=0)

    assert (meanwhile.value.mark, stands(sitting, owner)) == (theirs, (40, "sheet"))
    mark(trainer, sitting, member, seen=theirs.pk)
    assert stands(sitting, owner) == (60, "sheet")


def test_mark_attendance_that_says_the_same_as_somebody_else_is_no_conflict(cohort, sitting, member, owner, trainer):
    mark(make_membership(cohort=cohort, part=Part.TRAINER).person, sitting, member)

    mark(trainer, sitting, member, seen=0)

    assert stands(sitting, owner) == (60, "sheet")


def test_mark_attendance_from_a_phone_whose_clock_is_ahead_was_noted_now(sitting, member, trainer):
    before = timezone.now()
    noted = mark(trainer, sitting, member, noted_at=before + datetime.timedelta(days=2)).noted_at

    assert before <= noted <= timezone.now()


def test_mark_attendance_of_a_sitting_that_is_to_come_is_refused(cohort, member, trainer):
    with pytest.raises(Refused, match="opens an hour before"):
        mark(trainer, make_hour(cohort, days=2), member)


@pytest.mark.parametrize("source", ["room", "corrected"])
def test_mark_attendance_leaves_what_needs_a_reason(sitting, member, owner, trainer, source):
    make_noted(sitting, owner, 20, source=source)

    with pytest.raises(Refused, match="needs a reason"):
        mark(trainer, sitting, member)

    assert stands(sitting, owner) == (20, source)


def test_mark_attendance_two_days_later_is_finished_by_whoever_is_writing(cohort, member, owner, trainer):
    late, other = make_hour(cohort, hour=10), make_membership(cohort=cohort, part=Part.TRAINER).person
    here = mark(trainer, late, member)

    with pytest.raises(Refused, match="needs a reason"):
        mark(other, late, member, late=15, seen=here.pk)
    finished = mark(trainer, late, member, late=15, seen=here.pk)
    AttendanceMark.objects.filter(pk=finished.pk).update(at=timezone.now() - datetime.timedelta(minutes=11))
    with pytest.raises(Refused, match="needs a reason"):
        mark(trainer, late, member, late=20, seen=finished.pk)

    assert stands(late, owner) == (45, "sheet")


def test_mark_attendance_two_days_later_notes_whom_nobody_noted_and_changes_nobody(cohort, member, owner, trainer):
    late, noted = make_hour(cohort, hour=10), make_hour(cohort, hour=12)
    make_noted(noted, owner, 20)
    mark(trainer, late, member)

    with pytest.raises(Refused, match="needs a reason"):
        mark(trainer, noted, member)

    assert (stands(late, owner), stands(noted, owner)) == ((60, "sheet"), (20, "sheet"))


@pytest.mark.parametrize("part", [part for part in Part if part not in (Part.TRAINER, Part.COORDINATOR)])
def test_mark_attendance_is_for_trainers_and_coordinators(cohort, sitting, member, part):
    with pytest.raises(Refused):
        mark(make_membership(cohort=cohort, part=part).person, sitting, member)


def test_mark_attendance_is_for_trainees_of_this_cohort(sitting, trainer):
    with pytest.raises(Refused, match="trainees of this cohort"):
        mark(trainer, sitting, make_membership(cohort=make_cohort()))


def test_room_counts_beside_what_was_noted(sitting, member, owner, trainer):
    mark(trainer, sitting, member)

    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 5})

    assert stands(sitting, owner) == (60, "sheet")


# --- at the door ----------------------------------------------------------------------------------------------------


def test_arrive_counts_from_the_moment_somebody_came(sitting, member, owner):
    first, again = arrive(actor=owner, sitting=sitting), arrive(actor=owner, sitting=sitting)

    assert (first.minutes, again, AttendanceMark.objects.count()) == (30, first, 1)


@pytest.mark.parametrize(("ago", "minutes"), [(-20, 60), (5, 60), (7, 53)])
def test_arrive_within_five_minutes_is_being_there_from_the_beginning(cohort, member, owner, ago, minutes):
    now = timezone.now()
    hour = make_sitting(block=make_block(cohort=cohort), starts_at=now - ago * MINUTE, ends_at=now + (60 - ago) * MINUTE)

    assert arrive(actor=owner, sitting=hour).minutes == minutes


def test_arrive_leaves_what_a_trainer_noted_and_a_trainer_notes_over_it(sitting, member, owner, trainer, cohort, teammate):
    other = make_membership(cohort=cohort, person=teammate)
    mark(trainer, sitting, member, late=50)
    arrive(actor=owner, sitting=sitting)
    arrive(actor=teammate, sitting=sitting)
    mark(trainer, sitting, other, early=5)

    assert (stands(sitting, owner), stands(sitting, teammate)) == ((10, "sheet"), (55, "sheet"))


def test_arrive_stands_against_a_room(sitting, member, owner):
    make_noted(sitting, owner, 2, source="room")

    assert arrive(actor=owner, sitting=sitting).source == "door"


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINEE])
def test_arrive_is_for_trainees(cohort, sitting, part):
    with pytest.raises(Refused, match="for the trainees"):
        arrive(actor=make_membership(cohort=cohort, part=part).person, sitting=sitting)


@pytest.mark.parametrize("days", [-1, 1])
def test_arrive_is_refused_while_the_sitting_is_not_on(cohort, member, owner, days):
    with pytest.raises(Refused, match="not on now"):
        arrive(actor=owner, sitting=make_hour(cohort, days=days))


# --- corrections ----------------------------------------------------------------------------------------------------


def test_correct_minutes_keeps_who_when_from_what_to_what_and_why(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer)

    ((_row, words),) = unseal_words([correction], "reason", "answer")
    assert (correction.by, correction.from_minutes, correction.minutes, correction.of_minutes) == (trainer, 20, 60, 60)
    assert (words, b"dropped" in bytes(correction.reason_sealed)) == ({"reason": "The line dropped", "answer": ""}, False)
    assert stands(correction.sitting, owner) == (60, "corrected")


def test_correct_minutes_tells_the_person_without_words(cohort, member, owner, trainer):
    make_correction(cohort, owner, trainer)

    notice = Notice.objects.get(person=owner, key__startswith="courses.corrected")
    assert (notice.who, notice.words, notice.path) == ("Trainer", "", f"/c/{cohort.slug}/hours/")


def test_correct_minutes_corrects_once_for_a_client_id(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer)
    fields = {"minutes": 10, "reason": "Again", "client_id": correction.client_id}

    again = correct_minutes(actor=trainer, sitting=correction.sitting, membership=member, **fields)

    assert (again, stands(correction.sitting, owner)) == (correction, (60, "corrected"))


def test_correct_minutes_twice_keeps_both(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer)
    fields = {"minutes": 50, "reason": "It was ten minutes less", "client_id": uuid.uuid4()}
    correct_minutes(actor=trainer, sitting=correction.sitting, membership=member, **fields)

    assert list(AttendanceMark.objects.values_list("from_minutes", "minutes")) == [(20, 60), (60, 50)]


@pytest.mark.parametrize(("fields", "sentence"), [({"reason": " "}, "write the reason"), ({"minutes": 61}, "60 minutes")])
def test_correct_minutes_needs_a_reason_and_no_more_minutes_than_there_were(cohort, member, owner, trainer, fields, sentence):
    with pytest.raises(Refused, match=sentence):
        make_correction(cohort, owner, trainer, **fields)


@pytest.mark.parametrize("part", [part for part in Part if part not in (Part.TRAINER, Part.COORDINATOR)])
def test_correct_minutes_is_for_trainers_and_coordinators(cohort, member, owner, part):
    with pytest.raises(Refused):
        make_correction(cohort, owner, make_membership(cohort=cohort, part=part).person)


def test_correct_minutes_of_a_sitting_that_goes_on_is_refused(sitting, member, trainer):
    with pytest.raises(Refused, match="not over"):
        correct_minutes(actor=trainer, sitting=sitting, membership=member, minutes=1, reason="x", client_id=uuid.uuid4())


def test_correct_minutes_takes_a_way_back_that_nobody_had_begun(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer, minutes=10)
    opened = MakeUp.objects.count()
    fields = {"minutes": 60, "reason": "I was mistaken", "client_id": uuid.uuid4()}
    correct_minutes(actor=trainer, sitting=correction.sitting, membership=member, **fields)

    assert (opened, MakeUp.objects.count()) == (1, 0)


def test_answer_correction_is_read_beside_the_reason_and_whoever_corrected_is_told(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer)

    answered = answer_correction(actor=owner, mark=correction, answer="Thank you")

    ((_row, words),) = unseal_words([answered], "reason", "answer")
    assert words == {"reason": "The line dropped", "answer": "Thank you"}
    assert Notice.objects.get(person=trainer).path == f"/c/{cohort.slug}/attendance/people/{member.pk}/"


def test_answer_correction_is_the_persons_own_and_once(cohort, member, owner, trainer):
    correction = make_correction(cohort, owner, trainer)
    with pytest.raises(Refused):
        answer_correction(actor=trainer, mark=correction, answer="No")
    answer_correction(actor=owner, mark=correction, answer="Thank you")

    with pytest.raises(Refused, match="already"):
        answer_correction(actor=owner, mark=correction, answer="And more")


def test_marks_are_visible_to_the_person_and_those_who_look_after_attendance(cohort, member, owner, trainer, teammate):
    correction = make_correction(cohort, owner, trainer)
    make_membership(cohort=cohort, person=teammate)
    coordinator, elsewhere = make_user(coordinates=True), make_membership(cohort=make_cohort(), part=Part.TRAINER).person

    seen = [list(AttendanceMark.objects.visible_to(who)) for who in (owner, trainer, coordinator, teammate, elsewhere)]
    assert seen == [[correction]] * 3 + [[]] * 2


def test_nobody_is_noted_for_what_was_called_off(sitting, member, trainer):
    Sitting.objects.update(called_off_at=timezone.now())

    with pytest.raises(Refused, match="was called off"):
        mark_attendance(actor=trainer, sitting=sitting, membership=member, away=True, client_id=uuid.uuid4())

    assert AttendanceMark.objects.count() == 0
