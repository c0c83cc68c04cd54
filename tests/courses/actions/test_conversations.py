import pytest

from courses.actions.conversations import answer_conversation, read_conversations, say_we_talked, take_back_conversation
from courses.actions.progress import mark_done
from courses.actions.releases import open_or_close
from courses.models import Activity, Cohort, Conversation, Progress
from lms import crypto
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.actions.test_journals import everything_stored
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def activity(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return make_activity(module=module, completes=Activity.Completes.MEETING)


def talk(actor, cohort, activity, other, words="We talked on Tuesday."):
    return say_we_talked(actor=actor, cohort=cohort, activity=activity, other=cohort.memberships.get(person=other), words=words)


def written(reader) -> list[tuple[str, str, bool]]:
    found = read_conversations(actor=reader, conversations=Conversation.objects.all())
    return [(one.first, one.second, one.readable) for one in found]


def done(cohort) -> set[tuple[int, str]]:
    return set(Progress.objects.filter(cohort=cohort, done_at__isnull=False).values_list("person", "how"))


def test_it_is_done_for_both_once_both_have_said_so(owner, teammate, cohort, activity):
    said = talk(owner, cohort, activity, teammate)
    assert done(cohort) == set()

    answer_conversation(actor=teammate, conversation=said, words="We did.")

    assert done(cohort) == {(owner.pk, "meeting"), (teammate.pk, "meeting")}


def test_two_who_say_so_by_themselves_have_answered_each_other(owner, teammate, cohort, activity):
    talk(owner, cohort, activity, teammate)

    talk(teammate, cohort, activity, owner, "And we did.")

    only = Conversation.objects.get()
    assert (only.first, written(owner), len(done(cohort))) == (owner, [("We talked on Tuesday.", "And we did.", True)], 2)


def test_a_trainer_answers_and_works_through_nothing_else(owner, cohort, activity):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    said = talk(owner, cohort, activity, trainer)

    answer_conversation(actor=trainer, conversation=said, words="We did.")

    assert (owner.pk, "meeting") in done(cohort)


def test_said_again_the_newer_sentence_stands_until_it_is_answered(owner, teammate, cohort, activity):
    talk(owner, cohort, activity, teammate, "First")
    said = talk(owner, cohort, activity, teammate, "Second")
    answer_conversation(actor=teammate, conversation=said, words="Yes")
    answer_conversation(actor=teammate, conversation=said, words="Yes again")

    talk(owner, cohort, activity, teammate, "Third")

    assert written(teammate) == [("Second", "Yes", True)]


def test_what_the_two_wrote_is_stored_sealed_and_read_by_them_alone(owner, teammate, outsider, cohort, activity):
    answer_conversation(actor=teammate, conversation=talk(owner, cohort, activity, teammate, "By the canal"), words="It was cold")

    stored = everything_stored()
    with pytest.raises(Refused):
        written(outsider)

    assert (b"By the canal" in stored, b"It was cold" in stored, written(owner)) == (False, False, [("By the canal", "It was cold", True)])


@pytest.mark.parametrize("whose", ["owner", "teammate"])
def test_with_the_key_of_either_gone_neither_sentence_opens(request, owner, teammate, cohort, activity, whose):
    said = talk(owner, cohort, activity, teammate, "By the canal")
    crypto.destroy_person_key(request.getfixturevalue(whose).pk)

    with pytest.raises(Refused):
        answer_conversation(actor=teammate, conversation=said, words="It was cold")

    assert written(owner) == [("", "", False)]


def test_a_sentence_copied_to_another_conversation_does_not_open(owner, teammate, cohort, activity):
    one, other = talk(owner, cohort, activity, teammate), talk(owner, cohort, activity, make_membership(cohort=cohort).person)
    Conversation.objects.filter(pk=other.pk).update(wrapped_key=one.wrapped_key, first_sealed=one.first_sealed)

    other.refresh_from_db()

    assert [found.readable for found in read_conversations(actor=owner, conversations=[one, other])] == [True, False]


def test_the_other_is_told_once_and_without_words(owner, teammate, cohort, activity):
    talk(owner, cohort, activity, teammate)
    talk(owner, cohort, activity, teammate, "Other words")

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.who, notice.words) == (teammate, "conversation", owner.display_name, "")


def test_only_who_is_named_answers(owner, teammate, cohort, activity):
    said = talk(owner, cohort, activity, teammate)

    for person in (owner, make_membership(cohort=cohort).person, make_membership(cohort=cohort, part=Part.TRAINER).person):
        with pytest.raises(Refused):
            answer_conversation(actor=person, conversation=said, words="Yes")

    assert done(cohort) == set()


@pytest.mark.parametrize("part", [Part.INTERPRETER, Part.COORDINATOR, Part.AFTERCARE, Part.ALUMNUS])
def test_nobody_is_named_whose_part_it_is_not(owner, cohort, activity, part):
    other = make_membership(cohort=cohort, part=part).person

    with pytest.raises(Refused, match="choose somebody else"):
        talk(owner, cohort, activity, other)


def test_nobody_is_named_who_is_elsewhere_or_has_left_or_is_oneself(owner, cohort, activity):
    left = make_membership(cohort=cohort, ended_at=cohort.memberships.first().joined_at)
    elsewhere = make_membership(cohort=make_cohort())

    for other in (left, elsewhere, cohort.memberships.get(person=owner)):
        with pytest.raises(Refused, match="choose somebody else"):
            say_we_talked(actor=owner, cohort=cohort, activity=activity, other=other, words="Hm")


def test_what_is_closed_or_done_otherwise_is_not_talked_done(owner, teammate, cohort, activity):
    other = make_activity(module=activity.module)
    with pytest.raises(Refused, match="not done by talking"):
        talk(owner, cohort, other, teammate)
    open_or_close(actor=make_user(coordinates=True), cohort=cohort, activity=activity, opened=False)

    with pytest.raises(Refused, match="Your trainers open this"):
        talk(owner, Cohort.objects.get(pk=cohort.pk), activity, teammate)


def test_mark_done_by_hand_is_not_for_one_of_two(owner, cohort, activity):
    with pytest.raises(Refused, match="both written"):
        mark_done(actor=owner, cohort=cohort, activity=activity)


def test_take_back_ends_with_the_answer(owner, teammate, cohort, activity):
    first = talk(owner, cohort, activity, teammate)
    take_back_conversation(actor=teammate, conversation=first)  # not theirs: nothing happens
    assert Conversation.objects.count() == 1
    take_back_conversation(actor=owner, conversation=first)
    assert (Conversation.objects.count(), Notice.objects.count()) == (0, 0)

    second = talk(owner, cohort, activity, teammate)
    answer_conversation(actor=teammate, conversation=second, words="Yes")

    with pytest.raises(Refused, match="both stand"):
        take_back_conversation(actor=owner, conversation=second)
    with pytest.raises(Refused, match="taken back"):
        answer_conversation(actor=teammate, conversation=first, words="Yes")


def test_what_the_release_before_wrote_meanwhile_is_read_and_sealed_with_the_answer(owner, teammate, cohort, activity):
    said = Conversation.objects.create(cohort=cohort, activity=activity, first=owner, second=teammate, first_words="canary We talked.")
    before = written(teammate)

    answer_conversation(actor=teammate, conversation=said, words="We did.")

    assert (before, written(owner)) == ([("canary We talked.", "", True)], [("canary We talked.", "We did.", True)])
    assert b"canary" not in everything_stored()
