import pytest
from django.utils import timezone

from forums.actions.reacting import react
from forums.models import Post, Reaction
from forums.reading import extras
from forums.reading.extras import Quiet, TakenUp, beside_posts
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db
HEARD, MOVED = Reaction.Kind.HEARD, Reaction.Kind.MOVED


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def thread(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner, words="The chair stood empty")
    thread.forum.allows_anonymous = True
    thread.forum.save()
    return thread


def beside(user, thread, *, may_react=True):
    return beside_posts(user, list(thread.posts.for_page()), "/t/", may_react=may_react)


def test_beside_posts_shows_reactions_as_names_in_the_order_they_came(cohort, thread, owner, teammate):
    post, third = thread.posts.get(), make_membership(cohort=cohort, person=make_user(display_name="Aaron")).person
    for person, kind in [(teammate, MOVED), (third, MOVED), (third, HEARD)]:
        react(actor=person, post=post, kind=kind)

    found = [beside(person, thread)[post.pk].quiet for person in (owner, teammate)]

    assert found == [
        [Quiet("heard", "Heard", ("Aaron",), False, False), Quiet("moved", "Moved", ("Teammate", "Aaron"), False, False)],
        [
            Quiet("heard", "Heard", ("Aaron",), False, True),
            Quiet("moved", "Moved", ("Aaron",), True, True),
            Quiet("with_you", "With you", (), False, True),
        ],
    ]


def test_beside_posts_lets_who_may_not_react_only_take_back(thread, owner, teammate):
    post = thread.posts.get()
    react(actor=teammate, post=post, kind=HEARD)

    assert beside(teammate, thread, may_react=False)[post.pk].quiet == [Quiet("heard", "Heard", (), True, True)]


def test_beside_posts_says_to_who_is_named_that_they_are_and_to_nobody_else(cohort, thread, owner, teammate):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    say(thread, teammate, "@Owner and @Teammate", anonymous=True)

    found = [[beside(person, thread)[post.pk].names_you for post in thread.posts.all()] for person in (owner, teammate, trainer)]

    assert found == [[False, True], [False, False], [False, False]]


def test_beside_posts_shows_its_author_which_words_were_taken_up(thread, owner, teammate):
    post = thread.posts.get()
    one = say(thread, teammate, answers=post, quoted="stood empty")
    two = say(thread, teammate, answers=post, quoted="The chair", anonymous=True)
    say(thread, teammate, answers=post)
    say(thread, owner, answers=post, quoted="chair")
    gone = say(thread, teammate, answers=post, quoted="chair stood")
    Post.objects.filter(pk=gone.pk).update(state=Post.State.HIDDEN)

    own, others = (beside(person, thread)[post.pk].taken_up for person in (owner, teammate))

    alias = Post.objects.get(pk=two.pk).public_name
    assert own == [
        TakenUp("stood empty", "Teammate", f"/t/?from={one.pk}#post-{one.pk}"),
        TakenUp("The chair", alias, f"/t/?from={two.pk}#post-{two.pk}"),
    ]
    assert ("Teammate" in alias, others) == (False, [])


@pytest.mark.parametrize("change", [{"state": Post.State.HIDDEN}, {"withdrawn_at": timezone.now()}])
def test_beside_posts_is_silent_where_the_words_are_not_there(thread, teammate, change):
    post = thread.posts.get()
    react(actor=teammate, post=post, kind=HEARD)
    Post.objects.update(**change)

    assert beside(teammate, thread) == {}


@pytest.mark.parametrize("count", [1, 12])
def test_beside_posts_asks_once_however_many(thread, owner, teammate, outsider, django_assert_num_queries, count):
    for _ in range(count):
        answered = say(thread, teammate, "The chair for @Owner", answers=thread.posts.first(), quoted="chair")
        react(actor=owner, post=answered, kind=HEARD)
    posts = list(thread.posts.for_page())

    for person in (owner, outsider):
        with django_assert_num_queries(1):
            found = beside_posts(person, posts, "/t/", may_react=True)
    with django_assert_num_queries(0):
        beside_posts(owner, [], "/t/", may_react=True)

    assert len(found) == count + 1


def test_beside_posts_shows_only_the_latest_of_what_was_taken_up(thread, owner, teammate, monkeypatch):
    monkeypatch.setattr(extras, "MOST_TAKEN_UP", 2)
    post = thread.posts.get()
    for words in ("The", "chair", "stood"):
        say(thread, teammate, answers=post, quoted=words)

    assert [taken.words for taken in beside(owner, thread)[post.pk].taken_up] == ["chair", "stood"]
