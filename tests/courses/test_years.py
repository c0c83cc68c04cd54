import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.years import year_changed
from courses.models import Activity, Block, Cohort, Handout, Module
from courses.years import Year, year_of
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def module(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return module


@pytest.fixture
def activity(module):
    return make_activity(module=module, before={"asked": "A listening ear"})


def now(cohort) -> Year:
    """As the next request meets it."""
    return year_of(Cohort.objects.get(pk=cohort.pk))


def test_year_of_asks_nothing_the_second_time(cohort, activity, django_assert_num_queries):
    cohort.refresh_from_db()
    first = year_of(cohort)

    with django_assert_num_queries(0):
        assert year_of(cohort) is first
        assert [(one.title, one.module.title, one.kind) for one in first.activities] == [("Activity 1", "Module 1", "Reading")]


def test_year_of_holds_what_the_folder_and_the_plan_hold(cohort, module, activity):
    second = make_activity(module=module)
    make_activity(module=module, retired_at=timezone.now())
    make_activity()  # of another programme
    sitting = make_sitting(block=cohort.blocks.get(), activities=[second, activity])
    handout = Handout.objects.create(activity=activity, slug="sheet", position=1, title="A sheet", html="<p>Words</p>")

    year = now(cohort)

    assert year.activities == [activity, second]
    assert year.sittings == {sitting.pk: [activity, second]}
    assert year.handouts == {activity.pk: [handout]}
    assert year.urls[activity.pk] == reverse("activity", args=[cohort.slug, module.slug, activity.slug])
    assert (year.programme, year.blocks) == (cohort.programme, [cohort.blocks.get()])


def save(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "programme": lambda cohort, activity: save(cohort.programme, title="Another"),
    "module": lambda cohort, activity: save(activity.module, title="Another"),
    "new module": lambda cohort, activity: make_module(programme=cohort.programme),
    "activity": lambda cohort, activity: save(activity, title="Another"),
    "new activity": lambda cohort, activity: make_activity(module=activity.module),
    "activity gone": lambda cohort, activity: activity.delete(),
    "block": lambda cohort, activity: save(cohort.blocks.get(), ends_on=cohort.today() + datetime.timedelta(days=90)),
    "new block": lambda cohort, activity: make_block(cohort=cohort),
    "block gone": lambda cohort, activity: cohort.blocks.get().delete(),
    "new sitting": lambda cohort, activity: make_sitting(block=cohort.blocks.get()),
    "done in a sitting": lambda cohort, activity: cohort.blocks.get().sittings.get().activities.clear(),
    "sittings of an activity": lambda cohort, activity: activity.sittings.clear(),
    "handout": lambda cohort, activity: save(activity.handouts.get(), title="Another"),
    "handout gone": lambda cohort, activity: activity.handouts.get().delete(),
    "changed in bulk": lambda cohort, activity: year_changed(Cohort.objects.filter(pk=cohort.pk)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_year_of_is_read_again_after_a_change_and_that_of_others_is_not(cohort, activity, change):
    make_sitting(block=cohort.blocks.get(), activities=[activity])
    Handout.objects.create(activity=activity, slug="sheet", position=1, title="A sheet", html="<p>Words</p>")
    other = make_cohort()
    before, others = now(cohort), now(other)

    change(cohort, activity)

    assert (now(cohort) is before, now(other) is others) == (False, True)


def test_year_of_follows_the_address_of_the_cohort(cohort, activity):
    now(cohort)
    Cohort.objects.filter(pk=cohort.pk).update(slug="moved")
    assert now(cohort).urls[activity.pk].startswith("/c/moved/")


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, owner, cohort):
    client.force_login(owner)
    return lambda: client.get(reverse("courses:course", args=[cohort.slug])).content.decode()


def test_course_page_shows_a_new_title_a_new_activity_and_a_new_block(page, cohort, module, activity):
    page()
    save(Module.objects.get(pk=module.pk), title="Listening, again")
    make_activity(module=module, title="A new question")
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, title="A new block"))

    html = page()

    assert [words in html for words in ("Listening, again", "A new question", "A new block")] == [True, True, True]


def test_course_page_shows_no_more_what_was_retired(page, activity):
    assert activity.title in page()
    save(Activity.objects.get(pk=activity.pk), retired_at=timezone.now())
    assert activity.title not in page()


def test_course_page_and_today_show_a_new_date(page, client, cohort, module):
    page()
    client.get("/")
    later = cohort.today() + datetime.timedelta(days=20)
    save(Block.objects.get(module=module), opens_on=later, starts_on=later, ends_on=later)

    assert f"opens on {later.day} {later:%B}" in page()
    assert f"opens on {later.day} {later:%B}" in client.get("/").content.decode()


def test_course_page_of_somebody_who_is_further_shows_nothing_of_it_to_others(page, client, teammate, owner, cohort, activity):
    client.force_login(teammate)
    make_membership(cohort=cohort, person=teammate)
    client.post(reverse("activity-done", args=[cohort.slug, activity.module.slug, activity.slug]), {"done": "yes"})
    theirs = page()
    client.force_login(owner)
    assert ("marked by you" in theirs, "marked by you" in page()) == (True, False)
