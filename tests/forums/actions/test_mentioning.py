import time

import pytest

from courses.actions.groups import form_group
from courses.models import Group
from forums.actions.forums import open_forums
from forums.actions.mentioning import fold, names_beginning
from forums.models import Forum, Mention, Post
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user(display_name="Ana")


@pytest.fixture
def ana_lee():
    return make_user(display_name="Ana Lee")


@pytest.fixture
def cohort(owner, teammate, ana, ana_lee):
    return make_cohort(members=[owner, teammate, ana, ana_lee])


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


def named(post):
    return sorted(post.mentions.values_list("person__display_name", flat=True))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Dear @Ana Lee, thank you", ["Ana Lee"]),
        ("Dear @Ana, thank you", ["Ana"]),
        ("@ana  LEE\nand @TEAMMATE.", ["Ana Lee", "Teammate"]),
        ("@Ana Leeds", ["Ana"]),
        ("@Anabel and @Outsider and @nobody", []),
        ("somewhere me@Ana is an address", []),
        ("(@Ana)@Ana Lee", ["Ana", "Ana Lee"]),
        ("\uff20\uff21na", ["Ana"]),  # full width
        ("@A\u200bna \u202eLee", ["Ana Lee"]),  # signs that nobody sees
        ("@@Ana @ Ana", ["Ana"]),
        ("Ana Lee", []),
    ],
)
def test_reply_keeps_whom_it_names(thread, teammate, outsider, words, names):
    assert named(say(thread, teammate, words)) == names


def test_start_thread_keeps_whom_it_names_too(cohort, teammate):
    assert named(begin_thread(cohort=cohort, author=teammate, words="For @Owner").posts.get()) == ["Owner"]


def test_mention_means_both_who_have_one_name(thread, cohort, teammate, ana):
    make_membership(cohort=cohort, person=make_user(display_name="ANA"))

    assert named(say(thread, teammate, "@Ana")) == ["ANA", "Ana"]


def test_mention_reaches_nobody_who_does_not_meet_the_forum(teammate):
    cohort = make_cohort(members=[teammate])
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    peer = make_membership(cohort=cohort, person=make_user(display_name="Peer"))
    for part in (Part.INTERPRETER, Part.GUEST_TRAINER, Part.ALUMNUS):
        make_membership(cohort=cohort, person=make_user(display_name=part.value), part=part)
    make_membership(cohort=cohort, person=make_user(display_name="Trainer"), part=Part.TRAINER)
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=[peer])
    open_forums(cohort=cohort)

    everybody = "@Teammate @Peer @Trainer @interpreter @guest_trainer @alumnus"
    here = begin_thread(cohort=cohort, author=teammate, words=everybody).posts.get()
    peers = begin_thread(cohort=cohort, author=peer.person, words=everybody, forum=Forum.objects.get(title="Peers")).posts.get()

    assert (named(here), named(peers)) == (["Peer", "Teammate", "Trainer"], ["Peer", "Trainer"])


@pytest.mark.parametrize(("times", "kept"), [(20, True), (21, False), (500, False)])
def test_mention_has_a_limit(thread, teammate, times, kept):
    words = "@Ana " * times

    if kept:
        assert named(say(thread, teammate, words)) == ["Ana"]
        return
    with pytest.raises(Refused) as refused:
        say(thread, teammate, words)
    sentence = "You name more than 20 people. Please name fewer; your words are still here."
    assert (refused.value.sentence, refused.value.code, Post.objects.count(), Mention.objects.count()) == (sentence, "mentions", 1, 0)


def test_mention_looks_quickly_through_the_longest_of_posts(cohort, thread, teammate):
    people = [make_user(display_name=f"A{'b' * 60}{number}") for number in range(60)]
    for person in people:
        make_membership(cohort=cohort, person=person)
    words = "@A " * 15_000

    began = time.process_time()
    say(thread, teammate, words)

    assert time.process_time() - began < 5


def test_names_beginning_gives_names_by_the_alphabet_and_nothing_of_who_spoke(cohort, thread, owner, teammate, ana_lee):
    thread.forum.allows_anonymous = True
    thread.forum.save()
    say(thread, ana_lee, anonymous=True)
    before = names_beginning(thread.forum, "", but=owner.pk)
    for _ in range(3):
        say(thread, teammate)

    assert before == names_beginning(thread.forum, "", but=owner.pk) == ["Ana", "Ana Lee", "Teammate"]
    assert [names_beginning(thread.forum, typed, but=owner.pk) for typed in ("an", "LEE", "ana l", "mate", "Somebody", "voice", "own")] == [
        ["Ana", "Ana Lee"],
        ["Ana Lee"],
        ["Ana Lee"],
        [],
        [],
        [],
        [],
    ]


def test_names_beginning_gives_eight_at_most_in_one_query(cohort, thread, owner, django_assert_num_queries):
    for number in range(9):
        make_membership(cohort=cohort, person=make_user(display_name=f"Bo {number}"))

    with django_assert_num_queries(1):
        found = names_beginning(thread.forum, "bo", but=owner.pk)

    assert found == [f"Bo {number}" for number in range(8)]


def test_fold_leaves_what_is_seen():
    assert [fold(text) for text in ("  \ufb01n\u00a0 \u200dStra\u00dfe ", "\u202e", "\u00c9va")] == ["fin strasse", "", "\u00e9va"]
