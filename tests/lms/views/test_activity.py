import pytest
from django.urls import reverse

from courses.actions.agreements.versions import sign
from courses.actions.progress import mark_done
from courses.models import Activity, Progress, ResumePoint
from forums.actions.forums import open_forums, thread_for_prompt
from lms.permissions import Part, Refused, Verb, may
from tests.courses.factories import make_agreement
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting, make_user
from tests.forums.factories import say

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def module(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return module


def address(cohort, activity, name="activity"):
    return reverse(name, args=[cohort.slug, activity.module.slug, activity.slug])


def test_activity_shows_its_text_and_notes_that_it_was_begun(client, owner, cohort, module):
    activity = make_activity(module=module, html='<h2 id="x">Heading</h2><p>The text.</p>')
    client.force_login(owner)

    html = client.get(address(cohort, activity)).content.decode()

    assert '<h2 id="x">Heading</h2><p>The text.</p>' in html
    assert list(Progress.objects.values_list("person", "activity", "done_at")) == [(owner.pk, activity.pk, None)]


@pytest.fixture
def locked(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module, opens_in=5)
    return make_activity(module=module, html="<p>CONTENT-CANARY</p>", prompt="PROMPT-CANARY", type="journal")


def test_activity_before_its_date_says_when_and_why_without_its_text(client, owner, cohort, locked):
    client.force_login(owner)

    html = client.get(address(cohort, locked)).content.decode()

    assert "This opens on" in html
    assert "so that everybody meets its texts at about the same time" in html
    assert ("CONTENT-CANARY" in html, "PROMPT-CANARY" in html) == (False, False)
    assert (Progress.objects.count(), ResumePoint.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("part", "sees"),
    [(Part.TRAINER, True), (Part.GUEST_TRAINER, True), (Part.COORDINATOR, True), (Part.AFTERCARE, False), (Part.ALUMNUS, False)],
)
def test_activity_is_previewed_by_those_who_prepare_the_course(client, cohort, locked, part, sees):
    client.force_login(make_membership(cohort=cohort, part=part).person)

    assert ("CONTENT-CANARY" in client.get(address(cohort, locked)).content.decode()) is sees


def test_activity_is_marked_done_and_taken_back_by_a_plain_form(client, owner, cohort, module):
    activity = make_activity(module=module)
    client.force_login(owner)

    client.post(address(cohort, activity, "activity-done"), {"done": "yes"})
    assert Progress.objects.get().done_at is not None
    assert "Not done after all" in client.get(address(cohort, activity)).content.decode()

    client.post(address(cohort, activity, "activity-done"), {"done": "no"})
    assert Progress.objects.get().done_at is None


def test_activity_place_is_where_carry_on_returns_to(client, owner, cohort, module):
    activity = make_activity(module=module)
    client.force_login(owner)
    client.get(address(cohort, activity))

    response = client.post(address(cohort, activity, "activity-place"), {"anchor": "part-one"})

    assert (response.status_code, ResumePoint.objects.get().anchor) == (204, "part-one")


def test_activity_place_takes_only_the_form_of_an_id(client, owner, cohort, module):
    activity = make_activity(module=module)
    client.force_login(owner)
    client.get(address(cohort, activity))

    client.post(address(cohort, activity, "activity-place"), {"anchor": '"><script>' + "x" * 200})

    assert ResumePoint.objects.get().anchor == "script" + "x" * 74


def test_activity_links_to_the_one_before_and_after_across_modules(client, owner, cohort, module):
    first = make_activity(module=module, title="First")
    later = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=later)
    second = make_activity(module=later, title="Second")
    client.force_login(owner)

    before, after = client.get(address(cohort, first)), client.get(address(cohort, second))

    assert (before.context["previous"], before.context["next"].activity) == (None, second)
    assert (after.context["previous"].activity, after.context["next"]) == (first, None)


def test_forum_activity_shows_its_thread_in_place(client, owner, cohort, module):
    activity = make_activity(module=module, type=Activity.Type.FORUM, prompt="What makes it bearable?", thread_title="Not knowing")
    open_forums(cohort=cohort)
    client.force_login(owner)

    html = client.get(address(cohort, activity)).content.decode()

    assert "Not knowing" in html
    assert 'name="body"' in html


def test_forum_activity_that_is_written_before_it_is_read_shows_its_question_and_the_composer(client, owner, cohort, module):
    activity = make_activity(module=module, type=Activity.Type.FORUM, prompt="What helps?", thread_title="What helps", write_first=True)
    thread = thread_for_prompt(cohort=cohort, activity=activity)
    other = make_membership(cohort=cohort).person
    said = say(thread, other, "What the other heard")
    client.force_login(owner)

    before = client.get(address(cohort, activity)).content.decode()
    say(thread, owner)
    after = client.get(address(cohort, activity)).content.decode()

    assert '<p class="prompt-words">What helps?</p>' in before
    assert ["Here you write before you read." in page for page in (before, after)] == [True, False]
    assert [f'id="post-{said.pk}"' in page for page in (before, after)] == [False, True]
    assert ['id="composer"' in page for page in (before, after)] == [True, True]
    assert "What the other heard" not in before


