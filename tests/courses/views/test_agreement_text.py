import uuid

import pytest
from django.urls import reverse

from courses.actions.agreements.text import change_passage
from courses.models import Passage, Proposal, Remark
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.courses.factories import make_agreement, make_proposal, make_text
from tests.factories import make_cohort, make_membership, make_programme

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def passage(cohort):
    return make_text(cohort)[0]


def address(name, cohort, *given):
    return reverse(f"courses:{name}", args=[cohort.slug, *given])


def main(response):
    return " ".join(response.content.decode().partition('id="main"')[2].split())


def words(**overrides):
    return {"title": "Passage 1", "words": "We keep silence.", "version": 1, "client_id": str(uuid.uuid4()), **overrides}


def test_text_invites_who_keeps_it_to_begin(client, owner):
    first = [{"title": "Where", "words": "A door.", "covers": ["room"]}]
    cohort = make_cohort(programme=make_programme(agreement=first), members=[owner])
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    client.force_login(owner)
    asked = main(client.get(address("agreement-text", cohort)))
    client.force_login(trainer)

    response = client.post(address("agreement-begin", cohort))

    assert ("A trainer puts the first one here." in asked, response["Location"]) == (True, address("agreement-text", cohort))
    assert "1.</span> Where" in main(client.get(address("agreement-text", cohort)))


def test_passage_propose_keeps_a_proposal_and_shows_what_differs(client, cohort, owner, passage):
    client.force_login(owner)

    response = client.post(address("passage-propose", cohort, passage.pk), words(why="It is shorter"))

    made = Proposal.objects.get()
    html = main(client.get(address("proposal", cohort, made.pk)))
    assert response["Location"] == address("proposal", cohort, made.pk)
    assert ("<del>" in html, "<ins>" in html, "It is shorter" in html) == (True, True, True)
    assert "1 proposal" in main(client.get(address("agreement-text", cohort)))


@pytest.mark.parametrize(
    ("sent", "kept"), [({"words": ""}, "Passage 1"), ({"title": ""}, "We keep silence."), ({"words": "x" * 4001}, "x" * 4001)]
)
def test_passage_propose_that_is_refused_keeps_what_was_typed(client, cohort, owner, passage, sent, kept):
    client.force_login(owner)

    response = client.post(address("passage-propose", cohort, passage.pk), words(**sent))

    assert (response.status_code, kept in response.content.decode(), Proposal.objects.count()) == (422, True, 0)


def test_passage_propose_of_the_same_words_says_so(client, cohort, owner, passage):
    client.force_login(owner)

    response = client.post(address("passage-propose", cohort, passage.pk), words(words=passage.words))

    assert (response.status_code, "stand there already" in response.content.decode()) == (422, True)


def test_passage_propose_against_a_passage_that_was_changed_shows_both_and_takes_the_second_try(client, cohort, owner, trainer, passage):
    change_passage(actor=trainer, passage_id=passage.pk, version=1, title="Passage 1", words="THEIR words.")
    client.force_login(owner)

    response = client.post(address("passage-propose", cohort, passage.pk), words(words="MY words."))

    html = main(response)
    assert (response.status_code, "THEIR" in html, "MY words." in html, 'name="version" value="2"' in html) == (409, True, True, True)
    assert client.post(address("passage-propose", cohort, passage.pk), words(words="MY words.", version=2)).status_code == 302


def test_passage_propose_at_once_is_for_who_keeps_the_agreement(client, cohort, owner, trainer, passage):
    said = {}
    for person in (owner, trainer):
        client.force_login(person)
        client.post(address("passage-propose", cohort, passage.pk), words(now="1"))
        passage.refresh_from_db()
        said[person] = (passage.words, Proposal.objects.count())

    assert said == {owner: ("We keep the words of 1.", 1), trainer: ("We keep silence.", 1)}


def test_passage_new_proposed_and_put_at_once(client, cohort, owner, trainer, passage):
    client.force_login(owner)
    client.post(address("passage-new", cohort), words(title="Proposed", after=passage.pk))
    client.force_login(trainer)
    client.post(address("passage-new", cohort), words(title="At once", after="", now="1"))

    assert list(Proposal.objects.values_list("title", "passage")) == [("Proposed", passage.pk)]
    assert list(Passage.objects.values_list("title", flat=True)) == ["Passage 1", "Passage 2", "Passage 3", "At once"]
    assert "Proposed" in main(client.get(address("agreement-text", cohort)))


def test_passage_remove_proposed_and_done_at_once(client, cohort, owner, trainer, passage):
    client.force_login(owner)
    client.post(address("passage-remove", cohort, passage.pk), {"version": 1, "why": "Too much", "client_id": str(uuid.uuid4())})
    still = passage.removed_at
    client.force_login(trainer)
    client.post(address("passage-remove", cohort, passage.pk), {"version": 1, "now": "1"})

    passage.refresh_from_db()
    assert (list(Proposal.objects.values_list("kind", "why")), still) == ([("remove", "Too much")], None)
    assert passage.removed_at is not None
    assert "Taken out of the text" in main(client.get(address("passage", cohort, passage.pk)))


