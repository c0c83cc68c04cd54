import pytest
from django.urls import reverse

from courses.models import NoteAnswer, TrainerNote
from lms.permissions import Part
from tests.courses.factories import make_note
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def test_notes_shows_all_that_was_written_about_the_reader_and_nothing_else(page, cohort, owner):
    make_note(owner, cohort, words="About owner <b>")
    make_note(owner, make_cohort(), words="From an earlier year")
    make_note(make_membership(cohort=cohort).person, cohort, words="About another")

    html = page.get(reverse("courses:notes")).content.decode()

    assert [words in html for words in ("About owner &lt;b&gt;", "From an earlier year", "About another")] == [True, True, False]


def test_notes_takes_the_same_number_of_queries_for_many(page, cohort, owner, django_assert_num_queries):
    for _ in range(4):
        note = make_note(owner, cohort)
        NoteAnswer.objects.create(note=note, author=owner, words="Yes")
    page.get(reverse("courses:notes"))

    with django_assert_num_queries(5):
        page.get(reverse("courses:notes"))


def test_note_keeps_words_that_were_refused(page, cohort, owner):
    note = make_note(owner, cohort)
    TrainerNote.objects.filter(pk=note.pk).update(taken_back_at=note.said_at, words="")

    response = page.post(reverse("courses:note", args=[note.pk]), {"words": "My answer"})

    assert response.status_code == 200
    assert not NoteAnswer.objects.exists()


def test_note_answered_shows_the_answer(page, cohort, owner):
    note = make_note(owner, cohort)

    html = page.post(reverse("courses:note", args=[note.pk]), {"words": "My answer"}, follow=True).content.decode()

    assert "My answer" in html
    assert NoteAnswer.objects.get().author == owner


def test_note_read_is_not_waiting_any_more(page, cohort, owner):
    note = make_note(owner, cohort)

    page.get(reverse("courses:note", args=[note.pk]))

    assert page.get(reverse("courses:note", args=[note.pk])).status_code == 200


def test_take_back_by_its_author(client, cohort, owner):
    note = make_note(owner, cohort)
    client.force_login(note.author)

    html = client.post(reverse("courses:said-take-back", args=[note.pk]), follow=True).content.decode()

    assert note.words not in html
    assert "Taken back" in html


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.TRAINER])
def test_take_back_of_somebody_elses_words_is_no_page(client, cohort, owner, part):
    note = make_note(owner, cohort)
    client.force_login(make_membership(cohort=cohort, person=make_user(), part=part).person)

    assert client.post(reverse("courses:said-take-back", args=[note.pk])).status_code == 404
