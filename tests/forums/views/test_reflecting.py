import pytest
from django.test import Client
from django.urls import reverse

from forums.actions.reflecting import move_thread_phase, seat_people
from lms.floor import Phase
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def reflectors(cohort):
    return [make_membership(cohort=cohort).person for _ in range(2)]


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, thread) -> str:
    return reverse(f"forums:{name}", args=[thread.forum.cohort.slug, thread.pk])


def test_thread_form_seats_people_then_moves_the_phase(thread, trainer, owner, reflectors):
    client, page = signed_in(trainer), address("thread-form", thread)

    seated = client.post(page, {"teller": owner.pk, "reflectors": [person.pk for person in reflectors]})
    moved = client.post(page, {"what": "phase", "phase": "reflecting"})

    thread.refresh_from_db()
    assert [(answer.status_code, answer.url) for answer in (seated, moved)] == [(302, address("thread", thread))] * 2
    assert (thread.phase, sorted(thread.seats.values_list("seat", flat=True))) == (
        "reflecting",
        ["facilitator", "reflector", "reflector", "speaker"],
    )


def test_thread_form_keeps_what_was_chosen_when_it_is_refused(thread, trainer, owner, reflectors):
    refused = signed_in(trainer).post(address("thread-form", thread), {"teller": owner.pk, "reflectors": [reflectors[0].pk]})

    page = refused.content.decode()
    assert "Please choose two, three or four people to reflect" in page
    assert f'<option value="{owner.pk}" selected>' in page


def test_thread_form_is_for_who_facilitates(thread, owner, teammate, outsider):
    assert [signed_in(person).get(address("thread-form", thread)).status_code for person in (owner, teammate, outsider)] == [404, 404, 404]


def test_thread_shows_whose_turn_it_is_and_no_composer_to_who_listens(thread, trainer, owner, teammate, reflectors):
    seat_people(actor=trainer, thread=thread, teller=owner, reflectors=reflectors)
    move_thread_phase(actor=trainer, thread=thread, phase=Phase.REFLECTING)

    pages = [signed_in(person).get(address("thread", thread)).content.decode() for person in (teammate, owner, reflectors[0])]

    assert ['id="composer"' in page for page in pages] == [False, False, True]
    assert ["You are listening to the reflections." in page for page in pages] == [True, True, False]
    assert all('<li aria-current="step">Reflecting</li>' in page for page in pages)


def test_thread_reply_out_of_turn_is_refused_with_the_words_kept(thread, trainer, owner, teammate, reflectors):
    seat_people(actor=trainer, thread=thread, teller=owner, reflectors=reflectors)
    words = words_of("x")

    sent = {"body": "What I would have said", "body_form": "text", "client_id": str(words.client_id)}
    page = signed_in(teammate).post(address("reply", thread), sent).content.decode()

    assert "You are listening just now. Your words are still here; keep them for later." in page
    assert "What I would have said" in page
    assert thread.posts.count() == 1