def test_remarks_on_a_passage_and_on_a_proposal(client, cohort, owner, teammate, passage):
    make_membership(cohort=cohort, person=teammate)
    made = make_proposal(passage, owner)
    client.force_login(teammate)

    client.post(address("passage-remark", cohort, passage.pk), {"words": "Of the passage", "client_id": str(uuid.uuid4())})
    client.post(address("proposal-remark", cohort, made.pk), {"words": "Of the proposal", "client_id": str(uuid.uuid4())})
    refused = client.post(address("passage-remark", cohort, passage.pk), {"words": "\u200b"})

    assert "Of the passage" in main(client.get(address("passage", cohort, passage.pk)))
    assert "Of the proposal" in main(client.get(address("proposal", cohort, made.pk)))
    assert (refused.status_code, Remark.objects.count()) == (422, 2)


def test_proposal_answer_takes_up_or_says_why_not(client, cohort, owner, trainer, passage):
    taken, left = make_proposal(passage, owner), make_proposal(passage, owner)
    client.force_login(trainer)

    silent = client.post(address("proposal-answer", cohort, left.pk), {"act": "leave", "version": 1})
    client.post(address("proposal-answer", cohort, left.pk), {"act": "leave", "answer": "We said so already."})
    client.post(address("proposal-answer", cohort, taken.pk), {"act": "take", "version": 1})

    assert (silent.status_code, "Please say in a sentence why." in silent.content.decode()) == (422, True)
    assert list(Proposal.objects.order_by("pk").values_list("state", "answer")) == [("taken_up", ""), ("left", "We said so already.")]
    assert "We said so already." in main(client.get(address("agreement-text", cohort)))


def test_proposal_answer_against_a_passage_that_changed_shows_both_and_keeps_what_was_typed(client, cohort, owner, trainer, passage):
    made = make_proposal(passage, owner, words="PROPOSED words.")
    change_passage(actor=trainer, passage_id=passage.pk, version=1, title="Passage 1", words="THEIR words.")
    client.force_login(trainer)
    page = main(client.get(address("proposal", cohort, made.pk)))

    stale = client.post(address("proposal-answer", cohort, made.pk), {"act": "take", "version": 1})
    change_passage(actor=trainer, passage_id=passage.pk, version=2, title="Passage 1", words="EVEN newer.")
    typed = {"act": "take", "version": 2, "title": "Passage 1", "words": "TYPED by hand."}
    again = client.post(address("proposal-answer", cohort, made.pk), typed)
    client.post(address("proposal-answer", cohort, made.pk), {**typed, "version": 3})

    passage.refresh_from_db()
    assert ("The passage was changed after this was proposed." in page, "PROPOSED" in page, "THEIR" in page) == (True, True, True)
    assert [(one.status_code, made.words in main(one)) for one in (stale, again)] == [(409, True), (409, True)]
    assert ("EVEN" in main(again), "TYPED by hand." in main(again)) == (True, True)
    assert passage.words == "TYPED by hand."


def test_proposal_take_back_by_its_author(client, cohort, owner, trainer, passage):
    made = make_proposal(passage, owner)
    for person in (trainer, owner):
        client.force_login(person)
        client.post(address("proposal-take-back", cohort, made.pk))
        made.refresh_from_db()
        if person == trainer:
            assert made.state == "open"

    assert made.state == "withdrawn"


def test_an_alumnus_reads_and_writes_nothing(client, cohort, owner, passage):
    client.force_login(make_membership(cohort=cohort, part=Part.ALUMNUS).person)

    html = main(client.get(address("passage", cohort, passage.pk)))

    assert ("Propose other words" in html, "Say it" in html) == (False, False)


def test_pages_ask_the_same_few_questions_however_much_was_said(client, cohort, owner, trainer, passage, django_assert_max_num_queries):
    made = make_proposal(passage, owner)
    pages = [address("agreement-text", cohort), address("passage", cohort, passage.pk), address("proposal", cohort, made.pk)]
    pages += [address("passage-new", cohort), address("passage-propose", cohort, passage.pk), address("passage-remove", cohort, passage.pk)]

    def ask():
        counts = []
        for page in pages:
            with django_assert_max_num_queries(12) as questions:
                assert client.get(page).status_code == 200
            counts.append(len(questions))
        return counts

    make_agreement(cohort)
    client.force_login(trainer)
    Remark.objects.create(passage=passage, author=owner, words="One")
    Remark.objects.create(proposal=made, author=owner, words="One")
    client.post(address("proposal-answer", cohort, make_proposal(passage, owner).pk), {"act": "leave", "answer": "No"})
    Notice.objects.all().delete()
    ask()
    few = ask()
    for _ in range(5):
        more = make_proposal(passage, make_membership(cohort=cohort).person)
        Remark.objects.create(passage=passage, author=owner, words="More")
        Remark.objects.create(proposal=more, author=more.author, words="More")
        make_proposal(passage, more.author, kind="new", title="New")
    Notice.objects.all().delete()

    assert ask() == few
