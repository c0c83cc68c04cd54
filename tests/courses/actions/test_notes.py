import uuid

import pytest
from django.utils import timezone

from courses.actions.notes import answer_note, take_back_answer, take_back_note, write_note
from courses.models import Membership, NoteAnswer, TrainerNote
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_note
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def trainee(cohort):
    return make_membership(cohort=cohort)


def write(actor, membership, words="I noticed how you waited.", client_id=None):
    return write_note(actor=actor, membership=membership, words=words, client_id=client_id or uuid.uuid4())


def answer(actor, note, words="Thank you for saying it."):
    return answer_note(actor=actor, note=note, words=words, client_id=uuid.uuid4())


def told():
    return [(one.person_id, one.kind, one.words) for one in Notice.objects.order_by("pk")]


def test_write_note_tells_whom_it_is_about_without_its_words(trainer, trainee):
    note = write(trainer, trainee)

    assert (note.about, note.author, note.words) == (trainee.person, trainer, "I noticed how you waited.")
    assert told() == [(trainee.person_id, "note", "")]


def test_write_note_sent_twice_is_one_note(trainer, trainee):
    name = uuid.uuid4()

    assert write(trainer, trainee, client_id=name) == write(trainer, trainee, "Other words", client_id=name)
    assert len(told()) == 1


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_write_note_refuses_everybody_but_trainers(cohort, trainee, part):
    other = make_membership(cohort=cohort, part=part).person

    with pytest.raises(Refused):
        write(other, trainee)

    assert not TrainerNote.objects.exists()


def test_write_note_refuses_a_trainer_of_another_cohort(trainee):
    other = make_membership(cohort=make_cohort(), part=Part.TRAINER).person

    with pytest.raises(Refused):
        write(other, trainee)


def test_write_note_is_about_trainees(cohort, trainer):
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR)

    with pytest.raises(Refused, match="about trainees"):
        write(trainer, coordinator)


@pytest.mark.parametrize("words", ["", "  \n", "x" * 4001])
def test_write_note_refuses_no_words_and_too_many(trainer, trainee, words):
    with pytest.raises(Refused):
        write(trainer, trainee, words)


def test_answer_note_by_whom_it_is_about_tells_who_wrote_it(trainer, trainee):
    note = make_note(trainee.person, trainee.cohort, author=trainer)

    answer(trainee.person, note)

    assert told() == [(trainer.pk, "note", "")]


def test_answer_note_by_a_trainer_tells_whom_it_is_about(cohort, trainer, trainee):
    note = make_note(trainee.person, cohort)

    answer(trainer, note)

    assert told() == [(trainee.person_id, "note", "")]


def test_answer_note_tells_no_trainer_who_has_left(cohort, trainer, trainee):
    note = make_note(trainee.person, cohort, author=trainer)
    Membership.objects.filter(person=trainer).update(ended_at=timezone.now())

    answer(trainee.person, note)

    assert told() == []


def test_answer_note_stays_open_to_whom_it_is_about_after_they_left(trainer, trainee):
    note = make_note(trainee.person, trainee.cohort, author=trainer)
    Membership.objects.filter(pk=trainee.pk).update(ended_at=timezone.now())

    assert answer(trainee.person, note).author == trainee.person


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.COORDINATOR, Part.GUEST_TRAINER, Part.AFTERCARE])
def test_answer_note_refuses_others(cohort, trainee, part):
    note = make_note(trainee.person, cohort)

    with pytest.raises(Refused):
        answer(make_membership(cohort=cohort, part=part).person, note)


def test_take_back_note_leaves_no_words_and_hides_nothing(trainer, trainee):
    note = write(trainer, trainee)
    answer(trainee.person, note)

    take_back_note(actor=trainer, note=note)

    assert [(one.words, one.taken_back_at is None) for one in TrainerNote.objects.all()] == [("", False)]
    assert TrainerNote.objects.visible_to(trainee.person).get() == TrainerNote.objects.visible_to(trainer).get()
    assert [one.words for one in note.answers.all()] == ["Thank you for saying it."]
    assert [person for person, _kind, _words in told()] == [trainer.pk]  # of the answer; the note's own notice is gone


def test_take_back_note_is_for_its_author(cohort, trainee):
    note = make_note(trainee.person, cohort)

    with pytest.raises(Refused):
        take_back_note(actor=trainee.person, note=note)

    assert TrainerNote.objects.get().words


def test_a_note_that_was_taken_back_takes_no_answers(trainer, trainee):
    note = write(trainer, trainee)
    take_back_note(actor=trainer, note=note)

    with pytest.raises(Refused):
        answer(trainee.person, note)


def test_take_back_answer_is_for_its_author_and_leaves_no_words(trainer, trainee):
    said = answer(trainee.person, make_note(trainee.person, trainee.cohort, author=trainer))
    with pytest.raises(Refused):
        take_back_answer(actor=trainer, answer=said)

    take_back_answer(actor=trainee.person, answer=said)

    assert NoteAnswer.objects.get().words == ""


def test_visible_to_is_whom_it_is_about_and_the_trainers_of_now(cohort, trainer, trainee):
    note = make_note(trainee.person, cohort)
    others = [make_membership(cohort=cohort, part=part).person for part in Part if part != Part.TRAINER]
    others.append(make_membership(cohort=make_cohort(), part=Part.TRAINER).person)

    sees = [TrainerNote.objects.visible_to(person).filter(pk=note.pk).exists() for person in (trainee.person, trainer, *others)]

    assert sees == [True, True, *[False for _ in others]]
