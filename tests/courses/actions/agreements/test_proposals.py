import uuid

import pytest
from django.urls import reverse

from courses.actions.agreements import proposals
from courses.actions.agreements.proposals import leave, propose, remark, take_back, take_up
from courses.actions.agreements.text import Conflict, change_passage, take_out
from courses.models import Passage, Proposal, Remark
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import make_agreement, make_proposal, make_text
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db
Kind, State = Proposal.Kind, Proposal.State


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def passage(cohort):
    return make_text(cohort)[0]


def words(passage):
    passage.refresh_from_db()
    return passage.words


@pytest.mark.parametrize(("part", "may"), [(part, part is not Part.ALUMNUS) for part in Part], ids=[part.value for part in Part])
def test_propose_is_for_everybody_who_takes_part(cohort, passage, part, may):
    person = make_membership(cohort=cohort, part=part).person

    if may:
        assert make_proposal(passage, person).state == State.OPEN
    else:
        with pytest.raises(Refused):
            make_proposal(passage, person)


def test_propose_sent_twice_is_one_proposal_and_holds_the_passage_as_it_stood(cohort, owner, passage):
    name = uuid.uuid4()
    sent = {"kind": Kind.CHANGE, "passage": passage, "version": 1, "title": "T", "words": "W", "why": "Because", "client_id": name}

    first, again = (propose(actor=owner, cohort=cohort, **sent) for _ in range(2))

    assert first == again
    assert (first.was_title, first.was_words, first.based_on, first.why) == ("Passage 1", "We keep the words of 1.", 1, "Because")
    assert words(passage) == "We keep the words of 1."


def test_propose_against_words_that_changed_while_somebody_wrote_shows_both(cohort, owner, trainer, passage):
    change_passage(actor=trainer, passage_id=passage.pk, version=1, title="T", words="Other")
    passage.refresh_from_db()

    with pytest.raises(Conflict):
        make_proposal(passage, owner, version=1)

    assert Proposal.objects.count() == 0


def test_propose_for_another_cohorts_passage_is_refused(cohort, owner):
    elsewhere = make_text(make_cohort())[0]

    with pytest.raises(Refused):
        propose(actor=owner, cohort=cohort, kind=Kind.CHANGE, passage=elsewhere, version=1, title="T", words="W", client_id=uuid.uuid4())


