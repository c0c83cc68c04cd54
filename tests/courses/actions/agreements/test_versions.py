import pytest
from django.urls import reverse

from courses.actions.agreements.text import change_passage
from courses.actions.agreements.versions import TextChanged, freeze, mark_of, sign
from courses.models import AgreementSignature, AgreementVersion, Membership
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.factories import covers_of, make_agreement, make_text
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def passages(cohort):
    return make_text(cohort)


def frozen(cohort, actor, passages, **overrides):
    fields = {"text": mark_of(passages), "covers": covers_of(passages), **overrides}
    return freeze(actor=actor, cohort=cohort, **fields)


def signed(cohort, person):
    return Membership.objects.get(cohort=cohort, person=person).signed_version


@pytest.mark.parametrize("part", Part)
def test_freeze_is_for_trainers_and_coordinators(cohort, passages, part):
    person = make_membership(cohort=cohort, part=part).person

    if part in {Part.TRAINER, Part.COORDINATOR}:
        assert frozen(cohort, person, passages).number == 1
    else:
        with pytest.raises(Refused):
            frozen(cohort, person, passages)


def test_freeze_keeps_the_text_for_ever_and_tells_everybody_else(cohort, owner, trainer, passages):
    version = frozen(cohort, trainer, passages, note="The first")
    change_passage(actor=trainer, passage_id=passages[0].pk, version=1, title="Other", words="Other")

    version.refresh_from_db()
    cohort.refresh_from_db()
    assert (version.number, cohort.agreement_version, version.note) == (1, 1, "The first")
    assert [(one["title"], one["covers"]) for one in version.passages] == [
        ("Passage 1", ["confidentiality", "disguise"]),
        ("Passage 2", ["room", "pictures"]),
        ("Passage 3", ["interpreters"]),
    ]
    assert list(Notice.objects.values_list("person", "url")) == [(owner.pk, reverse("courses:agreement", args=[cohort.slug]))]


@pytest.mark.parametrize("missing", ["confidentiality", "disguise", "room", "pictures", "interpreters"])
def test_freeze_refuses_a_text_that_does_not_speak_of_everything(cohort, trainer, passages, missing):
    covers = {key: place for key, place in covers_of(passages).items() if key != missing}

    with pytest.raises(Refused, match="does not say yet"):
        frozen(cohort, trainer, passages, covers=covers)

    assert AgreementVersion.objects.count() == 0


def test_freeze_takes_no_passage_of_another_cohort_for_an_answer(cohort, trainer, passages):
    elsewhere = make_text(make_cohort())[0]

    with pytest.raises(Refused):
        frozen(cohort, trainer, passages, covers={**covers_of(passages), "room": elsewhere.pk})


def test_freeze_of_a_text_that_changed_meanwhile_freezes_nothing(cohort, trainer, passages):
    read = mark_of(passages)
    change_passage(actor=trainer, passage_id=passages[1].pk, version=1, title="Other", words="Other")

    with pytest.raises(TextChanged):
        frozen(cohort, trainer, passages, text=read)

    cohort.refresh_from_db()
    assert (AgreementVersion.objects.count(), cohort.agreement_version) == (0, 0)


def test_freeze_of_the_same_words_asks_nobody_again(cohort, owner, trainer, passages):
    frozen(cohort, trainer, passages)
    sign(actor=owner, cohort=cohort, number=1, name="Owner")

    again = frozen(cohort, trainer, passages)

    assert (again.number, signed(cohort, owner), AgreementVersion.objects.count()) == (1, 1, 1)


def test_sign_is_in_ones_own_name_and_once(cohort, owner, trainer, passages):
    frozen(cohort, trainer, passages)

    for name in ("O. Wner", "Somebody else"):
        sign(actor=owner, cohort=cohort, number=1, name=name)

    assert list(AgreementSignature.objects.values_list("person", "name", "version__number")) == [(owner.pk, "O. Wner", 1)]
    assert (signed(cohort, owner), signed(cohort, trainer)) == (1, 0)
    assert Notice.objects.unread().filter(person=owner).count() == 0


@pytest.mark.parametrize("part", Part)
def test_sign_is_for_every_part(cohort, passages, trainer, part):
    frozen(cohort, trainer, passages)
    person = make_membership(cohort=cohort, part=part).person

    sign(actor=person, cohort=cohort, number=1, name="Name")

    assert signed(cohort, person) == 1


def test_sign_is_not_for_strangers_nor_for_who_has_left(cohort, owner, trainer, passages):
    frozen(cohort, trainer, passages)
    Membership.objects.filter(person=owner).update(ended_at=cohort.memberships.first().joined_at)

    for person in (owner, make_user()):
        with pytest.raises(Refused):
            sign(actor=person, cohort=cohort, number=1, name="Name")

    assert AgreementSignature.objects.count() == 0


@pytest.mark.parametrize("number", [0, 1, 3])
def test_sign_takes_no_name_for_a_version_that_does_not_hold(cohort, owner, number):
    make_agreement(cohort)
    make_agreement(cohort)

    with pytest.raises(Refused, match="has changed"):
        sign(actor=owner, cohort=cohort, number=number, name="Owner")

    assert signed(cohort, owner) == 0


def test_another_version_asks_everybody_again(cohort, owner):
    make_agreement(cohort, owner)
    before = signed(cohort, owner) == cohort.agreement_version

    make_agreement(cohort)

    assert (before, signed(cohort, owner), cohort.agreement_version) == (True, 1, 2)
    assert Notice.objects.unread().filter(person=owner).count() == 1


def test_sign_of_who_coordinates_without_a_place_is_kept_as_well(cohort, trainer, passages):
    coordinator = make_user(coordinates=True)
    frozen(cohort, trainer, passages)

    sign(actor=coordinator, cohort=cohort, number=1, name="Coordinator")

    assert AgreementSignature.objects.filter(person=coordinator).count() == 1
