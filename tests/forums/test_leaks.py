"""Ways by which words or names could reach somebody they were not meant for: each was open once."""

import datetime

import pytest
from django.utils import timezone

from courses.actions.groups import form_group
from courses.actions.members import change_part
from courses.models import Activity, Group
from courses.permissions import Place
from forums.actions.changing import edit_post
from forums.actions.forums import open_forums
from forums.actions.moderating.hiding import hide_post, restore_post
from forums.actions.reflecting import seat_people
from forums.actions.settings import set_forum
from forums.actions.telling_of_posts import tell_of_post
from forums.models import Flag, Forum, Hold, Level, Post
from forums.reading.moderation import queue
from forums.reading.voices import voices_of
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def free(cohort, **rules) -> Forum:
    Forum.objects.filter(cohort=cohort).update(**rules)
    return Forum.objects.get(cohort=cohort, kind=Forum.Kind.COHORT)


def test_nobody_is_anonymous_in_a_reflecting_thread(cohort, owner, teammate, trainer):
    thread = begin_thread(cohort=cohort, author=owner, forum=free(cohort, allows_anonymous=True))
    seat_people(actor=trainer, thread=thread, teller=owner, reflectors=[teammate, make_membership(cohort=cohort).person])

    with pytest.raises(Refused) as refused:
        say(thread, owner, anonymous=True)

    assert refused.value.code == "anonymous"


def test_nobody_hears_of_a_question_before_it_opens_but_those_who_prepare_it(cohort, owner, trainer):
    colleague, thread = make_membership(cohort=cohort, part=Part.TRAINER).person, prompt_thread(cohort=cohort, opens_in=5)
    for person in (owner, colleague):
        Level.objects.create(person=person, forum=thread.forum, much=Level.Much.FOLLOW)

    tell_of_post(post_id=say(thread, trainer).pk)

    assert list(Notice.objects.values_list("person", flat=True)) == [colleague.pk]


def test_words_to_be_written_to_first_cannot_be_guessed_by_quoting(cohort, owner, teammate):
    thread = prompt_thread(cohort=cohort)
    Activity.objects.filter(pk=thread.activity_id).update(write_first=True)
    thread.activity.refresh_from_db()
    secret = say(thread, owner, "the secret words")

    sentences = set()
    for guess in ("the secret", "the public"):
        with pytest.raises(Refused) as refused:
            say(thread, teammate, answers=secret, quoted=guess)
        sentences.add(refused.value.sentence)

    assert len(sentences) == 1


def test_words_changed_while_hidden_do_not_come_back_where_others_quoted_them(cohort, owner, teammate, trainer):
    thread = begin_thread(cohort=cohort, author=owner, words="a name that should go")
    post = thread.posts.get()
    answer = say(thread, teammate, answers=post, quoted="a name that should go")
    hide_post(actor=trainer, post=post, why="It names somebody.")
    edit_post(actor=owner, post=Post.objects.get(pk=post.pk), html=words_of("a person").html)

    restore_post(actor=trainer, post=Post.objects.get(pk=post.pk))

    answer.refresh_from_db()
    assert (answer.quoted, post.revisions.count()) == ("", 0)


def test_a_thread_not_let_through_is_not_opened_by_another_post(cohort, owner, trainer):
    forum = free(cohort)
    hold = Hold.objects.create(forum=forum, person=owner, by=trainer, until=timezone.now() + datetime.timedelta(days=1))
    thread = begin_thread(cohort=cohort, author=owner, forum=forum, title="A title to be read first")
    Hold.objects.filter(pk=hold.pk).update(ended_at=timezone.now())

    for person in (owner, trainer):
        with pytest.raises(Refused) as refused:
            say(thread, person)
        assert refused.value.code == "held"


def test_the_picture_of_voices_does_not_say_who_began_anonymously(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner, forum=free(cohort, allows_anonymous=True), anonymous=True)
    say(thread, teammate)

    faces = {face.pk: face for face in voices_of(Place(cohort, Part.TRAINER), 4).faces}

    assert (faces[teammate.pk].answered, faces[owner.pk].answered_by) == ([], [])


def test_a_trainer_does_not_meet_a_worry_about_themselves_or_decide_about_their_own_words(cohort, owner, trainer):
    colleague = make_membership(cohort=cohort, part=Part.TRAINER).person
    post = begin_thread(cohort=cohort, author=trainer).posts.get()
    Flag.objects.create(post=post, person=owner, kind=Flag.Kind.WORRIED)

    seen = [[item.post for item in queue(person, Place(cohort, Part.TRAINER), None).items] for person in (trainer, colleague)]
    hide_post(actor=trainer, post=post, why="")
    with pytest.raises(Refused):
        restore_post(actor=trainer, post=Post.objects.get(pk=post.pk))

    assert (seen, Flag.objects.waiting().count()) == ([[], [post]], 1)


def told_with_words(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner, forum=free(cohort, words_in_mail=True))
    post = say(thread, teammate, "words-canary")
    tell_of_post(post_id=post.pk)
    assert Notice.objects.get(person=owner).words == "words-canary"
    return post


def test_letters_to_come_carry_no_words_that_were_changed_or_may_no_longer_go_out(cohort, owner, teammate, trainer):
    post = told_with_words(cohort, owner, teammate)
    edit_post(actor=teammate, post=post, html=words_of("other words").html)
    changed = Notice.objects.get(person=owner).words
    Notice.objects.update(words="words-canary")
    set_forum(actor=trainer, forum=post.thread.forum, allows_anonymous=False, words_in_mail=False)

    assert (changed, Notice.objects.get(person=owner).words) == ("", "")


def test_who_gets_another_part_or_leaves_a_group_is_told_no_more_of_what_was_there(cohort, owner, teammate):
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    here = cohort.memberships.get(person=owner)
    group = {"actor": coordinator, "cohort": cohort, "kind": Group.Kind.PEER_GROUP, "title": "Peers"}
    form_group(**group, members=[here])
    Notice.objects.all().delete()  # that there is a group
    told_with_words(cohort, owner, teammate)

    form_group(**group, members=[])
    after_group = Notice.objects.filter(person=owner).count()
    told_with_words(cohort, owner, teammate)
    change_part(actor=coordinator, membership=here, part=Part.INTERPRETER)

    assert (after_group, Notice.objects.filter(person=owner).count()) == (0, 0)