def test_propose_has_an_end_for_one_day(owner, passage, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_A_DAY", 2)
    for _ in range(2):
        make_proposal(passage, owner)

    with pytest.raises(Refused, match="Your words are still here"):
        make_proposal(passage, owner)


def test_propose_tells_who_keeps_the_agreement_once_a_version_holds(cohort, owner, trainer, passage):
    make_proposal(passage, owner)
    before = Notice.objects.count()
    make_agreement(cohort)
    Notice.objects.all().delete()
    passage.refresh_from_db()

    made = make_proposal(passage, owner)

    assert before == 0
    told = set(Notice.objects.values_list("person", "url", "kind"))
    keepers = cohort.memberships.filter(part=Part.TRAINER).values_list("person", flat=True)
    assert told == {(pk, reverse("courses:proposal", args=[cohort.slug, made.pk]), Notice.Kind.AGREEMENT) for pk in keepers}


def test_take_up_makes_the_text_say_so_and_tells_the_author(cohort, owner, trainer, passage):
    made = make_proposal(passage, owner)

    for _ in range(2):
        take_up(actor=trainer, proposal_id=made.pk, version=1)

    passage.refresh_from_db()
    made.refresh_from_db()
    assert (passage.words, passage.version) == ("We keep other words.", 2)
    assert (made.state, made.answered_by) == (State.TAKEN_UP, trainer)
    assert list(Notice.objects.values_list("person", flat=True)) == [owner.pk]


def test_take_up_is_for_who_keeps_the_agreement(owner, passage):
    made = make_proposal(passage, owner)

    with pytest.raises(Refused):
        take_up(actor=owner, proposal_id=made.pk, version=1)

    assert words(passage) == "We keep the words of 1."


def test_take_up_of_two_proposals_for_one_passage_loses_neither(owner, teammate, cohort, trainer, passage):
    """The second is not put over the first: both are shown, and only words that were brought together go in."""
    make_membership(cohort=cohort, person=teammate)
    first, second = make_proposal(passage, owner, words="First words."), make_proposal(passage, teammate, words="Second words.")
    take_up(actor=trainer, proposal_id=first.pk, version=1)

    for version in (1, 2):  # as it stood when the page was opened; and as it stands now, but with nothing brought together
        with pytest.raises(Conflict) as conflict:
            take_up(actor=trainer, proposal_id=second.pk, version=version)
        assert conflict.value.passage.words == "First words."
    assert words(passage) == "First words."

    take_up(actor=trainer, proposal_id=second.pk, version=2, title="Both", words="First words. Second words.")
    assert words(passage) == "First words. Second words."


def test_take_up_against_a_passage_that_was_taken_out_says_so(owner, trainer, passage):
    made = make_proposal(passage, owner)
    take_out(actor=trainer, passage_id=passage.pk, version=1)

    with pytest.raises(Refused, match="taken out"):
        take_up(actor=trainer, proposal_id=made.pk, version=2)


def test_take_up_of_a_new_passage_puts_it_where_it_was_proposed(owner, trainer, cohort, passage):
    made = make_proposal(passage, owner, kind=Kind.NEW, title="Between", words="New words.")

    take_up(actor=trainer, proposal_id=made.pk, version=0)

    assert list(Passage.objects.standing().filter(cohort=cohort).values_list("title", flat=True)) == [
        "Passage 1",
        "Between",
        "Passage 2",
        "Passage 3",
    ]


def test_take_up_of_a_removal_takes_it_out(owner, trainer, cohort, passage):
    made = make_proposal(passage, owner, kind=Kind.REMOVE)

    take_up(actor=trainer, proposal_id=made.pk, version=1)

    assert list(Passage.objects.standing().filter(cohort=cohort).values_list("position", "title")) == [(1, "Passage 2"), (2, "Passage 3")]


def test_leave_asks_for_a_sentence(owner, trainer, passage):
    made = make_proposal(passage, owner)

    with pytest.raises(Refused):
        leave(actor=trainer, proposal_id=made.pk, answer=" ")
    leave(actor=trainer, proposal_id=made.pk, answer="We said so on day one.")

    made.refresh_from_db()
    assert (made.state, made.answer, words(passage)) == (State.LEFT, "We said so on day one.", "We keep the words of 1.")
    with pytest.raises(Refused, match="answered already"):
        take_up(actor=trainer, proposal_id=made.pk, version=1)


def test_answers_reach_no_author_who_has_left(owner, trainer, cohort, passage):
    made = make_proposal(passage, owner)
    cohort.memberships.filter(person=owner).update(ended_at=made.at)

    leave(actor=trainer, proposal_id=made.pk, answer="No.")

    assert Notice.objects.count() == 0


def test_take_back_is_for_its_author_alone_until_it_is_answered(owner, trainer, passage):
    made = make_proposal(passage, owner)

    with pytest.raises(Refused):
        take_back(actor=trainer, proposal_id=made.pk)
    take_back(actor=owner, proposal_id=made.pk)

    made.refresh_from_db()
    assert made.state == State.WITHDRAWN
    with pytest.raises(Refused):
        take_up(actor=trainer, proposal_id=made.pk, version=1)


def test_remark_is_said_once_and_only_by_who_takes_part(owner, cohort, passage):
    name = uuid.uuid4()
    for _ in range(2):
        remark(actor=owner, cohort=cohort, passage=passage, words="I like it.", client_id=name)

    with pytest.raises(Refused):
        remark(actor=make_user(), cohort=cohort, passage=passage, words="Me too.", client_id=uuid.uuid4())
    assert list(Remark.objects.values_list("words", flat=True)) == ["I like it."]
