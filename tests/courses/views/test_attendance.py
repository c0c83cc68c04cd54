"""Attendance as trainers and coordinators see it."""

import pytest
from django.test import Client

from courses.actions.ledger import show_hours
from courses.models import Attendance
from lms.permissions import Part
from tests.courses.factories import make_absence, make_correction, make_hour, make_hours, make_make_up, make_noted
from tests.factories import make_block, make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort(members=[owner])
    make_block(cohort=cohort)
    return cohort


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/crisis/")
    return client


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def theirs(trainer):
    return client_of(trainer)


@pytest.fixture
def coordinators(cohort):
    return client_of(make_membership(cohort=cohort, part=Part.COORDINATOR).person)


def page_of(cohort, rest: str = "") -> str:
    return f"/c/{cohort.slug}/attendance/{rest}"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_attendance_lists_everybody_by_name_with_their_standing(theirs, cohort, owner):
    other = make_membership(cohort=cohort, person=make_user(display_name="anna"))
    sitting = make_hour(cohort)
    make_noted(sitting, owner, 60)
    make_noted(sitting, other.person, 30)

    page = theirs.get(page_of(cohort))

    assert [(line.membership.person.display_name, line.standing.percent) for line in page.context["lines"]] == [
        ("anna", 50),
        ("Owner", 100),
    ]


def test_absences_and_make_ups_are_for_trainers_and_not_for_coordinators(theirs, coordinators, cohort, owner):
    make_absence(cohort, owner)
    make_make_up(cohort, owner)

    pages = [words(client.get(page_of(cohort))) for client in (theirs, coordinators)]

    assert [("My sister marries" in page, "To be agreed" in page) for page in pages] == [(True, True), (False, False)]


@pytest.mark.parametrize("more", [0, 6])
def test_attendance_asks_the_same_few_questions_however_many_there_are(theirs, cohort, owner, more, django_assert_num_queries):
    make_absence(cohort, owner)
    make_make_up(cohort, owner)
    for number in range(more):
        member = make_membership(cohort=cohort)
        make_absence(cohort, member.person)
        make_make_up(cohort, member.person)
        make_hour(cohort, days=-4 - number)

    theirs.get(page_of(cohort))  # reads what waits for the trainer

    with django_assert_num_queries(10):
        theirs.get(page_of(cohort))


@pytest.mark.parametrize("more", [0, 6])
def test_attendance_person_asks_the_same_few_questions(theirs, cohort, owner, trainer, more, django_assert_num_queries):
    member = cohort.memberships.get(person=owner)
    show_hours(actor=owner, cohort=cohort, kinds=["supervision"])
    for number in range(1 + more):
        make_correction(cohort, owner, trainer)
        make_hours(cohort, owner)
        make_noted(make_hour(cohort, days=-4 - number), owner, 0)
    theirs.get(page_of(cohort, f"people/{member.pk}/"))

    with django_assert_num_queries(12):
        theirs.get(page_of(cohort, f"people/{member.pk}/"))


def test_attendance_person_shows_of_the_ledger_what_is_shown_and_never_a_note(theirs, coordinators, cohort, owner):
    make_hours(cohort, owner, with_whom="Supervisor A", note="Only for me")
    make_hours(cohort, owner, kind="self_experience", with_whom="Therapist Z")
    show_hours(actor=owner, cohort=cohort, kinds=["supervision"])
    address = page_of(cohort, f"people/{cohort.memberships.get(person=owner).pk}/")

    pages = [words(client.get(address)) for client in (theirs, coordinators)]

    held = ("Supervisor A", "Only for me", "Therapist Z")
    assert [[word in page for word in held] for page in pages] == [[True, False, False], [False, False, False]]


def test_attendance_person_is_a_trainee_of_this_cohort(theirs, cohort, trainer):
    elsewhere = make_membership(cohort=make_cohort())
    own = cohort.memberships.get(person=trainer)

    assert [theirs.get(page_of(cohort, f"people/{member.pk}/")).status_code for member in (elsewhere, own)] == [404, 404]


def test_attendance_correct_needs_a_reason_and_keeps_what_was_typed(theirs, cohort, owner):
    sitting = make_hour(cohort)
    make_noted(sitting, owner, 20, source="room")
    member = cohort.memberships.get(person=owner)
    address = page_of(cohort, f"{sitting.pk}/{member.pk}/correct/")

    refused = [theirs.post(address, sent) for sent in ({"minutes": "50"}, {"minutes": "61", "reason": "The line"}, {"reason": "The line"})]
    good = theirs.post(address, {"minutes": "50", "reason": "The line dropped"})

    assert [answer.status_code for answer in refused] == [422] * 3
    assert (
        "Please write the reason" in words(refused[0]),
        "went on for 60 minutes" in words(refused[1]),
        "The line" in words(refused[2]),
    ) == (True,) * 3
    assert good["Location"] == page_of(cohort, f"people/{member.pk}/#corrections")
    assert Attendance.objects.values_list("minutes", "source", "room_minutes").get() == (50, "corrected", 20)


def test_attendance_rule_is_changed_by_coordinators(theirs, coordinators, cohort):
    address = page_of(cohort, "rule/")

    answers = [client.post(address, {"percent": "80"}).status_code for client in (theirs, coordinators)]
    refused = coordinators.post(address, {"percent": "101"}).status_code
    cohort.refresh_from_db()

    assert (answers, refused, cohort.attendance_threshold) == ([404, 302], 422, 80)


def test_sheets_of_days_that_have_begun_and_of_the_next_are_listed(theirs, cohort):
    for days in (-3, 0, 2, 5):
        make_hour(cohort, days=days)

    context = theirs.get(page_of(cohort)).context

    ahead = [[(day.on - cohort.today()).days for day in context[name]] for name in ("begun", "next_days")]
    assert ahead == [[0, -3], [2]]
