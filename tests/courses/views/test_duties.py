import pytest
from django.test import Client
from django.urls import reverse

from courses.models import AftercareDuty, Cohort
from lms.permissions import Part
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def trainer(cohort: Cohort) -> User:
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer <T>")).person


@pytest.fixture
def mine(client: Client, trainer: User) -> Client:
    client.force_login(trainer)
    return client


def address(cohort: Cohort) -> str:
    return reverse("courses:duty", args=[cohort.slug])


def chosen(cohort: Cohort, whom: User, **more: str) -> dict[str, str]:
    day = f"{cohort.today():%Y-%m-%d}"
    return {"person": str(whom.pk), "from_on": day, "until_on": day, **more}


def test_duty_without_anybody_says_where_requests_go(mine: Client, cohort: Cohort) -> None:
    nobody = mine.get(address(cohort)).content.decode()
    make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact Cara"))
    contact = mine.get(address(cohort)).content.decode()

    assert "nobody could open a request" in nobody
    assert "Requests go to the aftercare contacts: Contact Cara." in contact


def test_duty_is_planned_shown_and_ended(mine: Client, cohort: Cohort, trainer: User) -> None:
    planned = mine.post(address(cohort), chosen(cohort, trainer))
    page = mine.get(address(cohort)).content.decode()
    duty = AftercareDuty.objects.get()
    mine.post(reverse("courses:duty-end", args=[cohort.slug, duty.pk]))

    assert (planned.status_code, planned["Location"]) == (302, address(cohort))
    assert "Trainer &lt;T&gt; is on duty." in page
    assert not AftercareDuty.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"person": ""}, "Please choose somebody."),
        ({"from_on": "soon"}, "Please write a day, such as 2027-03-04."),
        ({"until_on": "2001-01-01"}, "The last day is before the first."),
        ({"from_on": "2001-01-01", "until_on": "2001-01-02"}, "These days are over."),
        ({"until_on": "2099-01-01"}, "more than a year"),
    ],
)
def test_duty_refuses_with_a_sentence_and_keeps_what_was_typed(
    mine: Client, cohort: Cohort, trainer: User, wrong: dict[str, str], sentence: str
) -> None:
    answer = mine.post(address(cohort), chosen(cohort, trainer, **wrong))

    page = answer.content.decode()
    assert (answer.status_code, AftercareDuty.objects.count()) == (422, 0)
    assert sentence in page
    assert [value for value in wrong.values() if value and f'value="{value}"' not in page] == []


def test_duty_that_stands_already_is_refused_with_its_days(mine: Client, cohort: Cohort, trainer: User) -> None:
    make_duty(cohort, trainer, 0, 3)

    page = mine.post(address(cohort), chosen(cohort, trainer)).content.decode()

    assert "is on duty already" in page


def test_duty_offers_nobody_of_another_cohort(mine: Client, cohort: Cohort) -> None:
    other = make_membership(cohort=make_cohort(), part=Part.TRAINER).person

    answer = mine.post(address(cohort), chosen(cohort, other))

    assert (answer.status_code, AftercareDuty.objects.count()) == (422, 0)


def test_duty_end_of_another_cohorts_duty_is_not_there(mine: Client, cohort: Cohort, trainer: User) -> None:
    duty = make_duty(make_cohort(), trainer)

    assert mine.post(reverse("courses:duty-end", args=[cohort.slug, duty.pk])).status_code == 404


def test_duty_asks_the_same_however_many_are_planned(mine: Client, cohort: Cohort, trainer: User, django_assert_max_num_queries) -> None:
    for number in range(30):
        make_duty(cohort, trainer, number)
    mine.get(address(cohort))

    with django_assert_max_num_queries(8):
        page = mine.get(address(cohort)).content.decode()

    assert page.count("Take off") == 30
