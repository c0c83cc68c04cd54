"""The prompt that a new page answers. Headings are tests.courses.test_scaffolds' business, words test_kept_words'."""

import pytest
from django.test import Client

from lms.permissions import Part
from tests.courses.views.test_entries import NEW, prompted
from tests.factories import make_cohort

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.mark.parametrize(
    ("part", "opens_in", "status"),
    [(Part.TRAINEE, -1, 200), (Part.TRAINEE, 1, 404), (Part.TRAINER, 1, 200), (Part.INTERPRETER, -1, 404), (None, -1, 404)],
)
def test_prompt_is_there_for_those_for_whom_it_is_open(mine, owner, part, opens_in, status):
    _cohort, activity = prompted(owner, part=part, opens_in=opens_in)

    assert mine.get(NEW, {"activity": activity.pk}).status_code == status
    assert mine.post(f"{NEW}?activity={activity.pk}", {"body": "x"}).status_code == {200: 302, 404: 404}[status]


@pytest.mark.parametrize("query", [{"activity": "x"}, {"activity": 10**9}, {"activity": 2**70}, {"activity": -1}])
def test_prompt_of_no_activity_is_not_there(mine, query):
    assert mine.get(NEW, query).status_code == 404


def test_prompt_in_another_cohort_is_not_there(mine, owner):
    _cohort, activity = prompted(owner)

    assert mine.get(NEW, {"activity": activity.pk, "cohort": make_cohort().slug}).status_code == 404
