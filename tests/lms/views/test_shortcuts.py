import pytest
from django.utils import timezone

from lms.permissions import Part
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.mark.parametrize(
    ("short", "end"), [("/course/", "course/"), ("/forum/", "forum/"), ("/forum/new/", "forum/new/"), ("/live/", "live/")]
)
def test_shortcuts_lead_to_the_cohort_used_last(client, owner, short, end):
    make_membership(cohort=make_cohort(slug="earlier"), person=owner)
    make_membership(cohort=make_cohort(slug="last"), person=owner, last_used_at=timezone.now())
    client.force_login(owner)

    assert client.get(short).headers["Location"] == f"/c/last/{end}"


def test_shortcuts_pass_over_cohorts_where_the_part_has_no_such_page(client, owner):
    make_membership(cohort=make_cohort(slug="listening"), person=owner, part=Part.INTERPRETER, last_used_at=timezone.now())
    make_membership(cohort=make_cohort(slug="learning"), person=owner)
    client.force_login(owner)

    assert client.get("/course/").headers["Location"] == "/c/learning/course/"


def test_shortcuts_of_somebody_without_a_cohort_welcome_them(client, outsider):
    client.force_login(outsider)

    assert client.get("/course/").status_code == 200
