import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from courses.actions.agreements.versions import sign
from courses.actions.progress import mark_done
from courses.actions.releases import open_or_close, set_release
from courses.reading.activities import activity_url
from courses.releasing import Wanted
from lms.permissions import Part
from tests.courses.factories import make_agreement, make_peer_group
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


def planned(cohort, opens_in, **overrides):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module, opens_in=opens_in)
    return make_activity(module=module, **overrides)


def test_course_shows_states_in_words(client, owner, cohort):
    done, fresh, locked = planned(cohort, -60), planned(cohort, -5), planned(cohort, 20)
    mark_done(actor=owner, cohort=cohort, activity=done)
    client.force_login(owner)

    path = client.get(reverse("courses:course", args=[cohort.slug])).context["path"]

    assert [(step.state, [row.state for row in step.rows]) for step in path] == [("done", ["done"]), ("now", [""]), ("locked", ["locked"])]
    assert [row.activity for step in path for row in step.rows] == [done, fresh, locked]


def test_course_links_nothing_that_is_locked(client, owner, cohort):
    locked = planned(cohort, 20, title="Later")
    client.force_login(owner)

    html = client.get(reverse("courses:course", args=[cohort.slug])).content.decode()

    assert "Later" in html
    assert reverse("activity", args=[cohort.slug, locked.module.slug, locked.slug]) not in html


def test_course_asks_the_same_questions_however_long_it_is(client, owner, cohort, django_assert_max_num_queries):
    planned(cohort, -5)
    client.force_login(owner)
    address = reverse("courses:course", args=[cohort.slug])
    client.get(address)
    with django_assert_max_num_queries(4) as few:
        client.get(address)
    for _ in range(10):
        planned(cohort, -5)
    client.get(address)

    with django_assert_max_num_queries(4) as many:
        client.get(address)

    assert len(many) == len(few)


@pytest.fixture
def handout(cohort):
    activity = planned(cohort, -5)
    return activity.handouts.create(slug="page", position=1, title="A page", html="<p>Printed</p>")


def handout_address(cohort, handout):
    activity = handout.activity
    return reverse("courses:handout", args=[cohort.slug, activity.module.slug, activity.slug, handout.slug])


def test_handout_is_a_page_that_prints(client, owner, cohort, handout):
    client.force_login(owner)

    assert "<p>Printed</p>" in client.get(handout_address(cohort, handout)).content.decode()


def test_handout_file_is_private_and_never_runs(client, owner, cohort, handout):
    handout.file.save("page.pdf", ContentFile(b"%PDF-1.4"))
    client.force_login(owner)

    response = client.get(handout_address(cohort, handout))

    assert b"".join(response.streaming_content) == b"%PDF-1.4"
    kept = {name: response.headers[name] for name in ("Cache-Control", "Content-Security-Policy", "X-Content-Type-Options")}
    assert kept == {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("interpreter", 404), ("removed", 404), ("trainee", 200)])
def test_handout_is_for_those_who_see_the_course(client, cohort, handout, outsider, who, status):
    person = outsider
    if who != "outsider":
        membership = make_membership(cohort=cohort, part=Part.INTERPRETER if who == "interpreter" else Part.TRAINEE)
        person = membership.person
        if who == "removed":
            membership.ended_at = membership.joined_at
            membership.save()
    client.force_login(person)

    assert client.get(handout_address(cohort, handout)).status_code == status


def test_handout_of_a_block_that_is_not_open_is_not_there_yet(client, owner, cohort):
    handout = planned(cohort, 5).handouts.create(slug="page", position=1, title="A page", html="<p>Printed</p>")
    client.force_login(owner)

    assert client.get(handout_address(cohort, handout)).status_code == 404


def test_course_says_of_what_is_experiential_that_it_opens_by_signing(client, owner, cohort):
    exercise = planned(cohort, -5, experiential=True, title="In threes")
    make_agreement(cohort)
    client.force_login(owner)
    page = reverse("courses:course", args=[cohort.slug])

    closed = " ".join(client.get(page).content.decode().split())
    sign(actor=owner, cohort=cohort, number=1, name="Owner")
    opened = client.get(page).context["path"]

    assert ("Once you have signed the agreement" in closed, activity_url(cohort, exercise) in closed) == (True, True)
    assert [row.state for step in opened for row in step.rows] == [""]


def test_course_says_why_each_activity_is_closed(client, owner, cohort):
    first = planned(cohort, -5, title="First")
    second = make_activity(module=first.module)
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    set_release(actor=trainer, cohort=cohort, activity=second, wanted=Wanted("after", after=first.pk), version=0)
    client.force_login(owner)

    rows = client.get(reverse("courses:course", args=[cohort.slug])).context["path"][0].rows

    assert [(row.state, row.words) for row in rows] == [("", ""), ("locked", "Opens when you have done “First”")]


def test_course_asks_no_more_where_things_open_by_group_or_after_each_other(client, owner, cohort, django_assert_max_num_queries):
    first = planned(cohort, -5)
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    group = make_peer_group(cohort, owner)
    for wanted in (Wanted("after", after=first.pk), Wanted("group", groups={group.pk: None})):
        set_release(actor=trainer, cohort=cohort, activity=make_activity(module=first.module), wanted=wanted, version=0)
    client.force_login(owner)
    pages = [reverse("courses:course", args=[cohort.slug]), reverse("cohort-today", args=[cohort.slug])]
    for page in pages:
        client.get(page)

    with django_assert_max_num_queries(4):
        client.get(pages[0])
    with django_assert_max_num_queries(9):  # as without
        client.get(pages[1])


def test_handout_and_film_of_a_closed_activity_are_not_there(client, owner, cohort, handout):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    open_or_close(actor=trainer, cohort=cohort, activity=handout.activity, opened=False)
    client.force_login(owner)

    assert client.get(handout_address(cohort, handout)).status_code == 404
