import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import NoteAnswer, TrainerNote
from lms.permissions import Part
from tests.courses.factories import make_note
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.TRAINER)
    return cohort


@pytest.fixture
def ana(cohort):
    return make_membership(cohort=cohort, person=make_user(display_name="Ana"))


@pytest.fixture
def page(client, owner, ana):
    client.force_login(owner)
    return reverse("courses:trainee", args=[ana.cohort.slug, ana.pk])


def test_trainee_shows_blocks_and_what_a_certificate_asks_for(client, cohort, page):
    block = make_block(cohort=cohort)
    make_activity(module=block.module, closing=True)

    html = client.get(page).content.decode()

    assert [words in html for words in (block.module.short, "Not started", "The closing statement is not kept yet.")] == [True, True, True]


def test_trainee_writes_a_note(client, page, ana):
    client.post(page, {"words": "I noticed how you waited."})

    assert [(note.about, note.words) for note in TrainerNote.objects.all()] == [(ana.person, "I noticed how you waited.")]


def test_trainee_keeps_nothing_of_an_empty_note(client, page):
    response = client.post(page, {"words": "  "})

    assert "A first sentence is enough" in response.content.decode()
    assert not TrainerNote.objects.exists()


def test_trainee_is_there_after_somebody_left(client, page, ana):
    ana.ended_at = timezone.now()
    ana.save()

    assert client.get(page).status_code == 200


def test_trainee_has_no_page_for_other_parts(client, cohort, page):
    other = make_membership(cohort=cohort, part=Part.COORDINATOR)

    assert client.get(reverse("courses:trainee", args=[cohort.slug, other.pk])).status_code == 404


def test_trainee_shows_notes_of_this_cohort_alone(client, cohort, page, ana, owner):
    elsewhere = make_cohort()
    make_membership(cohort=elsewhere, person=owner, part=Part.TRAINER)
    make_note(ana.person, cohort, words="Here")
    make_note(ana.person, elsewhere, words="Elsewhere")

    html = client.get(page).content.decode()

    assert ("Here" in html, "Elsewhere" in html) == (True, False)


def test_trainee_takes_the_same_number_of_queries_for_many_notes(client, cohort, page, ana, owner, django_assert_num_queries):
    for _ in range(5):
        note = make_note(ana.person, cohort)
        NoteAnswer.objects.create(note=note, author=owner, words="Yes")
    client.get(page)

    with django_assert_num_queries(12):
        client.get(page)
