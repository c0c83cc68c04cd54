"""Somebody is removed from a cohort: one walk through everything they saw of it, and everything that stays theirs."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions.exports import ask_for_export
from courses.actions.kept_words import keep_words, open_words
from courses.actions.members import bring_back, remove_member
from courses.models import Introduction, KeptWords, SharedVersion, StoredFile
from courses.reading.shares import shared_with
from live.models import Revocation
from lms.mail.actions import write_letter
from lms.mail.models import Letter
from lms.notifications import pushing
from lms.notifications.actions.delivering import deliver, push
from lms.notifications.actions.notices import notify
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Part
from lms.policy import ROUTES, Whose
from tests.courses.factories import make_entry, make_face, make_peer_group, make_share
from tests.factories import make_user
from tests.forums.factories import begin_thread
from tests.lms.notifications.factories import make_subscription
from tests.world import World, make_world
from tests.world_things import things_of

# What stands in a cohort and is met by the person alone, or by them too: it stays theirs.
THEIRS = {
    "contact-request": "they asked it themselves",
    "courses:note": "it was written about them",
}
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world() -> World:
    return make_world()


def addresses(world: World) -> dict[str, str]:
    """Everything that stands in this cohort, for whoever's part has the verb."""
    in_cohort = [name for name, rule in ROUTES.items() if rule.whose is Whose.COHORT]
    return {name: reverse(name, kwargs=things_of(name, world.a)) for name in in_cohort}


def answers(client: Client, pages: dict[str, str]) -> dict[str, int]:
    """What each address answers: to a look, and where nothing is to be looked at, to a press."""
    return {name: (client.get if "GET" in ROUTES[name].methods else client.post)(page).status_code for name, page in pages.items()}


def tell(person: Any, page: str, key: str) -> Notice:
    notify(people=[person.pk], kind=Notice.Kind.ANSWER, key=key, url=page)
    return Notice.objects.get(person=person, key=key)


def test_removing_somebody_closes_what_they_see_of_the_cohort_at_once_everywhere(world: World, monkeypatch: Any) -> None:
    here, person, coordinator = world.a, world.a.teammate, make_user(coordinates=True)
    peer = make_user()
    make_peer_group(here.cohort, person, peer)
    client, place = Client(), reverse("cohort-today", args=[here.cohort.slug])
    client.force_login(person)
    pages = addresses(world)
    assert answers(client, pages)["courses:people"] == 200
    make_face(here.membership)
    keep_words(actor=person, source="", words="Mine", note="", client_id=uuid.uuid4())
    entry = make_entry(person, cohort=here.cohort)
    given = make_share(author=person, reader=peer, entry=entry, cohort=here.cohort)
    received = make_share(author=peer, reader=person, cohort=here.cohort)
    thread = begin_thread(cohort=here.cohort, author=person)
    prefer(actor=person, mail="at_once", quiet_from=8, quiet_until=8)
    subscription = make_subscription(person)
    Letter.objects.all().delete()
    into = tell(person, f"{place}forum/{thread.pk}/", "test:into")
    shared = tell(person, reverse("courses:shared", args=[received.pk]), "test:shared")
    theirs = tell(peer, reverse("courses:shared", args=[given.pk]), "test:theirs")
    elsewhere = tell(person, reverse("courses:entry", args=[entry.pk]), "test:elsewhere")
    deliver()  # a letter with all three, which has not left
    assert Letter.objects.get(person=person).body.count("http://testserver/") >= 3
    write_letter(to=person.email, subject="A date", body="Thursday", about=place, person=person)
    write_letter(to=peer.email, subject="A date", body="Thursday", about=place, person=peer)

    remove_member(actor=coordinator, membership=here.membership)

    # Pages, files and presses: all of them, as if they were not there.
    assert {name for name, status in answers(client, pages).items() if status != 404} == set(THEIRS)
    assert client.get(reverse("cohorts")).status_code == 200
    assert here.cohort.title not in client.get(reverse("today")).content.decode()
    # Sockets: every process reads this twice a second and closes what it has open (tests/live/consumers/test_revocation.py).
    assert Revocation.objects.filter(person=person).exists()
    # Notices, and rings of the browser on their way.
    assert list(Notice.objects.visible_to(person)) == [elsewhere]
    assert not Notice.objects.filter(pk__in=[into.pk, shared.pk, theirs.pk]).exists()
    monkeypatch.setattr(pushing, "send", lambda *given: pytest.fail("rung"))
    assert push(subscription_id=subscription.pk, notice_id=into.pk) is False
    # Letters that had not left: about the cohort, and with what is told of it. What else was to be told comes with the next.
    assert list(Letter.objects.filter(about=place).values_list("to", flat=True)) == [peer.email]
    deliver()
    told = Letter.objects.get(person=person, about="notices").body
    assert (place in told, reverse("courses:entry", args=[entry.pk]) in told) == (False, True)
    # Shares they received, and those they gave.
    assert (shared_with(person, 10), shared_with(peer, 10)) == ([], [])
    assert client.get(reverse("courses:shared", args=[received.pk])).status_code == 404
    assert SharedVersion.objects.visible_to(person).get() == given
    # Their face and what they said of themselves.
    assert (Introduction.objects.count(), StoredFile.objects.filter(attachment=None, face__isnull=False).count()) == (0, 0)

    # Their own journal, what they kept, and their export stay, and so does the record of what happened.
    assert client.get(reverse("courses:journal")).status_code == 200
    assert client.get(reverse("courses:entry", args=[entry.pk])).status_code == 200
    assert [opened.words for opened in open_words(actor=person, kept=list(KeptWords.objects.visible_to(person)))] == ["Mine"]
    assert ask_for_export(actor=person, form="markdown").person == person
    assert "no longer in the cohort" in client.get(reverse("courses:my-parts")).content.decode()
    last = Letter.objects.filter(to=person.email, about="").latest("written_at")
    assert "Your own journal and its export stay yours" in last.body

    # And the way back opens it again.
    bring_back(actor=coordinator, membership=here.membership, part=Part.TRAINEE)
    assert client.get(place).status_code == 200
