import pytest
from django.utils import timezone

from courses.signals import cohort_planned, programme_loaded
from forums.actions.forums import open_forums, thread_for_prompt
from forums.models import Forum, Thread
from tests.factories import make_activity, make_cohort
from tests.forums.factories import make_prompt


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.mark.django_db
def test_open_forums_twice_is_one_forum_with_a_thread_for_each_question(cohort):
    question, retired = make_prompt(cohort=cohort), make_prompt(cohort=cohort)
    retired.retired_at = timezone.now()
    retired.save()
    make_activity(module=question.module)  # a text: no thread
    make_prompt(cohort=make_cohort())  # another programme's

    forums = {open_forums(cohort=cohort) for _ in range(2)}

    assert forums == set(Forum.objects.filter(cohort=cohort, kind=Forum.Kind.COHORT))
    assert sorted(Forum.objects.values_list("kind", flat=True)) == ["cohort", "commons", "trainers"]
    assert list(Thread.objects.values_list("activity", "title", "author", "waiting_since")) == [(question.pk, "What we heard", None, None)]


@pytest.mark.django_db
def test_open_forums_happens_when_a_cohort_is_planned(cohort):
    question = make_prompt(cohort=cohort)

    cohort_planned.send(type(cohort), cohort=cohort)

    assert list(Thread.objects.values_list("forum__cohort", "activity")) == [(cohort.pk, question.pk)]


@pytest.mark.django_db
def test_open_forums_happens_when_the_course_is_loaded_anew(cohort):
    question = make_prompt(cohort=cohort)
    make_prompt(cohort=make_cohort())

    programme_loaded.send(type(cohort.programme), programme=cohort.programme)

    assert list(Thread.objects.values_list("forum__cohort", "activity")) == [(cohort.pk, question.pk)]


@pytest.mark.django_db
def test_thread_for_prompt_makes_what_came_later_and_only_once(cohort):
    open_forums(cohort=cohort)
    late = make_prompt(cohort=cohort)

    threads = {thread_for_prompt(cohort=cohort, activity=late) for _ in range(2)}

    assert threads == set(Thread.objects.all())
