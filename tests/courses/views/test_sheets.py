"""The sheet on a trainer's phone, the code at the door, and "I am here"."""

import datetime
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from courses import door
from courses.models import Attendance, AttendanceMark
from lms.permissions import Part
from tests.courses.factories import make_absence, make_hour, make_noted
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def sitting(cohort):
    now = timezone.now()
    return make_sitting(block=make_block(cohort=cohort), starts_at=now - 20 * MINUTE, ends_at=now + 40 * MINUTE)


@pytest.fixture
def member(cohort, owner):
    return make_membership(cohort=cohort, person=owner)


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/crisis/")
    return client


@pytest.fixture
def theirs(trainer):
    return client_of(trainer)


@pytest.fixture
def mine(owner, member):
    return client_of(owner)


def sheet_of(sitting) -> str:
    return f"/c/{sitting.block.cohort.slug}/attendance/{sitting.pk}/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def line(member, **said) -> dict[str, str]:
    return {f"p{member.pk}-{name}": str(value) for name, value in said.items()}


def stands(sitting) -> dict[int, int]:
    return dict(Attendance.objects.filter(sitting=sitting).values_list("person", "minutes"))


# --- without scripts ------------------------------------------------------------------------------------------------


def test_sheet_is_one_form_without_scripts(theirs, sitting, cohort, member, owner):
    late, away, untouched = (make_membership(cohort=cohort) for _ in range(3))

    sent = {**line(member, how="here"), **line(late, late=10), **line(away, how="away"), **line(untouched, late="", early="")}
    answer = theirs.post(sheet_of(sitting), sent)

    assert (answer["Location"], stands(sitting)) == (sheet_of(sitting), {owner.pk: 60, late.person_id: 50, away.person_id: 0})


def test_sheet_sent_as_it_was_shown_adds_no_marks(theirs, sitting, member):
    theirs.post(sheet_of(sitting), line(member, how="here", late=10))
    (shown,) = theirs.get(sheet_of(sitting)).context["lines"]
    again = {name: shown.form[name].value() for name in ("how", "late", "early", "seen")}

    theirs.post(sheet_of(sitting), line(member, **again))

    assert (again["how"], again["late"], AttendanceMark.objects.count()) == ("here", 10, 1)


def test_sheet_shows_what_somebody_else_noted_meanwhile_and_keeps_ones_own_when_sent_again(theirs, sitting, cohort, member, owner):
    client_of(make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Ben")).person).post(
        sheet_of(sitting), line(member, late=20)
    )

    conflict = theirs.post(sheet_of(sitting), line(member, how="away", seen=0))
    between = stands(sitting)
    (shown,) = conflict.context["lines"]
    again = theirs.post(sheet_of(sitting), line(member, how="away", seen=shown.form["seen"].value()))

    assert (conflict.status_code, "Ben noted meanwhile: Here, 20 minutes late." in words(conflict)) == (409, True)
    assert (between, again.status_code, stands(sitting)) == ({owner.pk: 40}, 302, {owner.pk: 0})


def test_sheet_says_what_cannot_be_and_keeps_the_rest(theirs, sitting, cohort, member, owner):
    other = make_membership(cohort=cohort)

    answer = theirs.post(sheet_of(sitting), {**line(member, how="away", late=5), **line(other, how="here")})

    assert (answer.status_code, "neither late nor left early" in words(answer)) == (409, True)
    assert stands(sitting) == {other.person_id: 60}


def test_sheet_leads_to_a_correction_where_the_room_counted(theirs, sitting, member, owner):
    make_noted(sitting, owner, 20, source="room")

    page = words(theirs.get(sheet_of(sitting)))

    assert (f"{sheet_of(sitting)}{member.pk}/correct/" in page, f"p{member.pk}-how" in page) == (True, False)


def test_sheet_opens_an_hour_before(theirs, cohort, member):
    assert "opens an hour before" in words(theirs.get(sheet_of(make_hour(cohort, days=2))))


def test_sheet_shows_trainers_who_said_that_they_cannot_come(theirs, cohort, member, owner, sitting):
    absence = make_absence(cohort, owner)
    absence.day = cohort.today()
    absence.save()
    coordinators = client_of(make_membership(cohort=cohort, part=Part.COORDINATOR).person)

    assert ["cannot come" in words(client.get(sheet_of(sitting))) for client in (theirs, coordinators)] == [True, False]


@pytest.mark.parametrize("number", [1, 8])
def test_sheet_asks_the_same_few_questions(theirs, cohort, sitting, number, django_assert_num_queries):
    for _ in range(number):
        theirs.post(sheet_of(sitting), line(make_membership(cohort=cohort), how="here"))

    with django_assert_num_queries(10):
        theirs.get(sheet_of(sitting))


