import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from courses.models import Membership, PromisedPlace
from lms.permissions import Part
from lms.users import actions
from lms.users.models import Invitation, User
from tests.factories import PASSWORD, make_cohort, make_user

NEW = {"display_name": "Ana  Tamm", "password1": "a-long-enough-secret", "time_zone": "Europe/Tallinn", "country": "EE"}


def link_for(email: str, **kwargs) -> str:
    _invitation, token = actions.invite(actor=None, email=email, **kwargs)
    return reverse("invitation", args=[token])


# --- invitations ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_invitation_leads_somebody_new_in_with_their_address_taken_as_answered(client: Client) -> None:
    cohort = make_cohort()
    invitation, token = actions.invite(actor=None, email="ana@example.org")
    PromisedPlace.objects.create(invitation=invitation, cohort=cohort, part=Part.TRAINEE)

    sign_up = client.get(reverse("invitation", args=[token]), follow=True)
    response = client.post(reverse("account_signup"), NEW)

    ana = User.objects.get(email="ana@example.org")
    assert sign_up.redirect_chain[-1][0] == reverse("account_signup")
    assert "data-zone-guess" in sign_up.content.decode()
    assert response["Location"] == reverse("today")
    assert (ana.display_name, ana.time_zone, ana.country) == ("Ana Tamm", "Europe/Tallinn", "EE")
    assert [(row.email, row.verified, row.primary) for row in EmailAddress.objects.filter(user=ana)] == [("ana@example.org", True, True)]
    assert [(row.cohort, row.part) for row in Membership.objects.filter(person=ana)] == [(cohort, Part.TRAINEE)]
    assert client.session["_auth_user_id"] == str(ana.pk)
    assert not Invitation.objects.open().exists()


@pytest.mark.django_db
def test_sign_up_takes_the_invited_address_whatever_is_sent(client: Client) -> None:
    client.get(link_for("ana@example.org"))

    client.post(reverse("account_signup"), {**NEW, "email": "thief@example.org"})

    assert list(User.objects.values_list("email", flat=True)) == ["ana@example.org"]


@pytest.mark.django_db
def test_sign_up_keeps_what_was_typed_and_says_what_is_missing(client: Client) -> None:
    client.get(link_for("ana@example.org"))

    page = client.post(reverse("account_signup"), {**NEW, "password1": "short", "time_zone": "Europe/Nowhere"}).content.decode()

    assert "Ana  Tamm" in page
    assert page.count('aria-invalid="true"') == 2
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sign_up_is_closed_without_an_invitation(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {**NEW, "email": "ana@example.org"})

    assert "By invitation" in page
    assert "<form" not in page
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sign_up_closes_once_the_invitation_was_used_elsewhere(client: Client) -> None:
    client.get(link_for("ana@example.org"))
    Invitation.objects.update(accepted_at="2026-01-01T00:00Z")

    client.post(reverse("account_signup"), NEW)

    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"), [("Ana\r\nBcc: x@example.org", "Ana Bcc: x@example.org"), ("A\u2028n\u202ea\x85 B", "A na B"), ("  Ana  ", "Ana")]
)
@pytest.mark.django_db
def test_a_name_is_one_line_of_characters_that_are_seen(client: Client, name: str, kept: str) -> None:
    client.get(link_for("ana@example.org"))

    client.post(reverse("account_signup"), {**NEW, "display_name": name})

    assert User.objects.get().display_name == kept


def test_invitation_leads_somebody_with_an_account_to_sign_in_and_back(client: Client, owner: User) -> None:
    cohort = make_cohort()
    invitation, token = actions.invite(actor=None, email=owner.email)
    PromisedPlace.objects.create(invitation=invitation, cohort=cohort, part=Part.TRAINER)
    address = reverse("invitation", args=[token])

    to_login = client.get(address)
    back = client.post(to_login["Location"], {"login": owner.email, "password": PASSWORD, "next": address})
    page = client.get(back["Location"])
    done = client.post(address)

    assert back["Location"] == address
    assert "Take my place" in page.content.decode()
    assert done["Location"] == reverse("today")
    assert [(row.cohort, row.part) for row in Membership.objects.filter(person=owner)] == [(cohort, Part.TRAINER)]


def test_invitation_changes_nothing_by_looking_at_it(client: Client, owner: User) -> None:
    address = link_for(owner.email, coordinates=True)
    client.force_login(owner)

    client.get(address)
    client.head(address)

    assert Invitation.objects.open().count() == 1
    assert User.objects.get(pk=owner.pk).coordinates is False


def test_invitation_for_another_address_says_so_and_changes_nothing(client: Client, owner: User) -> None:
    address = link_for("ana@example.org", coordinates=True)
    client.force_login(owner)

    page = client.get(address).content.decode()
    client.post(address)

    assert "This invitation went to ana@example.org" in page
    assert Invitation.objects.open().count() == 1
    assert User.objects.get(pk=owner.pk).coordinates is False


