import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from courses.models import Group
from courses.reading.people import PARTS
from lms.mail.models import Letter
from lms.permissions import Part
from tests.courses.factories import make_face
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.COORDINATOR)
    return cohort


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def test_people_shows_everybody_and_their_groups(signed_in, cohort):
    ana = make_membership(cohort=cohort, person=make_user(display_name="Ana"))
    Group.objects.create(cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers").members.add(ana)

    html = signed_in.get(reverse("courses:people", args=[cohort.slug])).content.decode()

    assert html.count("Ana") == 3  # in the list, beside "Change", in the group
    assert "Peers" in html


def test_people_stand_under_their_parts_in_the_order_of_their_names(signed_in, cohort):
    for name, part in (("Zoe", Part.TRAINER), ("Bo", Part.TRAINEE), ("Ana", Part.TRAINEE), ("Ilo", Part.INTERPRETER)):
        make_membership(cohort=cohort, person=make_user(display_name=name), part=part)
    make_membership(cohort=make_cohort(), person=make_user(display_name="Elsewhere"))

    parts = signed_in.get(reverse("courses:people", args=[cohort.slug])).context["parts"]

    assert [(str(label), [one.name for one in people]) for label, people in parts if people] == [
        ("Trainers", ["Zoe"]),
        ("Trainees", ["Ana", "Bo"]),
        ("Interpreters", ["Ilo"]),
        ("Coordinators", ["Owner"]),
    ]


def test_people_asks_the_same_questions_of_any_number(signed_in, cohort, django_assert_num_queries):
    address = reverse("courses:people", args=[cohort.slug])

    def fill(times):
        for _number in range(times):
            group = Group.objects.create(cohort=cohort, kind=Group.Kind.TRIAD, title=f"Triad {Group.objects.count()}")
            membership = make_membership(cohort=cohort)
            make_face(membership)
            group.members.add(membership)

    fill(1)
    signed_in.get(address)
    with django_assert_num_queries(7):
        signed_in.get(address)
    fill(5)
    with django_assert_num_queries(7):
        signed_in.get(address)


def test_people_shows_in_groups_only_who_is_still_there(signed_in, cohort):
    gone = make_membership(cohort=cohort, person=make_user(display_name="Ana"), ended_at="2026-01-01T00:00Z")
    Group.objects.create(cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers").members.add(gone)

    assert "Ana" not in signed_in.get(reverse("courses:people", args=[cohort.slug])).content.decode()


def test_every_part_has_a_place_among_the_people():
    assert set(PARTS) == set(Part)


def test_people_invite_writes_a_letter(signed_in, cohort):
    signed_in.post(reverse("courses:people-invite", args=[cohort.slug]), {"email": "new@example.org", "part": "trainee"})

    assert [letter.to for letter in Letter.objects.all()] == ["new@example.org"]


def test_people_invite_keeps_what_was_typed_when_it_is_refused(signed_in, cohort):
    response = signed_in.post(reverse("courses:people-invite", args=[cohort.slug]), {"email": "not-an-address", "part": "trainee"})

    assert 'value="not-an-address"' in response.content.decode()
    assert Letter.objects.count() == 0


def test_people_member_changes_a_part_and_removes(signed_in, cohort):
    membership = make_membership(cohort=cohort)
    address = reverse("courses:people-member", args=[cohort.slug, membership.pk])

    signed_in.post(address, {"part": "trainer", "seen": "trainee"})
    membership.refresh_from_db()
    assert membership.part == Part.TRAINER

    signed_in.post(address, {"part": "trainer", "seen": "trainer", "remove": "on"})
    membership.refresh_from_db()
    assert membership.ended_at is not None

    signed_in.post(address, {"part": "alumnus", "seen": ""})
    membership.refresh_from_db()
    assert (membership.part, membership.ended_at) == (Part.ALUMNUS, None)


def test_people_member_says_what_somebody_else_changed_meanwhile(signed_in, cohort):
    membership = make_membership(cohort=cohort)
    address = reverse("courses:people-member", args=[cohort.slug, membership.pk])
    signed_in.post(address, {"part": "interpreter", "seen": "trainee"})

    late = signed_in.post(address, {"part": "trainer", "seen": "trainee"})

    membership.refresh_from_db()
    assert (late.status_code, membership.part) == (422, Part.INTERPRETER)
    assert "Somebody else changed this while the page was open. Now it is: Interpreter." in late.content.decode()
    assert 'name="seen" value="interpreter"' in late.content.decode()


def test_people_group_offers_only_this_cohort(signed_in, cohort):
    elsewhere = make_membership(cohort=make_cohort())

    response = signed_in.post(
        reverse("courses:people-group", args=[cohort.slug]), {"kind": "triad", "title": "T", "members": [elsewhere.pk]}
    )

    assert (response.status_code, Group.objects.count()) == (422, 0)


def test_people_group_refuses_a_second_peer_group_and_offers_an_exchange(signed_in, cohort):
    member = make_membership(cohort=cohort)
    sent = {"kind": "peer_group", "members": [member.pk]}
    signed_in.post(reverse("courses:people-group", args=[cohort.slug]), {**sent, "title": "One"})

    response = signed_in.post(reverse("courses:people-group", args=[cohort.slug]), {**sent, "title": "Two"})

    html = response.content.decode()
    assert (response.status_code, "In another peer group already" in html, 'value="Two"' in html) == (422, True, True)
    assert reverse("courses:groups-exchange", args=[cohort.slug]) in html


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x00", "\u2028", "%0d%0a", "\x0b"])
def test_people_invite_lets_nobody_write_headers(signed_in, cohort, sign):
    """S22: an address is an address; whatever was sent, a letter has one subject and one receiver."""
    for email in (f"a@example.org{sign}Bcc: b@example.org", f"a{sign}Bcc:b@example.org", f'"a{sign}Bcc: b@example.org"@example.org'):
        signed_in.post(reverse("courses:people-invite", args=[cohort.slug]), {"email": email, "part": "trainee"})

    for letter in Letter.objects.all():
        mail = EmailMessage(subject=letter.subject, body=letter.body, to=[letter.to]).message()
        assert (mail["Bcc"], len(mail.get_all("To")), len(str(mail["To"]).splitlines()), letter.subject) == (
            None,
            1,
            1,
            "Your place on the course",
        )
    assert Letter.objects.filter(to__contains="\n").count() + Letter.objects.filter(to__contains="\r").count() == 0