# --- with scripts ---------------------------------------------------------------------------------------------------


def test_sheet_mark_answers_with_the_mark_and_again_with_the_same(theirs, sitting, member, owner):
    sent = {"how": "here", "late": "10", "client_id": str(uuid.uuid4()), "noted_at": "2026-03-05T09:58:12.345Z"}

    answers = [theirs.post(f"{sheet_of(sitting)}{member.pk}/", sent) for _ in range(2)]

    mark = AttendanceMark.objects.get()
    told = {"mark": mark.pk, "words": "Here, 10 minutes late", "by": "Trainer", "how": "here", "late": 10, "early": 0}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, told)] * 2
    assert mark.noted_at == datetime.datetime(2026, 3, 5, 9, 58, 12, 345000, tzinfo=datetime.UTC)


def test_sheet_mark_tells_what_somebody_else_noted(theirs, sitting, cohort, member):
    other = client_of(make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Ben")).person)
    theirs_id = other.post(f"{sheet_of(sitting)}{member.pk}/", {"how": "away"}).json()["mark"]

    answer = theirs.post(f"{sheet_of(sitting)}{member.pk}/", {"how": "here", "seen": "0"})

    assert (answer.status_code, answer.json()["mark"], answer.json()["words"], answer.json()["by"]) == (409, theirs_id, "Not here", "Ben")


@pytest.mark.parametrize("sent", [{}, {"how": "perhaps"}, {"late": "-1"}, {"late": "ten"}, {"how": "away", "late": "5"}, {"late": "99999"}])
def test_sheet_mark_refuses_with_a_sentence(theirs, sitting, member, sent):
    answer = theirs.post(f"{sheet_of(sitting)}{member.pk}/", sent)

    assert (answer.status_code, bool(answer.json()["sentence"]), AttendanceMark.objects.count()) == (422, True, 0)


# --- at the door ----------------------------------------------------------------------------------------------------


def here(sitting, cohort=None) -> str:
    return f"/c/{(cohort or sitting.block.cohort).slug}/attendance/here/{door.code_for(sitting.pk)}/"


def test_door_shows_a_fresh_code_that_nothing_keeps(theirs, sitting):
    page = words(theirs.get(f"{sheet_of(sitting)}door/"))
    code = theirs.get(f"{sheet_of(sitting)}door/code/")

    assert f'src="{sheet_of(sitting)}door/code/"' in page
    assert (code["Content-Type"], code["Cache-Control"], code.content[:4]) == ("image/svg+xml", "no-store", b"<svg")


def test_here_is_one_button_and_again_the_same(mine, sitting, owner):
    asked = words(mine.get(here(sitting)))

    answers = [words(mine.post(here(sitting))) for _ in range(2)]

    assert ("I am here" in asked, stands(sitting), AttendanceMark.objects.count()) == (True, {owner.pk: 40}, 1)
    assert ["You are here" in answer for answer in answers] == [True, True]


def test_here_by_looking_alone_notes_nothing(mine, sitting):
    mine.get(here(sitting))

    assert stands(sitting) == {}


def test_here_with_an_old_code_says_so_and_notes_nothing(mine, sitting, monkeypatch):
    address = here(sitting)
    monkeypatch.setattr(door, "GOOD_FOR", datetime.timedelta(seconds=-1))

    answers = [mine.get(address), mine.post(address)]

    assert [(answer.status_code, "too old" in words(answer)) for answer in answers] == [(410, True)] * 2
    assert stands(sitting) == {}


def test_here_is_not_there_for_people_of_another_cohort_and_with_another_cohorts_code(mine, sitting, outsider):
    elsewhere = make_cohort(members=[outsider])
    other = make_hour(elsewhere)

    assert client_of(outsider).post(here(sitting)).status_code == 404
    assert client_of(outsider).post(here(sitting, cohort=elsewhere)).status_code == 404
    assert mine.post(here(other, cohort=sitting.block.cohort)).status_code == 404
    assert Attendance.objects.count() == 0


def test_here_signed_out_leads_back_after_signing_in(sitting):
    answer = Client().get(here(sitting))

    assert answer["Location"].startswith("/accounts/login/?next=/c/")


def test_here_of_a_sitting_that_is_not_on_says_so(mine, cohort):
    answer = mine.post(here(make_hour(cohort, days=2)))

    assert (answer.status_code, "not on now" in words(answer)) == (422, True)


def test_sheet_worker_is_a_script_that_is_looked_for_anew():
    answer = Client().get("/sheet-worker.js")

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
