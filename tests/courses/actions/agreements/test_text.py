import pytest

from courses.actions.agreements.text import MOST_PASSAGES, Conflict, add_passage, begin_text, change_passage, lay_out, take_out
from courses.models import Passage
from lms.permissions import Part, Refused
from tests.courses.factories import make_text
from tests.factories import make_cohort, make_membership, make_programme

pytestmark = pytest.mark.django_db
FIRST = [
    {"title": "What stays", "words": "Between us.", "covers": ["confidentiality"]},
    {"title": "Where", "words": "A door.", "covers": []},
]


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def text(cohort):
    return [(one.position, one.title, one.words) for one in Passage.objects.standing().filter(cohort=cohort)]


def test_lay_out_puts_down_the_text_of_the_programme_once():
    cohort = make_cohort(programme=make_programme(agreement=FIRST))

    assert (lay_out(cohort=cohort), lay_out(cohort=cohort)) == (2, 0)
    assert text(cohort) == [(1, "What stays", "Between us."), (2, "Where", "A door.")]
    assert cohort.passages.first().covers == ["confidentiality"]


def test_begin_text_is_for_who_keeps_the_agreement(cohort, owner, trainer):
    with pytest.raises(Refused):
        begin_text(actor=owner, cohort=cohort)

    assert begin_text(actor=trainer, cohort=cohort) == 0  # this programme has none


def test_change_passage_is_for_who_keeps_the_agreement(cohort, owner):
    passage = make_text(cohort)[0]

    with pytest.raises(Refused):
        change_passage(actor=owner, passage_id=passage.pk, version=1, title="T", words="W")

    assert text(cohort)[0] == (1, "Passage 1", "We keep the words of 1.")


def test_change_passage_of_two_people_at_once_writes_over_nobody(cohort, trainer):
    other = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    passage = make_text(cohort)[0]
    change_passage(actor=trainer, passage_id=passage.pk, version=1, title="Theirs", words="Their words.")

    with pytest.raises(Conflict) as conflict:
        change_passage(actor=other, passage_id=passage.pk, version=1, title="Mine", words="My words.")

    assert (conflict.value.passage.words, conflict.value.passage.version) == ("Their words.", 2)
    assert text(cohort)[0] == (1, "Theirs", "Their words.")


def test_change_passage_pressed_twice_changes_once(cohort, trainer):
    passage = make_text(cohort)[0]
    for _ in range(2):
        change_passage(actor=trainer, passage_id=passage.pk, version=1, title="T", words="W")

    passage.refresh_from_db()
    assert (passage.words, passage.version) == ("W", 2)


@pytest.mark.parametrize(("place", "order"), [(0, [1, 4, 2, 3]), (2, [1, 2, 3, 4]), (None, [1, 2, 3, 4])])
def test_add_passage_stands_where_it_was_put(cohort, trainer, place, order):
    passages = make_text(cohort)
    after = None if place is None else passages[place]

    for _ in range(2):  # pressed twice
        add_passage(actor=trainer, cohort=cohort, after=after, title="Passage 4", words="New.")

    assert text(cohort) == [(at, f"Passage {n}", "New." if n == 4 else f"We keep the words of {n}.") for at, n in enumerate(order, start=1)]


def test_add_passage_ends_somewhere(cohort, trainer):
    Passage.objects.bulk_create(Passage(cohort=cohort, position=n, title="T", words=str(n)) for n in range(MOST_PASSAGES))

    with pytest.raises(Refused):
        add_passage(actor=trainer, cohort=cohort, after=None, title="One more", words="W")


def test_take_out_closes_the_gap_and_keeps_the_row(cohort, trainer):
    passages = make_text(cohort)

    for _ in range(2):
        take_out(actor=trainer, passage_id=passages[1].pk, version=1)

    assert [(position, title) for position, title, _words in text(cohort)] == [(1, "Passage 1"), (2, "Passage 3")]
    assert Passage.objects.count() == 3


def test_take_out_of_a_passage_that_was_changed_shows_it_first(cohort, trainer):
    passage = make_text(cohort)[0]
    change_passage(actor=trainer, passage_id=passage.pk, version=1, title="T", words="W")

    with pytest.raises(Conflict):
        take_out(actor=trainer, passage_id=passage.pk, version=1)

    assert len(text(cohort)) == 3
