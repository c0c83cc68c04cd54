"""The page of making up for a day."""

import pytest
from django.test import Client

from courses.models import MakeUp
from lms.permissions import Part
from tests.courses.factories import make_make_up
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/crisis/")
    return client


def address(make_up: MakeUp, act: str = "") -> str:
    return f"/c/{make_up.cohort.slug}/make-ups/{make_up.pk}/{act}"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_make_up_is_walked_by_two_people_from_open_to_decided(cohort, owner, trainer):
    made = make_make_up(cohort, owner)
    mine, theirs = client_of(owner), client_of(trainer)

    mine.post(address(made, "propose/"), {"read": "The handout", "meet": "A talk", "wording": "0"})
    theirs.post(address(made, "agree/"), {"wording": "1"})
    mine.post(address(made, "did-read/"), {"words": "Twice"})
    mine.post(address(made, "did-meet/"), {"words": "We talked"})
    theirs.post(address(made, "did-meet/"), {"words": "We did"})
    done = words(theirs.get(address(made)))
    theirs.post(address(made, "decide/"), {"made_up": "yes", "sentence": "Welcome back"})

    assert all(said in done for said in ("The handout", "Twice", "We talked", "We did"))
    page = words(mine.get(address(made)))
    assert ("This day counts as made up" in page, "Welcome back" in page) == (True, True)
    assert "Made up" in words(mine.get(f"/c/{cohort.slug}/hours/"))


@pytest.mark.parametrize(
    ("act", "sent", "sentence"),
    [
        ("propose/", {"wording": "0", "read": " "}, "at least one of the three"),
        ("propose/", {"wording": "7", "read": "Something typed"}, "in other words meanwhile"),
        ("decide/", {"made_up": "yes", "sentence": ""}, "Please write a sentence"),
        ("decide/", {"made_up": "yes", "sentence": "Something typed"}, "First the two of you agree"),
        ("did-meet/", {"words": "Something typed"}, "First the two of you agree"),
    ],
)
def test_make_up_act_refuses_with_a_sentence(cohort, owner, trainer, act, sent, sentence):
    made = make_make_up(cohort, owner)

    answer = client_of(trainer).post(address(made, act), sent)

    assert (answer.status_code, MakeUp.objects.get().wording, MakeUp.objects.get().decided_at) == (422, 0, None)
    if act == "propose/":
        assert (sentence in words(answer), sent["read"].strip() in words(answer)) == (True, True)


def test_make_up_act_that_is_none_is_not_there(cohort, owner):
    assert client_of(owner).post(address(make_make_up(cohort, owner), "undo/")).status_code == 404


def test_make_up_of_another_cohort_is_not_there(cohort, owner, outsider):
    made = make_make_up(cohort, owner)
    elsewhere = make_cohort()
    trains = make_membership(cohort=elsewhere, part=Part.TRAINER, person=outsider).person

    answers = [client_of(trains).get(address(made)), client_of(owner).get(f"/c/{elsewhere.slug}/make-ups/{made.pk}/")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_make_up_asks_few_questions(cohort, owner, trainer, django_assert_max_num_queries):
    made = make_make_up(cohort, owner, proposed_by=trainer)
    mine = client_of(owner)

    with django_assert_max_num_queries(10):
        mine.get(address(made))
