import datetime

import pytest

from courses.actions.absences import day_of, read_absences, say_absence, take_absence_back
from courses.models import Absence, Sitting
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_absence, make_hour
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort(members=[owner])
    make_membership(cohort=cohort, part=Part.COORDINATOR)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("path", flat=True))


def test_say_absence_is_sealed_and_tells_the_trainers_alone(cohort, owner, trainer):
    absence = make_absence(cohort, owner)

    assert b"sister" not in bytes(absence.words_sealed)
    assert (told(trainer), Notice.objects.count()) == ([f"/c/{cohort.slug}/attendance/"], 1)


@pytest.mark.parametrize("words", ["", "My sister marries"])
def test_read_absences_gives_the_sentence_if_there_is_one(cohort, owner, trainer, words):
    make_absence(cohort, owner, words=words)

    read = [read_absences(actor=who, absences=Absence.objects.all())[0].words for who in (owner, trainer)]

    assert read == [words, words]


def test_say_absence_again_is_one_with_the_newer_sentence(cohort, owner, trainer):
    absence = make_absence(cohort, owner)

    again = say_absence(actor=owner, cohort=cohort, day=absence.day, words="")

    assert (again.pk, read_absences(actor=trainer, absences=Absence.objects.all())[0].words, len(told(trainer))) == (absence.pk, "", 1)


def test_take_absence_back_keeps_no_sentence_and_untells(cohort, owner, trainer):
    absence = make_absence(cohort, owner)

    take_absence_back(actor=owner, absence=absence)

    absence.refresh_from_db()
    assert (absence.words_sealed, list(Absence.objects.standing()), told(trainer)) == (None, [], [])


def test_say_absence_after_it_was_taken_back_tells_again(cohort, owner, trainer):
    absence = make_absence(cohort, owner)
    take_absence_back(actor=owner, absence=absence)

    say_absence(actor=owner, cohort=cohort, day=absence.day)

    assert (len(told(trainer)), Absence.objects.standing().count()) == (1, 1)


@pytest.mark.parametrize("days", [-2, 5])
def test_say_absence_of_a_day_that_is_over_or_has_no_hours_is_refused(cohort, owner, days):
    make_hour(cohort, days=-2)

    with pytest.raises(Refused, match="nothing more to come"):
        say_absence(actor=owner, cohort=cohort, day=cohort.today() + datetime.timedelta(days=days))


@pytest.mark.parametrize("part", [None, *(part for part in Part if part != Part.TRAINEE)])
def test_say_absence_is_for_trainees(cohort, part):
    person = make_membership(cohort=cohort, part=part).person if part else make_user()

    with pytest.raises(Refused, match="for the trainees"):
        make_absence(cohort, person)


def test_take_absence_back_is_the_persons_own(cohort, owner, trainer):
    with pytest.raises(Refused):
        take_absence_back(actor=trainer, absence=make_absence(cohort, owner))


def test_absences_are_visible_to_the_person_and_the_trainers(cohort, owner, trainer, teammate, outsider):
    make_absence(cohort, owner)
    make_membership(cohort=cohort, person=teammate)
    others = [make_membership(cohort=cohort, part=part).person for part in (Part.COORDINATOR, Part.GUEST_TRAINER, Part.AFTERCARE)]
    elsewhere = make_membership(cohort=make_cohort(), part=Part.TRAINER).person
    coordinates = make_user(coordinates=True)

    seen = [bool(Absence.objects.visible_to(who)) for who in (owner, trainer)]
    unseen = [bool(Absence.objects.visible_to(who)) for who in (teammate, outsider, *others, elsewhere, coordinates)]

    assert (seen, unseen) == ([True, True], [False] * 7)
    assert read_absences(actor=teammate, absences=Absence.objects.all()) == []


def test_absences_of_somebody_who_left_are_not_theirs_to_see_any_more(cohort, owner):
    absence = make_absence(cohort, owner)
    cohort.memberships.filter(person=owner).update(ended_at=absence.said_at)

    assert list(Absence.objects.visible_to(owner)) == []


def test_say_absence_of_a_day_that_was_called_off_is_refused(cohort, owner):
    sitting = make_hour(cohort, days=3)
    Sitting.objects.update(called_off_at=sitting.starts_at)

    with pytest.raises(Refused):
        say_absence(actor=owner, cohort=cohort, day=day_of(sitting, cohort), words="")
