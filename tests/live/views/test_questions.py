import uuid

import pytest
from django.test import Client
from django.urls import reverse

from live.models import Question, Room
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_question, make_room, make_seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner, teammate) -> Room:
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate]), kind="talk"))


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def act(person, question: Question, what: str, **data):
    return as_person(person).post(reverse("live:question-act", args=[question.room_id, question.pk, what]), data)


def test_questions_wait_beside_the_talk_and_are_settled_by_who_hosts(room, owner, teammate):
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER, person=make_user(display_name="Trainer A")).person
    address = reverse("live:questions", args=[room.pk])
    asked = as_person(owner).post(reverse("live:question-ask", args=[room.pk]), {"text": "What about silence?", "client_id": uuid.uuid4()})
    question = Question.objects.get()
    assert asked.headers["Location"] == f"{address}#question-{question.pk}"

    act(teammate, question, "take-up", text="I wonder about that too.")
    seen = as_person(teammate).get(address).content.decode()
    act(trainer, question, "bring-in")

    assert [words in seen for words in ("What about silence?", "I wonder about that too.", "Bring it in")] == [True, True, False]
    log = as_person(teammate).get(reverse("live:room", args=[room.pk])).content.decode()
    said = ("What about silence?", "A question, brought in by Trainer A", "To that question, brought in by Trainer A")
    assert [log.count(words) for words in said] == [1, 1, 1]
    assert "It stands in the room." in as_person(owner).get(address).content.decode()


def test_question_set_aside_says_why_to_whoever_asked(room, owner, teammate):
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    question = make_question(room=room, author=owner)

    refused = act(trainer, question, "set-aside", text="")
    act(trainer, question, "set-aside", text="The next talk is about that.")

    assert (refused.status_code, "whoever asked reads it" in refused.content.decode()) == (422, True)
    pages = [as_person(person).get(reverse("live:questions", args=[room.pk])).content.decode() for person in (owner, teammate)]
    assert ["The next talk is about that." in page for page in pages] == [True, False]


@pytest.mark.parametrize(("text", "sentence"), [("", "There are no words here yet."), ("x" * 1001, "too long for here")])
def test_question_ask_keeps_what_was_typed(room, owner, text, sentence):
    answer = as_person(owner).post(reverse("live:question-ask", args=[room.pk]), {"text": text, "client_id": uuid.uuid4()})

    assert (answer.status_code, answer.context["form"]["text"].value(), Question.objects.count()) == (422, text, 0)
    assert sentence in answer.content.decode()


def test_take_up_refused_keeps_the_sentence(room, owner, teammate):
    question = make_question(room=room, author=owner)
    act(teammate, question, "take-up", text="A first sentence.")

    answer = act(teammate, question, "take-up", text="A second sentence.")

    assert answer.status_code == 422
    assert "A second sentence.</textarea>" in answer.content.decode()


def test_question_is_offered_to_be_taken_up_until_a_sentence_is_added(room, owner, teammate):
    question = make_question(room=room, author=owner)
    address = reverse("live:questions", args=[room.pk])
    offered = []
    for what in ("", "take-up", "take-back"):
        if what:
            act(teammate, question, what, text="I wonder about that too.")
        pages = [as_person(person).get(address).content.decode() for person in (owner, teammate)]
        offered.append([f'id="words-take-up-{question.pk}"' in page for page in pages])

    assert offered == [[False, True], [False, False], [False, True]]


def test_questions_tell_only_whoever_asked_under_which_name_it_was_sent(room, owner, teammate):
    question = make_question(room=room, author=owner)
    address = reverse("live:questions", args=[room.pk])

    told = [f'data-asked="{question.client_id}"' in as_person(person).get(address).content.decode() for person in (owner, teammate)]

    assert told == [True, False]


def test_question_act_refuses_who_does_not_host_in_a_sentence(room, owner, teammate):
    answer = act(teammate, make_question(room=room, author=owner), "bring-in")

    assert (answer.status_code, "Only those who host do that." in answer.content.decode(), room.events.count()) == (422, True, 0)


def test_question_act_knows_no_other_act_and_no_other_rooms_questions(room, owner):
    elsewhere = make_question(room=make_room(seminar=make_seminar(cohort=room.seminar.cohort, kind="talk")), author=owner)
    own = make_question(room=room, author=owner)

    address = reverse("live:question-act", args=[room.pk, elsewhere.pk, "take-back"])
    assert (act(owner, own, "vote").status_code, as_person(owner).post(address).status_code) == (404, 404)


def test_room_slow_and_host_are_chosen_by_who_facilitates(room, owner):
    trainer = as_person(make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person)
    trainer.post(reverse("live:room-slow", args=[room.pk]), {"seconds": "60"})
    trainer.post(reverse("live:room-host", args=[room.pk]), {"person": owner.pk, "hosts": "True"})
    page = trainer.get(reverse("live:questions", args=[room.pk])).content.decode()
    hosted = room.participants.get(person=owner).hosts
    trainer.post(reverse("live:room-host", args=[room.pk]), {"person": owner.pk})

    room.refresh_from_db()
    assert (room.slow_seconds, hosted, room.participants.get(person=owner).hosts) == (60, True, False)
    assert "Owner hosts with you." in page
    assert "everybody leaves a minute" in as_person(owner).get(reverse("live:room", args=[room.pk])).content.decode()


def test_questions_ask_the_same_few_questions_however_many_wait(room, owner, teammate, django_assert_max_num_queries):
    client = as_person(make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person)
    client.get("/healthz")  # the first visit of a sign-in notes where it came from
    counts = []
    for number in (1, 20):
        for _ in range(number):
            make_question(room=room, author=owner).taken_up.create(author=teammate, text="I wonder too.")
            make_question(room=room, author=teammate, state="set_aside")
        with django_assert_max_num_queries(12) as questions:
            client.get(reverse("live:questions", args=[room.pk]))
        counts.append(len(questions))

    assert counts[0] == counts[1]


def test_questions_show_ones_own_first_and_the_others_by_the_hundred(room, owner, teammate):
    for number in range(102):
        make_question(room=room, author=teammate, text=f"Asked {number:03}.")
    make_question(room=room, author=owner, text="My own, after all of them.")
    address = reverse("live:questions", args=[room.pk])

    first = as_person(owner).get(address)
    rest = as_person(owner).get(f"{address}?after={first.context['more'].pk}")

    assert [question.text for question in first.context["mine"]] == ["My own, after all of them."]
    assert [question.text for question in first.context["waiting"]] == [f"Asked {number:03}." for number in range(100)]
    assert ([question.text for question in rest.context["waiting"]], rest.context["more"]) == (["Asked 100.", "Asked 101."], None)
    assert "More questions" in first.content.decode()
    assert "More questions" not in rest.content.decode()
