import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.progress import keep_place, mark_done, open_activity
from courses.actions.responses import respond
from courses.models import Membership
from courses.permissions import Place
from lms.permissions import Part
from tests.courses.factories import make_announcement, make_share
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting
from tests.live.factories import make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def module(cohort):
    module = make_module(programme=cohort.programme, title="Reflecting", short="Reflecting")
    make_block(cohort=cohort, module=module, opens_in=-15)
    return module


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return lambda: client.get("/").content.decode()


def test_today_carries_on_at_the_heading_where_one_stopped(owner, cohort, module, page):
    activity = make_activity(module=module, title="Inner and outer talk", html='<h2 id="unsaid">What is unsaid</h2><p>Text</p>')
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)
    keep_place(actor=owner, cohort=cohort, activity=activity, anchor="unsaid")

    html = page()

    assert f'href="{reverse("activity", args=[cohort.slug, module.slug, activity.slug])}#unsaid"' in html
    assert "you stopped at “What is unsaid”" in html


def test_today_offers_the_next_activity_once_that_one_is_done(owner, cohort, module, page):
    first, second = make_activity(module=module, title="First"), make_activity(module=module, title="Second")
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=first)
    mark_done(actor=owner, cohort=cohort, activity=first)

    html = page()

    assert f'href="{reverse("activity", args=[cohort.slug, module.slug, second.slug])}"' in html
    assert "Next on the path" in html


def test_today_says_so_when_everything_open_is_done(owner, cohort, module, page):
    mark_done(actor=owner, cohort=cohort, activity=make_activity(module=module))

    assert "Everything that is open is done." in page()


def test_today_names_the_week_of_the_block(module, page):
    assert "It is week 3 of Reflecting." in page()


@pytest.mark.parametrize(("opened_ago", "names_the_week"), [(42, True), (70, False)])
def test_today_counts_no_weeks_once_the_year_is_over(owner, client, opened_ago, names_the_week):
    cohort = make_cohort(members=[owner])
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, title="Carrying it on"), opens_in=-opened_ago)
    client.force_login(owner)

    html = client.get("/").content.decode()

    assert ("of Carrying it on." in html) is names_the_week


def test_today_shows_the_next_sitting_in_own_and_uk_time(owner, cohort, module, page):
    owner.time_zone = "Europe/Tallinn"
    owner.save()
    day = (timezone.now() + datetime.timedelta(days=400)).replace(month=1, day=14, hour=10, minute=0)
    sitting = make_sitting(block=cohort.blocks.get(), title="Reflecting rules", starts_at=day, ends_at=day + datetime.timedelta(hours=1))
    make_seminar(cohort=cohort, sitting=sitting, title=sitting.title, starts_at=sitting.starts_at, ends_at=sitting.ends_at)

    html = " ".join(page().split())

    assert "Reflecting rules" in html
    assert "12:00–13:00" in html
    assert "your time (Tallinn)" in html
    assert "10:00–11:00 UK" in html


def test_today_offers_to_join_a_quarter_of_an_hour_before(cohort, page):
    make_seminar(cohort=cohort, title="Soon", starts_at=timezone.now() + datetime.timedelta(minutes=14))
    assert "Live now" in page()


def test_today_shows_what_to_know_before_while_it_is_early(cohort, page):
    starts = timezone.now() + datetime.timedelta(minutes=16)
    make_seminar(cohort=cohort, title="Later", starts_at=starts, ends_at=starts + datetime.timedelta(hours=1))
    html = page()
    assert ("Live now" in html, "Before you join" in html) == (False, True)


def test_today_leads_with_the_cohort_used_last(owner, cohort, client):
    later = make_cohort(title="Used last")
    make_membership(cohort=later, person=owner, last_used_at=timezone.now())
    client.force_login(owner)

    assert client.get("/").context["cohort"] == later


def test_today_of_somebody_without_a_cohort_welcomes_them(client, outsider):
    client.force_login(outsider)

    assert "Your journal is yours and stays open to you." in client.get("/").content.decode()


def test_today_of_an_interpreter_shows_no_course_and_no_forum(client, cohort, module):
    make_activity(module=module, title="Not for interpreters")
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    client.force_login(interpreter)

    main = client.get("/").content.decode().partition('id="main"')[2]

    assert [word in main for word in ("Not for interpreters", "Waiting for you", 'class="stones"')] == [False, False, False]


def test_today_costs_the_same_with_a_hundred_cohorts_behind_it(client, owner, cohort, module, settings, django_assert_max_num_queries):
    settings.STAFF_NEEDS_SECOND_FACTOR = True  # as on a server
    make_activity(module=module)
    sitting = make_sitting(block=cohort.blocks.get(), activities=[make_activity(module=module)])
    make_seminar(cohort=cohort, sitting=sitting)
    Membership.objects.update(last_used_at=timezone.now())
    client.force_login(owner)
    client.get("/")
    with django_assert_max_num_queries(8) as few:
        client.get("/")
    for _ in range(20):
        make_membership(cohort=make_cohort(), person=owner)

    with django_assert_max_num_queries(8) as many:
        client.get("/")

    assert len(many) == len(few)


def test_cohort_today_makes_it_the_one_used_last(client, owner, cohort):
    earlier = make_cohort(members=[owner])
    client.force_login(owner)

    client.get(reverse("cohort-today", args=[earlier.slug]))

    assert client.get("/").context["cohort"] == earlier


def test_cohorts_lists_all_of_them_and_the_bar_the_first_few(client, owner):
    everywhere = [make_cohort(members=[owner], title=f"Cohort number {number}") for number in range(10)]
    client.force_login(owner)

    html = client.get("/cohorts/").content.decode()

    assert [cohort.title for cohort in everywhere if f">{cohort.title}</a>" not in html] == []
    assert len(client.get("/").context["frame"].cohorts) == 8


def test_a_cohort_beyond_the_first_few_is_still_reached(client, owner):
    first = make_cohort(members=[owner])
    for _ in range(10):
        make_membership(cohort=make_cohort(), person=owner, last_used_at=timezone.now())
    client.force_login(owner)

    assert client.get(reverse("courses:course", args=[first.slug])).status_code == 200


def test_today_shows_a_response_to_a_shared_entry_without_its_words(owner, teammate, page):
    share = make_share(author=owner, reader=teammate)
    respond(actor=teammate, share=share, html="<p>RESPONSE-CANARY</p>", quoted="", client_id=uuid.uuid4())

    html = page()

    assert ("A response in the margin" in html, teammate.display_name in html, "RESPONSE-CANARY" in html) == (True, True, False)
    assert reverse("courses:entry", args=[share.entry_id]) in html


def test_today_shows_the_newest_three_announcements_and_how_many_more_wait(owner, cohort, page):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    for number in range(5):
        make_announcement(cohort, author=trainer, title=f"Announcement {number}")

    html = page()

    assert [f">Announcement {number}</a>" in html for number in range(5)] == [False, False, True, True, True]
    assert "2 more announcements that you have not read" in html