@pytest.mark.django_db
def test_used_old_and_unknown_invitations_look_the_same() -> None:
    used, old = link_for("a@example.org"), link_for("b@example.org")
    Invitation.objects.filter(email="a@example.org").update(accepted_at="2026-01-01T00:00Z")
    Invitation.objects.filter(email="b@example.org").update(expires_at="2026-01-01T00:00Z")

    answers = [Client().get(address) for address in (used, old, reverse("invitation", args=["no-such-token"]))]

    assert {response.status_code for response in answers} == {410}
    assert len({re.sub(r"csrf\S+ value=\S+|/invitation/\S+", "", response.content.decode()) for response in answers}) == 1


# --- the account ------------------------------------------------------------------------------------------------------


def test_account_keeps_what_one_says_about_oneself(client: Client, owner: User) -> None:
    client.force_login(owner)
    words = {"display_name": "Ana", "time_zone": "Asia/Calcutta", "country": "IN", "theme": "contrast"}

    response = client.post(reverse("account"), words)

    owner.refresh_from_db()
    assert response["Location"] == reverse("account")
    assert (owner.display_name, owner.time_zone, owner.country, owner.theme) == ("Ana", "Asia/Kolkata", "IN", "contrast")
    assert '<option value="Asia/Kolkata" selected>' in client.get(reverse("account")).content.decode()


def test_account_gives_no_rights(client: Client, owner: User) -> None:
    client.force_login(owner)

    client.post(
        reverse("account"),
        {"display_name": "Ana", "time_zone": "UTC", "country": "GB", "theme": "system", "coordinates": "on", "email": "x@example.org"},
    )

    owner.refresh_from_db()
    assert (owner.display_name, owner.coordinates, owner.email) == ("Ana", False, owner.email)
    assert not User.objects.filter(email="x@example.org").exists()


def test_account_shows_times_in_ones_zone(client: Client, owner: User) -> None:
    client.force_login(owner)
    client.get(reverse("account"))
    UserSession.objects.update(created_at="2026-06-15T12:00Z")
    pages = []
    for zone in ("Europe/Tallinn", "Asia/Kolkata"):
        User.objects.filter(pk=owner.pk).update(time_zone=zone)
        pages.append(client.get(reverse("sign-ins")).content.decode())

    assert ["Since 15 June, 15:00" in pages[0], "Since 15 June, 17:30" in pages[1]] == [True, True]


@pytest.mark.parametrize(("sent", "kept"), [("dark", "dark"), ("purple", "system"), ("", "system")])
def test_theme_set_keeps_known_colours(client: Client, owner: User, sent: str, kept: str) -> None:
    client.force_login(owner)

    response = client.post(reverse("theme-set"), {"theme": sent, "next": "/journal/"})

    owner.refresh_from_db()
    assert (response["Location"], owner.theme) == ("/journal/", kept)


def test_sign_ins_names_devices_in_words(owner: User) -> None:
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130")
    phone = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18 Mobile Safari/604")
    for one in (client, phone):
        one.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    devices = client.get(reverse("sign-ins")).context["devices"]

    assert [(device.name, device.icon, device.here) for device in devices] == [
        ("Edge on Windows", "monitor", True),
        ("Safari on iPhone", "smartphone", False),
    ]


def test_sign_in_end_signs_out_there(client: Client, owner: User) -> None:
    there = Client()
    for one in (client, there):
        one.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    other = next(device for device in client.get(reverse("sign-ins")).context["devices"] if not device.here)

    response = client.post(reverse("sign-in-end", args=[other.pk]))

    assert response["Location"] == reverse("sign-ins")
    assert [one.get(reverse("account")).status_code for one in (client, there)] == [200, 302]


def test_sign_in_end_of_somebody_else_is_not_there(client: Client, owner: User, outsider: User) -> None:
    theirs = Client()
    theirs.post(reverse("account_login"), {"login": outsider.email, "password": PASSWORD})
    theirs_pk = theirs.get(reverse("sign-ins")).context["devices"][0].pk
    client.force_login(owner)

    answers = [client.post(reverse("sign-in-end", args=[pk])).status_code for pk in (theirs_pk, 999_999)]

    assert answers == [404, 404]
    assert theirs.get(reverse("account")).status_code == 200


def test_sign_ins_end_others_keeps_this_one(client: Client, owner: User) -> None:
    others = [Client(), Client()]
    for one in (client, *others):
        one.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    client.post(reverse("sign-ins-end-others"))

    assert [one.get(reverse("account")).status_code for one in (client, *others)] == [200, 302, 302]


def test_pages_of_the_account_ask_little_of_the_database(client: Client, owner: User, django_assert_max_num_queries) -> None:
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    client.get(reverse("account"))

    for name in ("account", "sign-ins", "mfa_index", "account_email"):
        with django_assert_max_num_queries(12):
            client.get(reverse(name))


@pytest.mark.django_db
def test_a_closed_account_is_met_by_nobody(client: Client) -> None:
    closed = make_user()
    client.force_login(closed)
    User.objects.filter(pk=closed.pk).update(is_active=False)

    assert client.get(reverse("account")).status_code == 302
