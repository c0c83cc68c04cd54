"""One's own hours: the page, the day one cannot come, corrections."""

import datetime

import pytest
from django.test import Client

from courses.models import Absence
from lms.permissions import Part
from tests.courses.factories import make_absence, make_correction, make_hour, make_hours, make_make_up, make_noted
from tests.factories import make_block, make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort(members=[owner])
    make_block(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    client.get("/crisis/")  # notes the sign-in
    return client


def page_of(cohort) -> str:
    return f"/c/{cohort.slug}/hours/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_hours_says_where_somebody_stands_and_what_is_still_possible(mine, cohort, owner):
    make_noted(make_hour(cohort, hour=10), owner, 60)
    make_noted(make_hour(cohort, hour=12), owner, 0)
    for hour in range(8, 22):
        make_hour(cohort, days=5, hour=hour)

    page = words(mine.get(page_of(cohort)))

    assert "So far 1 hour of 2 hours that were held: 50 %." in page
    assert "If you are there for the remaining 14 hours, you reach 93 %." in page
    assert "there in part, 50 %" in page


def test_hours_shows_the_picture_and_the_same_as_a_table(mine, cohort, owner):
    make_noted(make_hour(cohort), owner, 45)

    page = words(mine.get(page_of(cohort)))

    assert '<rect class="there" x="0" y="0" width="75" height="5" />' in page
    assert '<td class="number">45</td> <td class="number">60</td> <td class="number">0</td>' in page


@pytest.mark.parametrize("more", [0, 5])
def test_hours_asks_the_same_few_questions_however_much_there_is(mine, cohort, owner, trainer, more, django_assert_num_queries):
    make_correction(cohort, owner, trainer)
    make_absence(cohort, owner)
    make_hours(cohort, owner)
    make_make_up(cohort, owner, day=datetime.date(2026, 1, 1))
    for number in range(more):
        make_noted(make_hour(cohort, days=-3 - number), owner, 10)
        make_hour(cohort, days=4 + number)
        make_hours(cohort, owner)
    mine.get(page_of(cohort))

    with django_assert_num_queries(12):
        mine.get(page_of(cohort))


def test_cannot_come_is_one_press_and_shown_to_the_person(mine, cohort, owner):
    make_hour(cohort, days=3)
    day = cohort.today() + datetime.timedelta(days=3)
    before = words(mine.get(page_of(cohort)))

    answers = [mine.post(f"{page_of(cohort)}cannot-come/{day}/", {"words": "My sister marries"}) for _ in range(2)]
    after = words(mine.get(page_of(cohort)))

    assert [answer["Location"] for answer in answers] == [f"{page_of(cohort)}#to-come"] * 2
    assert (f"I cannot come on {day:%A}" in before, "You said that you cannot come" in after, "My sister marries" in after) == (True,) * 3
    assert Absence.objects.count() == 1


def test_can_come_after_all_takes_it_back(mine, cohort, owner):
    absence = make_absence(cohort, owner)

    mine.post(f"{page_of(cohort)}can-come/{absence.pk}/")

    assert "You said that you cannot come" not in words(mine.get(page_of(cohort)))


def test_cannot_come_keeps_a_sentence_that_is_too_long(mine, cohort):
    make_hour(cohort, days=3)
    day = cohort.today() + datetime.timedelta(days=3)

    answer = mine.post(f"{page_of(cohort)}cannot-come/{day}/", {"words": "long " * 80})

    assert (answer.status_code, "There is room for 300 characters" in words(answer), "long long" in words(answer)) == (422, True, True)


@pytest.mark.parametrize("day", ["2001-01-01", "thursday", "2027-02-29", "99999-01-01"])
def test_cannot_come_on_a_day_that_is_none_of_the_course_is_not_there(mine, cohort, day):
    assert mine.get(f"{page_of(cohort)}cannot-come/{day}/").status_code == 404


def test_a_correction_is_read_with_its_reason_and_answered_once(mine, cohort, owner, trainer):
    correction = make_correction(cohort, owner, trainer)
    address = f"{page_of(cohort)}corrections/{correction.pk}/answer/"
    before = words(mine.get(page_of(cohort)))

    empty = mine.post(address, {"answer": ""})
    mine.post(address, {"answer": "Thank you for looking"})
    again = mine.post(address, {"answer": "And this"})

    assert ("From 20 to 60 of 60 minutes." in before, "The line dropped" in before) == (True, True)
    assert (empty.status_code, again.status_code, "And this" in words(again)) == (422, 422, True)
    assert "Thank you for looking" in words(mine.get(page_of(cohort)))
