from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort, ContactRequest
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.notices import notify
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Part
from lms.users.models import User
from tests.attacks import ATTACKS, Page
from tests.factories import make_membership, make_user
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, ids, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]


def test_requests_for_contact_and_letters(cohort: Cohort, owner: User, settings: Any) -> None:
    settings.EMBEDDED = True
    aftercare = make_membership(cohort=cohort, part=Part.AFTERCARE).person
    asker, stranger, coordinator = as_(owner), Client(), as_(make_user(coordinates=True))
    for attack in ATTACKS:
        asker.post(reverse("contact-me"), {"note": attack, "client_id": ids()})
        stranger.post(reverse("cannot-get-in"), {"who": attack[:200], "phone": attack[:40], "what": attack})
    refused = [
        coordinator.post(reverse("courses:people-invite", args=[cohort.slug]), {"email": email, "part": "trainee"})
        for attack in ATTACKS[::4]
        for email in (attack, f'"{attack}"@example.org', f"{attack}@example.org")
    ]
    letters = Letter.objects.filter(subject="Somebody cannot get in")

    text = look(as_(aftercare), [reverse("contact-request", args=[asked.pk]) for asked in ContactRequest.objects.all()[::2]])
    text += look(stranger, [reverse("outbox"), *(reverse("outbox-letter", args=[letter.pk]) for letter in letters[::3])])

    assert (ContactRequest.objects.count(), letters.count()) == (len(WITHOUT_NUL), len(WITHOUT_NUL))
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 60


def test_notices_and_letters_that_did_not_arrive(owner: User) -> None:
    awake = {"mail": "at_once", "quiet_from": 0, "quiet_until": 0}
    prefer(actor=owner, **awake)
    for number, attack in enumerate(WITHOUT_NUL):
        notify(people=[owner.pk], kind=Notice.Kind.ANSWER, key=f"test:{number}", url="/journal/", who=attack[:80], words=attack)
        person = make_user(display_name=attack[:80])
        Letter.objects.create(to=f"{number}@example.org", subject=attack[:200], body=attack, person=person, given_up_at=timezone.now())
    deliver()
    pks = list(Notice.objects.order_by("pk").values_list("pk", flat=True))
    lists = [reverse("notifications"), *(f"{reverse('notifications')}?before={pk}" for pk in pks[::30])]

    text = look(as_(owner), lists) + look(as_(make_user(coordinates=True)), [reverse("letters")])
    letter = Letter.objects.get(to=owner.email)

    assert [Page(letter.html).wrong, Page(letter.html).text.count("__xss") > 10] == [[], True]
    assert text.count("__xss") > 60
