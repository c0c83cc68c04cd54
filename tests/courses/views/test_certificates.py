import datetime

import jwt
import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.certificates import revoke_certificate
from courses.models import Certificate, LedgerKind, LedgerShare
from lms.permissions import Part
from lms.users.actions import deactivate
from tests.courses.factories import make_certificate, make_hours
from tests.factories import make_cohort, make_membership, make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    programme = make_programme(title="One-year foundation")
    return make_cohort(programme=programme, starts_on=datetime.date(2026, 1, 8), ends_on=datetime.date(2026, 11, 20))


@pytest.fixture
def certificate(cohort, owner):
    return make_certificate(owner, cohort, name="Õie Mari Tamm")


@pytest.fixture
def holder(client, owner):
    client.force_login(owner)
    return client


def page_of(client, certificate):
    return client.get(reverse("certificate-shown", args=[certificate.address]))


def show(certificate, **choices):
    Certificate.objects.filter(pk=certificate.pk).update(**choices)


# --- the public page


def test_shown_says_nothing_until_its_holder_chose(client, certificate):
    never_chosen, absent = page_of(client, certificate), client.get(reverse("certificate-shown", args=["A" * 32]))

    assert (never_chosen.status_code, absent.status_code) == (404, 404)
    assert never_chosen.content.replace(certificate.address.encode(), b"") == absent.content.replace(b"A" * 32, b"")


ALL = ["Õie Mari Tamm", "Õ. M. T.", "One-year foundation", "8 January 2026", "95 hours"]


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"shown": "name"}, ["Õie Mari Tamm"]),
        ({"shown": "initials"}, ["Õ. M. T."]),
        ({"shown": "nobody"}, []),
        ({"shown": "nobody", "shows_programme": True, "shows_dates": True}, ["One-year foundation", "8 January 2026"]),
        ({"shown": "name", "shows_hours": True}, ["Õie Mari Tamm", "95 hours"]),
        ({"shown": "", "shows_hours": True, "shows_programme": True, "shows_dates": True}, []),
    ],
)
def test_shown_says_only_what_its_holder_chose(client, certificate, choices, says):
    show(certificate, **choices)

    html = page_of(client, certificate).content.decode()

    assert [words for words in ALL if words in html] == says
    never = (certificate.person.email, certificate.person.display_name, certificate.given_by.display_name, certificate.cohort.title)
    assert [words for words in never if words in html] == []


def test_shown_after_it_was_revoked_says_that_it_is_no_longer_valid_and_nothing_else(client, certificate):
    show(certificate, shown="name", shows_programme=True, shows_dates=True, shows_hours=True)
    revoke_certificate(actor=certificate.given_by, certificate=certificate, why="Given to the wrong person")

    html = page_of(client, certificate).content.decode()

    assert "no longer valid" in html
    assert [words for words in [*ALL, "wrong person"] if words in html] == []


def test_shown_after_it_was_revoked_is_still_nothing_where_nothing_was_chosen(client, certificate):
    revoke_certificate(actor=certificate.given_by, certificate=certificate, why="Because")

    assert page_of(client, certificate).status_code == 404


def test_shown_is_for_no_search_and_no_other_site(client, certificate):
    show(certificate, shown="name")

    response = page_of(client, certificate)

    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in response.content.decode()


def test_shown_looks_the_same_whoever_is_signed_in(client, certificate):
    show(certificate, shown="name")
    client.force_login(make_user(display_name="Somebody Signed-in"))

    assert "Somebody Signed-in" not in page_of(client, certificate).content.decode()


def test_the_address_is_long_and_of_chance(cohort):
    addresses = {make_certificate(make_user(), cohort).address for _ in range(20)}

    assert len(addresses) == 20
    assert {len(address) for address in addresses} == {32}


# --- the holder's pages


def test_certificates_lists_the_readers_own(holder, certificate, cohort):
    make_certificate(make_user(), cohort)

    assert list(holder.get(reverse("courses:certificates")).context["certificates"]) == [certificate]


def test_certificates_invites_where_there_is_none(holder):
    assert "None yet" in holder.get(reverse("courses:certificates")).content.decode()


def test_certificate_keeps_what_its_holder_chose(holder, certificate):
    address = reverse("courses:certificate", args=[certificate.pk])

    holder.post(address, {"name": "Õie T.", "shown": "initials", "shows_dates": "on"})

    certificate.refresh_from_db()
    assert (certificate.name, certificate.shown, certificate.shows_dates, certificate.shows_hours) == ("Õie T.", "initials", True, False)


@pytest.mark.parametrize("name", ["", "\u202e\u200b ", " "])
def test_certificate_refuses_a_name_of_nothing_and_keeps_the_rest(holder, certificate, name):
    response = holder.post(reverse("courses:certificate", args=[certificate.pk]), {"name": name, "shown": "initials"})

    certificate.refresh_from_db()
    assert (response.status_code, certificate.shown, response.context["form"]["shown"].value()) == (200, "", "initials")


