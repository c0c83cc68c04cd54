from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.actions.programmes import load_programme
from courses.course_files import read_course
from courses.models import Cohort, Membership, PlanChange
from forums.models import Post
from lms.demo import load_demo
from lms.permissions import Refused
from lms.users.models import User

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FOUNDATION = Path(__file__).resolve().parents[2] / "courses/content/foundation"


@pytest.fixture
def course(settings):
    settings.EMBEDDED = True
    load_programme(course=read_course(FOUNDATION))


def test_load_demo_makes_a_cohort_in_its_fourth_month(course):
    load_demo()

    cohort = Cohort.objects.get(slug="demo-cohort")
    days_in = (cohort.today() - cohort.starts_on).days
    assert 91 <= days_in <= 122
    parts = {membership.person.email: membership.part for membership in Membership.objects.filter(cohort=cohort).select_related("person")}
    assert {
        email: parts.get(email)
        for email in (
            "trainee@example.org",
            "trainee2@example.org",
            "trainer@example.org",
            "coordinator@example.org",
            "interpreter@example.org",
            "outsider@example.org",
        )
    } == {
        "trainee@example.org": "trainee",
        "trainee2@example.org": "trainee",
        "trainer@example.org": "trainer",
        "coordinator@example.org": "coordinator",
        "interpreter@example.org": "interpreter",
        "outsider@example.org": None,
    }
    assert User.objects.get(email="trainee@example.org").check_password("open-dialogue")


def test_load_demo_shows_a_moved_date_and_an_organisation(course):
    load_demo()

    change = PlanChange.objects.get(cohort__slug="demo-cohort")
    other = Cohort.objects.get(slug="other-demo-cohort")
    assert ([row.kind for row in change.dates.all()], change.actor.email) == (["sitting"], "coordinator@example.org")
    assert (other.in_house, other.organisation) == (True, "A demo organisation")


def test_load_demo_twice_keeps_what_people_wrote(course):
    load_demo()
    Post.objects.update(html="<p>Changed</p>")
    before = (User.objects.count(), Post.objects.count())

    assert load_demo() is False
    assert (User.objects.count(), Post.objects.count()) == before
    assert set(Post.objects.values_list("html", flat=True)) == {"<p>Changed</p>"}


def test_load_demo_refuses_on_a_server():
    with pytest.raises(Refused):
        load_demo()
    with pytest.raises(CommandError, match="embedded"):
        call_command("load_demo")
    assert User.objects.count() == 0
