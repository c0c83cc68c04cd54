import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import MakeUp, Progress
from forums.actions.forums import open_forums
from forums.models import Post
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


def test_overview_says_where_nobody_has_written(client, cohort, page):
    make_membership(cohort=cohort)

    html = client.get(page).content.decode()

    assert ("Nobody has written there in these weeks." in html, '<svg class="voices' in html) == (True, False)


def test_overview_table_is_the_same_as_a_file_without_formulas(client, cohort, page):
    make_membership(cohort=cohort, person=make_user(display_name="=1+1"))
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))

    response = client.get(reverse("overview-table", args=[cohort.slug, "trainees"]))

    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))
    assert rows == [["Name", "Arriving", "Minutes there", "Minutes noted"], ["'=1+1", "Not started", "0", "0"]]


def test_overview_shows_the_voices_of_those_who_meet_the_forum(client, owner, cohort, page):
    for part, name in ((Part.TRAINEE, "Ana"), (Part.INTERPRETER, "Ivo"), (Part.GUEST_TRAINER, "Gro"), (Part.AFTERCARE, "Aino")):
        make_membership(cohort=cohort, person=make_user(display_name=name), part=part)
    make_membership(cohort=cohort, person=make_user(display_name="Gone", is_active=False))
    open_forums(cohort=cohort)
    begin_thread(cohort=cohort, author=owner)

    here, there = client.get(page), client.get(reverse("forums:voices", args=[cohort.slug]))

    assert here.context["parts"].voices == there.context["voices"]
    assert [face.name for face in here.context["parts"].voices.faces] == ["Aino", "Ana", "Owner"]
    assert '<svg class="voices"' in here.content.decode()


def test_overview_in_words_has_every_part_as_a_table(client, cohort, page):
    ana = make_membership(cohort=cohort, person=make_user(display_name="Ana"), signed_version=0).person
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))
    type(cohort).objects.filter(pk=cohort.pk).update(agreement_version=1)
    begin_thread(cohort=cohort, author=ana, title="Whose voice?")
    start = timezone.now() + datetime.timedelta(days=1)
    make_seminar(cohort=cohort, title="Tomorrow’s", starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    MakeUp.objects.create(cohort=cohort, person=ana, block=block, day=cohort.today())

    html = client.get(page, {"as": "words"}).content.decode()

    assert (html.count("<table"), '<svg class="voices' in html) == (6, False)
    assert [word in html for word in ("Whose voice?", "Tomorrow’s", "Has not signed", "Ana</a>", "Has answered")] == [True] * 5


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ("waiting", [["Thread", "Who waits", "Since"], ["Whose voice?", "Ana", "Mon 5 April 2027, 12:00"]]),
        ("ahead", [["What", "From", "Until"], ["Tomorrow’s", "Tue 6 April 2027, 12:00", "Tue 6 April 2027, 13:00"]]),
        ("agreement", [["Has not signed", "Part"], ["Ana", "Trainee"], ["Owner", "Trainer"]]),
        ("make-ups", [["Name", "Block", "Day", "How far"], ["Ana", "Arriving", "Thu 1 April 2027", "Open"]]),
    ],
)
def test_overview_table_gives_each_part_as_a_file(client, owner, cohort, page, sheet, rows, monkeypatch):
    now = datetime.datetime(2027, 4, 5, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    type(owner).objects.filter(pk=owner.pk).update(time_zone="UTC")
    client.force_login(owner)
    ana = make_membership(cohort=cohort, person=make_user(display_name="Ana"), signed_version=0).person
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))
    type(cohort).objects.filter(pk=cohort.pk).update(agreement_version=1)
    begin_thread(cohort=cohort, author=ana, title="Whose voice?")
    Post.objects.update(posted_at=now)
    start = now + datetime.timedelta(days=1)
    make_seminar(cohort=cohort, title="Tomorrow’s", starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    MakeUp.objects.create(cohort=cohort, person=ana, block=block, day=datetime.date(2027, 4, 1))

    response = client.get(reverse("overview-table", args=[cohort.slug, sheet]))

    assert list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff")))) == rows


def test_overview_table_knows_no_other_part(client, cohort, page):
    assert client.get(reverse("overview-table", args=[cohort.slug, "journals"])).status_code == 404


def test_overview_names_who_has_not_signed(client, cohort, page):
    make_membership(cohort=cohort, person=make_user(display_name="Ana"), signed_version=2)
    make_membership(cohort=cohort, person=make_user(display_name="Bo"), signed_version=1)
    nobody = client.get(page).context["parts"].unsigned
    type(cohort).objects.filter(pk=cohort.pk).update(agreement_version=2)

    unsigned = client.get(page).context["parts"].unsigned

    assert (nobody, [one.person.display_name for one in unsigned]) == ([], ["Bo", "Owner"])


def test_overview_of_sixty_by_sixty_takes_few_queries(client, owner, django_assert_num_queries):
    crowd = a_crowded_year(owner)
    type(crowd).objects.filter(pk=crowd.pk).update(agreement_version=1)
    client.force_login(owner)
    page = reverse("overview", args=[crowd.slug])
    client.get(page)

    with django_assert_num_queries(12):
        client.get(page)
