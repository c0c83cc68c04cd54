import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.actions.members import change_part, remove_member
from courses.models import Introduction
from courses.models.members import LONGEST_WORDS
from lms import crypto
from lms.permissions import Part
from tests.courses.factories import make_face
from tests.factories import make_cohort, make_membership, make_user
from tests.files import PDF, picture

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def membership(owner):
    return make_membership(cohort=make_cohort(title="Spring"), person=owner)


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def me(membership):
    return reverse("courses:people-me", args=[membership.cohort.slug])


def face(membership):
    return reverse("courses:people-face", args=[membership.cohort.slug, membership.pk])


def test_me_keeps_words_and_a_face_that_others_see(signed_in, membership, teammate):
    sent = {"words": "Line one\r\n\r\nLine two", "alt": "Laughing", "face": SimpleUploadedFile("Me.png", picture())}
    assert signed_in.post(me(membership), sent).status_code == 302
    make_membership(cohort=membership.cohort, person=teammate)
    signed_in.force_login(teammate)

    page = signed_in.get(reverse("courses:people", args=[membership.cohort.slug])).content.decode()

    assert "Line one<br><br>Line two" in page and 'alt="Laughing"' in page
    shown = signed_in.get(face(membership))
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/png", "private, no-store")


def test_me_is_for_every_part(client, owner):
    for part in Part:
        membership = make_membership(cohort=make_cohort(), person=owner, part=part)
        client.force_login(owner)
        make_face(membership)

        assert (client.get(me(membership)).status_code, client.get(face(membership)).status_code) == (200, 200)


def test_me_takes_the_face_away(signed_in, membership):
    make_face(membership)

    signed_in.post(me(membership), {"words": "", "alt": "", "remove_face": "on"})

    assert Introduction.objects.get().face is None
    assert signed_in.get(face(membership)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"words": "a" * (LONGEST_WORDS + 1)}, "Ensure this value has at most 600 characters"),
        ({"words": "\n".join("abcdefghijk")}, "These are many lines."),
        ({"face": SimpleUploadedFile("Me.png", PDF)}, "This file is not of a kind that can be kept here"),
        ({"face": SimpleUploadedFile("Me.png", picture()[:60])}, "This picture is damaged"),
    ],
)
def test_me_refuses_with_a_sentence_and_keeps_what_was_typed(signed_in, membership, sent, sentence):
    page = signed_in.post(me(membership), {"words": "Mine", "alt": "Seen", **sent})

    assert (page.status_code, Introduction.objects.count()) == (422, 0)
    assert sentence in page.content.decode() and 'value="Seen"' in page.content.decode()


def test_me_leaves_out_letters_that_nobody_sees(signed_in, membership):
    signed_in.post(me(membership), {"words": "Good\u202e\u200b day\x07", "alt": "A\u202eface"})

    kept = Introduction.objects.get()
    assert (kept.words, kept.face_alt) == ("Good day", "Aface")


def test_a_face_whose_key_is_gone_is_not_there(signed_in, membership):
    make_face(membership)
    crypto.destroy_person_key(membership.person_id)

    assert signed_in.get(face(membership)).status_code == 404


def test_me_asks_few_questions(signed_in, membership, django_assert_num_queries):
    make_face(membership)
    signed_in.get(me(membership))
    with django_assert_num_queries(6):
        signed_in.get(me(membership))


def test_my_parts_shows_ones_own_record_also_after_the_end(signed_in, membership, teammate):
    coordinator = make_user(coordinates=True, display_name="Coordinator K")
    make_membership(cohort=membership.cohort, person=teammate)
    change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)
    remove_member(actor=coordinator, membership=membership)

    page = signed_in.get(reverse("courses:my-parts")).content.decode()

    assert "Was Trainee, is Interpreter since." in page and "Was Interpreter; is no longer in the cohort." in page
    assert page.count("Coordinator K") == 2
    assert "Its pages are closed to you. What you wrote in your own journal stays yours:" in page
    signed_in.force_login(teammate)
    assert "Interpreter" not in signed_in.get(reverse("courses:my-parts")).content.decode()


def test_my_parts_asks_the_same_questions_of_any_number(signed_in, membership, owner, django_assert_num_queries):
    coordinator = make_user(coordinates=True)
    change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)
    signed_in.get(reverse("courses:my-parts"))
    with django_assert_num_queries(5):
        signed_in.get(reverse("courses:my-parts"))
    for _number in range(4):
        change_part(actor=coordinator, membership=make_membership(cohort=make_cohort(), person=owner), part=Part.ALUMNUS)
    with django_assert_num_queries(5):
        signed_in.get(reverse("courses:my-parts"))
