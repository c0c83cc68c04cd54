import pytest
from django.urls import reverse

from courses.actions.releases import open_or_close, set_release
from courses.models import Release
from courses.releasing import Wanted
from lms.permissions import Part
from tests.courses.factories import make_peer_group
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def module(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return module


@pytest.fixture
def activity(module):
    return make_activity(module=module, title="A question")


def address(name, activity, cohort):
    return reverse(f"courses:{name}", args=[cohort.slug, activity.module.slug, activity.slug])


def test_releases_says_of_each_activity_how_it_opens(client, trainer, cohort, module, activity):
    second = make_activity(module=module)
    set_release(actor=trainer, cohort=cohort, activity=second, wanted=Wanted("after", after=activity.pk), version=0)
    client.force_login(trainer)

    rows = client.get(reverse("courses:releases", args=[cohort.slug, module.slug])).context["rows"]

    assert [row["words"] for row in rows] == ["With its block", "After “A question”"]


def test_releases_asks_the_same_questions_however_many_there_are(client, trainer, cohort, module, activity, django_assert_max_num_queries):
    for _ in range(20):
        open_or_close(actor=trainer, cohort=cohort, activity=make_activity(module=module), opened=False)
    client.force_login(trainer)
    client.get(reverse("courses:releases", args=[cohort.slug, module.slug]))

    with django_assert_max_num_queries(4):
        client.get(reverse("courses:releases", args=[cohort.slug, module.slug]))


def test_release_keeps_what_was_chosen(client, trainer, cohort, activity):
    group = make_peer_group(cohort)
    client.force_login(trainer)
    day = cohort.today().isoformat()

    client.post(
        address("release", activity, cohort), {"way": "group", f"group_{group.pk}": "on", f"group_{group.pk}_on": day, "version": 0}
    )

    release = Release.objects.get()
    assert (release.way, release.changed_by, release.groups.get().group, release.groups.get().opens_on) == (
        "group",
        trainer,
        group,
        cohort.today(),
    )


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"way": "date"}, "opens_on"),
        ({"way": "after"}, "after"),
        ({"way": "group"}, "way"),
        ({"way": "date", "opens_on": "31 June"}, "opens_on"),
    ],
)
def test_release_keeps_what_was_typed_where_something_is_missing(client, trainer, cohort, activity, sent, field):
    client.force_login(trainer)

    answer = client.post(address("release", activity, cohort), {**sent, "version": 0})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Release.objects.count() == 0


def test_release_shows_what_somebody_else_did_and_takes_it_the_second_time(client, trainer, cohort, activity):
    open_or_close(actor=trainer, cohort=cohort, activity=activity, opened=False)
    other = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    client.force_login(other)

    first = client.post(address("release", activity, cohort), {"way": "date", "opens_on": "2027-05-01", "version": 0})

    html = first.content.decode()
    assert first.status_code == 409
    assert f"{trainer.display_name} changed this on" in html
    assert "Opened by hand: it is closed" in html
    assert 'value="2027-05-01"' in html
    assert Release.objects.get().way == "hand"
    again = client.post(
        address("release", activity, cohort),
        {"way": "date", "opens_on": "2027-05-01", "version": first.context["form"]["version"].value()},
    )
    assert (again.status_code, Release.objects.get().way) == (302, "date")


def test_release_asks_few_questions(client, trainer, cohort, module, activity, django_assert_max_num_queries):
    for _ in range(12):
        make_peer_group(cohort)
        make_activity(module=module)
    client.force_login(trainer)
    client.get(address("release", activity, cohort))

    with django_assert_max_num_queries(8):
        client.get(address("release", activity, cohort))


def test_release_now_closes_and_opens(client, trainer, owner, cohort, activity):
    client.force_login(trainer)
    client.post(address("release-now", activity, cohort), {"opened": "no"})
    client.force_login(owner)
    closed = client.get(reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])).content.decode()
    client.force_login(trainer)
    client.post(address("release-now", activity, cohort), {"opened": "yes"})
    client.force_login(owner)
    opened = client.get(reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])).content.decode()

    assert ("Your trainers open this." in closed, "Your trainers open this." in opened) == (True, False)
    assert ("Part one" in closed, "Part one" in opened) == (False, True)