def test_certificate_that_was_revoked_says_why_and_has_no_files(holder, certificate):
    revoke_certificate(actor=certificate.given_by, certificate=certificate, why="Given to the wrong person")

    html = holder.get(reverse("courses:certificate", args=[certificate.pk])).content.decode()

    assert "Given to the wrong person" in html
    for name in ("certificate-pdf", "certificate-credential"):
        assert holder.get(reverse(f"courses:{name}", args=[certificate.pk])).status_code == 404


def test_certificate_stays_its_holders_after_they_left(holder, certificate, cohort, owner):
    make_membership(cohort=cohort, person=owner, ended_at=timezone.now())

    assert holder.get(reverse("courses:certificate", args=[certificate.pk])).status_code == 200


def test_certificate_takes_few_queries(holder, certificate, django_assert_num_queries):
    holder.get(reverse("courses:certificate", args=[certificate.pk]))

    with django_assert_num_queries(4):
        holder.get(reverse("courses:certificate", args=[certificate.pk]))


def test_credential_is_a_file_that_is_checked_with_the_published_keys(holder, client, certificate):
    response = holder.get(reverse("courses:certificate-credential", args=[certificate.pk]))
    client.logout()

    key = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").json()).keys[0]
    claims = jwt.decode(response.content.decode(), key=key.key, algorithms=["EdDSA"])

    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == "Õie Mari Tamm"
    assert response["Content-Type"] == "application/jwt"
    assert response["Cache-Control"] == "private, no-store"


def test_pdf_is_one_page_to_keep(holder, certificate):
    response = holder.get(reverse("courses:certificate-pdf", args=[certificate.pk]))

    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
    assert response["Content-Disposition"] == 'attachment; filename="certificate.pdf"'


def test_shown_ends_with_the_account_of_its_holder(client, certificate):
    """Whoever cannot sign in any more could not take the page away."""
    Certificate.objects.filter(pk=certificate.pk).update(shown="name")
    page = reverse("certificate-shown", args=[certificate.address])
    before = client.get(page).status_code
    deactivate(actor=None, person=certificate.person)
    nowhere = client.get(reverse("certificate-shown", args=["a" * 32]))

    gone = client.get(page)
    assert (before, gone.status_code, gone.content == nowhere.content) == (200, 404, True)


def test_key_that_nobody_signed_with_is_none(client):
    assert client.get(reverse("certificate-key", args=["nobodys"])).status_code == 404


# --- a trainer's decision


@pytest.fixture
def leading(client, cohort):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    client.force_login(trainer)
    return client


@pytest.fixture
def ana(cohort):
    return make_membership(cohort=cohort, person=make_user(display_name="Ana"))


def test_give_shows_how_things_stand_and_asks_for_a_sentence(leading, cohort, ana):
    address = reverse("courses:certificate-give", args=[cohort.slug, ana.pk])

    html = leading.get(address).content.decode()
    refused = leading.post(address, {"why": ""})

    assert "No hours have been noted yet." in html
    assert "in a sentence why you give it all the same" in refused.content.decode()
    assert not Certificate.objects.exists()


@pytest.mark.django_db(databases=["default", "keys"])
def test_give_shows_the_peer_meetings_of_a_ledger_that_is_shown(leading, cohort, ana):
    meeting = {"kind": LedgerKind.PEER_MEETING, "minutes": 90, "with_whom": "Bo and Cleo", "note": "Not for others"}
    make_hours(cohort, ana.person, **meeting)
    make_hours(cohort, ana.person, kind=LedgerKind.READING, with_whom="A long book")
    address = reverse("courses:certificate-give", args=[cohort.slug, ana.pk])
    before = leading.get(address).content.decode()
    LedgerShare.objects.bulk_create(LedgerShare(person=ana.person, cohort=cohort, kind=kind) for kind in LedgerKind.values)

    after = leading.get(address).content.decode()

    assert ("They show you no peer meetings" in before, "Bo and Cleo" in before) == (True, False)
    assert [words in after for words in ("Bo and Cleo", "Not for others", "A long book")] == [True, False, False]


def test_give_by_a_decision(leading, cohort, ana):
    leading.post(reverse("courses:certificate-give", args=[cohort.slug, ana.pk]), {"why": "She made up for it."})

    assert [(one.person, one.why) for one in Certificate.objects.all()] == [(ana.person, "She made up for it.")]


def test_give_takes_few_queries(leading, cohort, ana, django_assert_max_num_queries):
    address = reverse("courses:certificate-give", args=[cohort.slug, ana.pk])
    leading.get(address)

    with django_assert_max_num_queries(12):
        leading.get(address)


def test_revoke_asks_why_and_keeps_it(leading, cohort, ana):
    given = make_certificate(ana.person, cohort)
    address = reverse("courses:certificate-revoke", args=[cohort.slug, given.pk])

    refused = leading.post(address, {"why": " "})
    leading.post(address, {"why": "A wrong name"})

    given.refresh_from_db()
    assert "Please say why" in refused.content.decode()
    assert given.revoked_why == "A wrong name"


def test_revoke_of_another_cohorts_certificate_is_no_page(leading, cohort):
    elsewhere = make_certificate(make_user(), make_cohort())

    assert leading.post(reverse("courses:certificate-revoke", args=[cohort.slug, elsewhere.pk]), {"why": "No"}).status_code == 404
