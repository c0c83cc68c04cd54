import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from PIL import Image

from courses.actions.introductions import FACE_SIDE, forget_introduction, introduce, open_face
from courses.actions.members import remove_member
from courses.actions.stored_files import sweep_files
from courses.models import Introduction, StoredFile
from lms import crypto
from lms.permissions import Part, Refused
from tests.courses.factories import make_face, make_upload
from tests.factories import make_cohort, make_membership, make_user
from tests.files import CANARY, photograph

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PLAIN = {"words": "", "alt": "", "upload": None, "remove_face": False}


@pytest.fixture
def membership(owner):
    return make_membership(cohort=make_cohort(), person=owner)


def on_disk() -> int:
    return sum(default_storage.exists(file.name) for file in StoredFile.objects.all())


def test_introduce_draws_a_face_anew_and_small(membership):
    face = make_face(membership, upload=make_upload(photograph((2000, 1000)), "Me.jpg"))

    content = open_face(introduction=face)

    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, image.getexif(), face.face_size) == ((FACE_SIDE, FACE_SIDE // 2), {}, len(content))
    assert CANARY.encode() not in content


def test_a_face_is_sealed_under_the_persons_key(membership):
    face = make_face(membership)
    with default_storage.open(face.face.name) as file:
        assert open_face(introduction=face) not in file.read()

    crypto.destroy_person_key(membership.person_id)

    with pytest.raises(crypto.Unreadable):
        open_face(introduction=face)


def test_introduce_replaces_and_removes_without_leaving_files(membership, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = make_face(membership).face_id, make_face(membership).face_id
    assert (first != second, on_disk(), StoredFile.objects.count()) == (True, 1, 1)

    with django_capture_on_commit_callbacks(execute=True):
        introduce(actor=membership.person, membership=membership, **{**PLAIN, "words": "Only words", "remove_face": True})

    kept = Introduction.objects.get()
    assert (kept.words, kept.face, kept.face_alt, StoredFile.objects.count()) == ("Only words", None, "", 0)


def test_introduce_keeps_the_face_when_only_words_change(membership):
    face = make_face(membership)

    introduce(actor=membership.person, membership=membership, **{**PLAIN, "words": "Other words", "alt": "Still me"})

    kept = Introduction.objects.get()
    assert (kept.face, kept.words, kept.face_alt) == (face.face, "Other words", "Still me")


def test_introduce_refuses_a_picture_that_cannot_be_drawn(membership):
    broken = make_upload(photograph()[:200], "Me.jpg")

    with pytest.raises(ValidationError):
        introduce(actor=membership.person, membership=membership, **{**PLAIN, "upload": broken})

    assert (Introduction.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_everybody_writes_about_themselves_only(membership, teammate):
    make_membership(cohort=membership.cohort, person=teammate, part=Part.COORDINATOR)

    with pytest.raises(Refused):
        introduce(actor=teammate, membership=membership, **PLAIN)


def test_who_was_removed_meanwhile_leaves_nothing_behind(membership, django_capture_on_commit_callbacks):
    stale = type(membership).objects.get(pk=membership.pk)
    with django_capture_on_commit_callbacks(execute=True):
        make_face(membership)
        remove_member(actor=make_user(coordinates=True), membership=membership)
    assert (Introduction.objects.count(), StoredFile.objects.count()) == (0, 0)

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused):
        introduce(actor=stale.person, membership=stale, **{**PLAIN, "upload": make_upload(photograph(), "Me.jpg")})
    assert Introduction.objects.count() == 0


def test_forget_introduction_needs_none(membership):
    forget_introduction(membership)

    assert Introduction.objects.count() == 0


def test_the_sweep_of_files_leaves_faces(membership):
    make_face(membership)
    StoredFile.objects.update(begun_at="2026-01-01T00:00Z")

    assert (sweep_files(), on_disk()) == ("0 files deleted that nothing named", 1)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("self", True),
        ("trainee", True),
        ("guest_trainer", True),
        ("coordinator", True),
        ("interpreter", False),
        ("alumnus", False),
        ("elsewhere", False),
        ("removed", False),
        ("site_coordinator", True),
    ],
)
def test_visible_to_is_who_sees_the_people_of_the_cohort(membership, who, sees):
    make_face(membership)
    reader = membership.person if who == "self" else make_user(coordinates=who == "site_coordinator")
    if who in set(Part):
        make_membership(cohort=membership.cohort, person=reader, part=Part(who))
    if who in {"elsewhere", "removed"}:
        make_membership(cohort=make_cohort(), person=reader)
    if who == "removed":
        make_membership(cohort=membership.cohort, person=reader, ended_at="2026-01-01T00:00Z")

    assert Introduction.objects.visible_to(reader).exists() is sees
