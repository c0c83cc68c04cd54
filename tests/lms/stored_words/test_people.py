import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import live.actions
import live.actions.log
from courses.models import Cohort, Group, Introduction, TrainerNote
from forums.models import Post
from lms.permissions import Part
from lms.users.models import User
from tests.attacks import ATTACKS
from tests.courses.factories import make_certificate
from tests.factories import make_membership, make_module, make_user
from tests.files import picture
from tests.forums.factories import begin_thread
from tests.live.factories import make_room, make_seminar
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]


def test_names(cohort: Cohort, owner: User, teammate: User) -> None:
    attacker = as_(teammate)
    about = {"time_zone": "Europe/London", "country": "GB", "theme": "system"}
    names = []
    for attack in ATTACKS:
        attacker.post(reverse("account"), {**about, "display_name": attack[:80]})
        names.append(User.objects.get(pk=teammate.pk).display_name)
    room = make_room(seminar=make_seminar(cohort=cohort))
    thread = begin_thread(cohort=cohort, author=owner, title="Names")
    for name in names:
        person = make_membership(cohort=cohort, person=make_user(display_name=name)).person
        live.actions.say(actor=person, room_id=room.pk, text="x", client_id=uuid.uuid4())
    Post.objects.bulk_create(
        Post(thread=thread, author=member.person, client_id=uuid.uuid4(), html="<p>x</p>") for member in cohort.memberships.all()
    )
    pages = [
        reverse("live:room", args=[room.pk]),
        *(f"{reverse('forums:thread', args=[cohort.slug, thread.pk])}?from={post.pk}" for post in Post.objects.all()[::20]),
    ]

    text = look(as_(owner), [reverse("courses:people", args=[cohort.slug]), reverse("forums:forum", args=[cohort.slug]), *pages])

    assert len(set(names)) > 60
    assert all(name in " ".join(text.split()) for name in names)


def test_titles_of_groups_and_cohorts(cohort: Cohort) -> None:
    coordinator = make_user(coordinates=True)
    make_module(programme=cohort.programme)
    client = as_(coordinator)
    day = {"start_1": timezone.localdate().isoformat(), "time_zone": "Europe/London"}
    for number, attack in enumerate(ATTACKS):
        refused = client.post(reverse("courses:people-group", args=[cohort.slug]), {"kind": attack, "title": attack[:80]})
        assert wrong(refused) == []
        client.post(reverse("courses:people-group", args=[cohort.slug]), {"kind": "triad", "title": attack[:80]})
        client.post(reverse("courses:cohort-new"), {**day, "title": f"Number {number} {attack}"[:120]})

    text = look(client, [reverse("courses:people", args=[cohort.slug]), reverse("cohorts"), reverse("today")])
    refused = client.post(reverse("courses:cohort-new"), {"title": ATTACKS[0], "time_zone": ATTACKS[0], "start_1": ATTACKS[0]})

    assert (Group.objects.count() > 60, Cohort.objects.count() > 60, text.count("__xss") > 100, wrong(refused)) == (True, True, True, [])


def test_what_people_say_of_themselves(cohort: Cohort, owner: User) -> None:
    client, me = as_(owner), reverse("courses:people-me", args=[cohort.slug])
    people = [(make_membership(cohort=cohort, person=make_user()), attack) for attack in WITHOUT_NUL]
    for membership, attack in people:
        sent = {"words": attack[:600], "alt": attack[:200], "face": SimpleUploadedFile("Me.png", picture())}
        as_(membership.person).post(me, sent)
    assert wrong(client.post(me, {"words": ATTACKS[0] * 50, "alt": ATTACKS[0]})) == []

    text = look(client, [reverse("courses:people", args=[cohort.slug]), me])
    look(as_(people[0][0].person), [me])

    assert (Introduction.objects.exclude(face=None).count() > 60, text.count("__xss") > 60) == (True, True)


def test_lists_of_addresses_and_links(cohort: Cohort) -> None:
    client, page = as_(make_user(coordinates=True)), reverse("courses:people-list", args=[cohort.slug])
    for attack in WITHOUT_NUL:
        cell = attack.replace('"', '""').replace("\r", " ").replace("\n", " ")
        rows = f'"email";"part";"{cell}"\n"{cell}";"trainee";""\n"a@example.org";"{cell}";""\n"b@example.org";"trainee";""'
        for file in (rows, attack):
            sent = SimpleUploadedFile(f"{attack[:40]}.csv", file.encode("utf-8", "surrogatepass"))
            assert wrong(client.post(page, {"file": sent, "otherwise": "trainee"})) == []
        assert wrong(client.post(page, {"lines": attack, "otherwise": attack, "client_id": attack})) == []
        assert (
            wrong(client.post(reverse("courses:people-link-new", args=[cohort.slug]), {"part": attack, "uses": attack, "made": attack}))
            == []
        )
        assert wrong(Client().get(reverse("join", args=[attack.replace("/", "") or "x"]))) == []


def test_notes_about_a_trainee_and_names_on_certificates(cohort: Cohort, owner: User, teammate: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    page = cohort.memberships.get(person=teammate)
    given = make_certificate(teammate, cohort, shown="name")
    choice = reverse("courses:certificate", args=[given.pk])
    public = reverse("certificate-shown", args=[given.address])
    attacker, victim = as_(trainer), as_(teammate)
    for attack in WITHOUT_NUL:
        attacker.post(reverse("courses:trainee", args=[cohort.slug, page.pk]), {"words": attack})
        victim.post(reverse("courses:note", args=[TrainerNote.objects.latest("said_at").pk]), {"words": attack})
    for attack in ATTACKS[::5]:
        assert wrong(victim.post(choice, {"name": attack[:120], "shown": "name"}, follow=True)) == []
        assert wrong(Client().get(public)) == []

    text = look(victim, [reverse("courses:notes")]) + look(attacker, [reverse("courses:trainee", args=[cohort.slug, page.pk])])

    assert (TrainerNote.objects.count() > 60, text.count("__xss") > 100) == (True, True)