def test_live_activity_shows_its_sittings_in_this_cohort_only(client, owner, cohort, module):
    activity = make_activity(module=module, type=Activity.Type.LIVE)
    mine = make_sitting(block=cohort.blocks.get(), activities=[activity])
    other = make_cohort(programme=cohort.programme)
    make_sitting(block=make_block(cohort=other, module=module), activities=[activity])
    client.force_login(owner)

    assert client.get(address(cohort, activity)).context["sittings"] == [mine]


@pytest.mark.parametrize("type_", Activity.Type.values)
def test_activity_page_asks_as_much_however_long_the_course_is(
    client, owner, cohort, module, type_, settings, django_assert_max_num_queries
):
    settings.STAFF_NEEDS_SECOND_FACTOR = True  # as on a server
    most = 12 if type_ == Activity.Type.FORUM else 7
    activity = make_activity(module=module, type=type_, prompt="What?", thread_title="What?", form="triad" if type_ == "exercise" else "")
    make_sitting(block=cohort.blocks.get(), activities=[activity])
    open_forums(cohort=cohort)
    client.force_login(owner)
    client.get(address(cohort, activity))

    with django_assert_max_num_queries(most) as few:
        client.get(address(cohort, activity))
    for _ in range(30):
        make_activity(module=module)
    client.get(address(cohort, activity))

    with django_assert_max_num_queries(most) as many:
        client.get(address(cohort, activity))
    assert len(many) == len(few)


# --- what is experiential


@pytest.fixture
def exercise(module):
    card = dict.fromkeys(["asked", "personal", "size", "watching", "opt_out"], "x")
    return make_activity(module=module, type="exercise", form="triad", experiential=True, html="<p>EXERCISE-TEXT</p>", before=card)


def shows(client, person, cohort, exercise):
    """What the exercise's page shows somebody: its text, why it is closed."""
    client.force_login(person)
    html = client.get(address(cohort, exercise)).content.decode().partition('id="main"')[2]
    return ("EXERCISE-TEXT" in html, reverse("courses:agreement", args=[cohort.slug]) in html)


OPEN, CLOSED = (True, False), (False, True)


def test_activity_that_is_experiential_opens_by_signing_and_closes_with_another_version(client, owner, cohort, exercise):
    seen = [shows(client, owner, cohort, exercise)]
    make_agreement(cohort)
    seen.append(shows(client, owner, cohort, exercise))
    sign(actor=owner, cohort=cohort, number=1, name="Owner")
    seen.append(shows(client, owner, cohort, exercise))
    make_agreement(cohort)
    seen.append(shows(client, owner, cohort, exercise))

    assert seen == [CLOSED, CLOSED, OPEN, CLOSED]


@pytest.mark.parametrize("part", [part for part in Part if may(part, Verb.SEE_COURSE)])
def test_activity_that_is_experiential_is_read_before_a_first_version_by_who_prepares_it(client, cohort, exercise, part):
    person = make_membership(cohort=cohort, part=part).person
    before = shows(client, person, cohort, exercise)
    make_agreement(cohort)

    assert before == (OPEN if may(part, Verb.PREVIEW_COURSE) else CLOSED)
    assert shows(client, person, cohort, exercise) == CLOSED


def test_activity_that_is_experiential_opens_for_who_coordinates_without_a_place_once_they_signed(client, cohort, exercise):
    coordinator = make_user(coordinates=True)
    make_agreement(cohort)
    before = shows(client, coordinator, cohort, exercise)
    sign(actor=coordinator, cohort=cohort, number=1, name="C")

    assert (before, shows(client, coordinator, cohort, exercise)) == (CLOSED, OPEN)


def test_nothing_else_of_an_experiential_activity_is_open_unsigned(client, owner, cohort, exercise):
    exercise.handouts.create(slug="page", position=1, title="Page", html="<p>HANDOUT</p>")
    make_agreement(cohort)
    client.force_login(owner)
    where = [cohort.slug, exercise.module.slug, exercise.slug]
    reads = [reverse("courses:handout", args=[*where, "page"]), f"{reverse('courses:entry-new')}?activity={exercise.pk}"]

    closed = [client.get(address).status_code for address in reads]
    with pytest.raises(Refused, match="signed the agreement"):
        mark_done(actor=owner, cohort=cohort, activity=exercise)
    sign(actor=owner, cohort=cohort, number=1, name="Owner")

    assert (closed, [client.get(address).status_code for address in reads]) == ([404, 404], [200, 200])
    assert mark_done(actor=owner, cohort=cohort, activity=exercise).done_at


def test_activity_that_is_not_experiential_asks_for_no_signature(client, owner, cohort, module):
    ordinary = make_activity(module=module, html="<p>EXERCISE-TEXT</p>")
    make_agreement(cohort)

    assert shows(client, owner, cohort, ordinary) == OPEN
