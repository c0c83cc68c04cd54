import pytest
from django.utils import timezone

from forums.actions.reacting import react, take_back_reaction
from forums.models import Post, Reaction, Thread
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db
HEARD, MOVED = Reaction.Kind.HEARD, Reaction.Kind.MOVED


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def post(cohort, owner):
    return begin_thread(cohort=cohort, author=owner).posts.get()


def kinds(post):
    return list(post.reactions.values_list("person__display_name", "kind"))


def test_react_and_take_back_are_the_same_twice(post, teammate):
    for kind in (HEARD, HEARD, MOVED):
        react(actor=teammate, post=post, kind=kind)
    said = kinds(post)
    for _ in range(2):
        take_back_reaction(actor=teammate, post=post, kind=HEARD)

    assert (said, kinds(post)) == ([("Teammate", "heard"), ("Teammate", "moved")], [("Teammate", "moved")])


def test_react_does_not_answer_an_opening(post, teammate):
    react(actor=teammate, post=post, kind=HEARD)

    assert Post.objects.get().waiting is True


def test_react_refuses_who_does_not_talk_there_and_ones_own_words(cohort, post, owner, outsider):
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person

    codes = []
    for person in (owner, outsider, interpreter):
        with pytest.raises(Refused) as refused:
            react(actor=person, post=post, kind=HEARD)
        codes.append(refused.value.code)

    assert (codes, kinds(post)) == (["own", "refused", "refused"], [])


@pytest.mark.parametrize(
    ("of_post", "of_thread", "code"),
    [
        ({"state": Post.State.HIDDEN}, {}, "gone"),
        ({"state": Post.State.PAUSED}, {}, "gone"),
        ({"withdrawn_at": timezone.now()}, {}, "gone"),
        ({"state": Post.State.HELD}, {}, "refused"),
        ({}, {"locked_at": timezone.now()}, "locked"),
        ({}, {"phase": "conversation"}, "reflecting"),
    ],
)
def test_react_refuses_where_the_words_are_gone_or_nobody_answers(post, teammate, of_post, of_thread, code):
    Post.objects.update(**of_post)
    Thread.objects.update(**of_thread)

    with pytest.raises(Refused) as refused:
        react(actor=teammate, post=post, kind=HEARD)

    assert (refused.value.code, kinds(post)) == (code, [])


def test_take_back_reaction_takes_ones_own_even_from_a_closed_thread(cohort, post, teammate):
    third = make_membership(cohort=cohort).person
    for person in (teammate, third):
        react(actor=person, post=post, kind=HEARD)
    Thread.objects.update(locked_at=timezone.now())

    take_back_reaction(actor=teammate, post=post, kind=HEARD)

    assert kinds(post) == [(third.display_name, "heard")]


def test_react_refuses_what_one_writes_before_one_reads(cohort, owner, teammate):
    thread = prompt_thread(cohort=cohort)
    thread.activity.write_first = True
    thread.activity.save()
    said = say(thread, owner)

    with pytest.raises(Refused):
        react(actor=teammate, post=said, kind=HEARD)
    say(thread, teammate)
    react(actor=teammate, post=said, kind=HEARD)

    assert kinds(said) == [("Teammate", "heard")]
