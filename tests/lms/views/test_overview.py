import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Progress
from lms.permissions import Part
from tests.benchmarks.data import a_crowded_year
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_user
from tests.forums.factories import begin_thread
from tests.live.factories import make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.TRAINER)
    return cohort


@pytest.fixture
def page(client, owner, cohort):
    client.force_login(owner)
    return reverse("overview", args=[cohort.slug])


def test_overview_says_in_words_what_it_draws(client, cohort, page):
    person = make_membership(cohort=cohort, person=make_user(display_name="Ana")).person
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))
    Progress.objects.create(person=person, cohort=cohort, activity=make_activity(module=block.module), done_at=timezone.now(), how="entry")

    drawn, said = client.get(page).content.decode(), client.get(page, {"as": "words"}).content.decode()

    assert '<span class="unseen">Done, journal kept</span>' in drawn
    assert '<td role="cell">Done, journal kept</td>' in said


def test_overview_names_who_waits_for_an_answer_and_since_when(client, cohort, page):
    person = make_membership(cohort=cohort, person=make_user(display_name="Ana")).person
    begin_thread(cohort=cohort, author=person, title="Whose voice?", html="<p>Words</p>")

    html = client.get(page).content.decode()

    assert ("Whose voice?" in html, "Ana," in html, "since" in html) == (True, True, True)


def test_overview_shows_the_week_ahead(client, cohort, page):
    now = timezone.now()
    for days, title in ((1, "Tomorrow’s"), (6, "Within a week"), (8, "Later")):
        start = now + datetime.timedelta(days=days)
        make_seminar(cohort=cohort, title=title, starts_at=start, ends_at=start + datetime.timedelta(hours=1))

    html = client.get(page).content.decode()

    assert [title in html for title in ("Tomorrow’s", "Within a week", "Later")] == [True, True, False]


def test_overview_invites_where_nobody_is_yet(client, page):
    assert "No trainees yet" in client.get(page).content.decode()


def test_overview_table_is_the_same_as_a_file_without_formulas(client, cohort, page):
    make_membership(cohort=cohort, person=make_user(display_name="=1+1"))
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))

    response = client.get(reverse("overview-table", args=[cohort.slug]))

    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))
    assert rows == [["Name", "Arriving", "Minutes there", "Minutes noted"], ["'=1+1", "Not started", "0", "0"]]


def test_overview_names_who_has_not_signed(client, cohort, page):
    make_membership(cohort=cohort, person=make_user(display_name="Ana"), signed_version=2)
    make_membership(cohort=cohort, person=make_user(display_name="Bo"), signed_version=1)
    nobody = client.get(page).context["unsigned"]
    type(cohort).objects.filter(pk=cohort.pk).update(agreement_version=2)

    unsigned = client.get(page).context["unsigned"]

    assert (nobody, [one.person.display_name for one in unsigned]) == ([], ["Bo", "Owner"])


def test_overview_of_sixty_by_sixty_takes_few_queries(client, owner, django_assert_num_queries):
    crowd = a_crowded_year(owner)
    type(crowd).objects.filter(pk=crowd.pk).update(agreement_version=1)
    client.force_login(owner)
    page = reverse("overview", args=[crowd.slug])
    client.get(page)

    with django_assert_num_queries(11):
        client.get(page)
