"""Who looks after others needs a second step before anything else opens (S18)."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Membership
from lms.permissions import Part
from lms.policy import ROUTES, Whose
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.world import make_world
from tests.world_things import own_thing, things_of

NEEDED = reverse("second-factor")


@pytest.fixture(autouse=True)
def _as_on_a_server(settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True


def as_part(part: Part | None) -> tuple[Client, User]:
    person = make_user(coordinates=part is None)
    if part is not None:
        make_membership(cohort=make_cohort(), person=person, part=part)
    client = Client()
    client.force_login(person)
    return client, person


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "needs"),
    [
        (Part.TRAINEE, False),
        (Part.ALUMNUS, False),
        (Part.INTERPRETER, False),
        (Part.TRAINER, True),
        (Part.GUEST_TRAINER, True),
        (Part.COORDINATOR, True),
        (Part.AFTERCARE, True),
        (None, True),  # coordinates the site
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_second_step_are_led_to_it(part: Part | None, needs: bool, method: str) -> None:
    client, _person = as_part(part)

    response = getattr(client, method)(reverse("contact-requests"))

    assert (response.status_code == 302 and response["Location"] == NEEDED) is needs


OPEN_TO_STAFF = {  # besides what the accounts library answers
    *("account", "sign-ins", "sign-in-end", "sign-ins-end-others", "theme-set", "second-factor", "invitation", "unsubscribe"),
    *("contact-me", "crisis", "safeguarding", "cannot-get-in", "push-worker", "healthz", "readyz"),
    *("certificate-shown", "certificate-issuer", "certificate-key", "certificate-keys", "certificates-revoked"),
}


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("actor", ["trainer", "aftercare", "site_coordinator"])
def test_of_all_addresses_only_help_and_the_account_open_without_a_second_step(actor: str) -> None:
    """Also every page of a cohort's year, by looking and by sending."""
    world = make_world()
    client = Client(raise_request_exception=False)
    client.force_login(world.people[actor])
    opened = set()
    for name, rule in ROUTES.items():
        if rule.whose in {Whose.LIBRARY, Whose.INSIDE}:
            continue
        things = own_thing(name, world.a.teammate, world.a) if rule.whose is Whose.OWN else things_of(name, world.a) or {}
        for method in (client.get, client.post):
            response = method(reverse(name, kwargs=things))
            if (response.status_code, response.headers.get("Location")) != (302, NEEDED):
                opened.add(name)

    assert opened == OPEN_TO_STAFF


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account", "second-factor", "contact-me", "crisis", "cannot-get-in", "healthz", "mfa_index", "sign-ins"])
def test_help_and_the_account_stay_open(name: str) -> None:
    client, _person = as_part(Part.TRAINER)

    assert client.get(reverse(name)).status_code == 200


@pytest.mark.django_db
def test_signing_out_stays_open() -> None:
    client, _person = as_part(Part.TRAINER)

    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_second_step_opens_everything_and_losing_it_closes_again() -> None:
    client, person = as_part(Part.AFTERCARE)
    TOTP.activate(person, generate_totp_secret())
    opened = client.get(reverse("contact-requests")).status_code

    Authenticator.objects.filter(user=person).delete()

    assert (opened, client.get(reverse("contact-requests")).status_code) == (200, 302)


@pytest.mark.django_db
def test_recovery_codes_alone_are_no_second_step() -> None:
    client, person = as_part(Part.TRAINER)
    RecoveryCodes.activate(person)

    assert client.get(reverse("contact-requests"))["Location"] == NEEDED


@pytest.mark.django_db
def test_a_new_part_counts_at_once_and_a_left_one_no_more() -> None:
    client, person = as_part(Part.TRAINEE)
    before = client.get(reverse("contact-requests")).status_code
    Membership.objects.filter(person=person).update(part=Part.TRAINER)
    during = client.get(reverse("contact-requests")).status_code
    Membership.objects.filter(person=person).update(ended_at=timezone.now())

    assert (before, during, client.get(reverse("contact-requests")).status_code) == (200, 302, 200)


@pytest.mark.django_db
def test_a_staff_part_beyond_the_cohorts_that_are_shown_counts() -> None:
    client, person = as_part(Part.TRAINER)
    for _ in range(10):
        make_membership(cohort=make_cohort(), person=person, last_used_at=timezone.now())

    assert client.get("/", follow=True).redirect_chain == [(NEEDED, 302)]


@pytest.mark.django_db
def test_a_demo_asks_for_none(settings) -> None:
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    client, _person = as_part(Part.TRAINER)

    assert client.get(reverse("contact-requests")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("part", [Part.TRAINEE, Part.TRAINER])
def test_nobody_pays_a_query_for_it(settings, django_assert_max_num_queries, part: Part) -> None:
    client, person = as_part(part)
    TOTP.activate(person, generate_totp_secret())
    client.get(reverse("contact-requests"))
    counts = []
    for asked in (False, True):
        settings.STAFF_NEEDS_SECOND_FACTOR = asked
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("contact-requests"))
        counts.append(len(queries))

    assert counts[1] == counts[0]
