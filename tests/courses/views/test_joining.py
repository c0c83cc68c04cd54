import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions.invitation_links import join_by_link, revoke_link
from courses.models import InvitationLink, Membership, PromisedPlace
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import User
from tests.courses.factories import make_link_to
from tests.factories import PASSWORD, make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def link():
    return make_link_to(make_cohort(title="Spring"), uses=2)


def test_join_asks_who_is_signed_in_and_does_nothing_by_looking(client, owner, link):
    client.force_login(owner)

    page = client.get(reverse("join", args=[link[1]])).content.decode()

    assert "You are invited to Spring" in page and "Your part would be: Trainee" in page
    assert Membership.objects.count() == 0


def test_join_takes_a_yes(client, owner, link):
    client.force_login(owner)

    answer = client.post(reverse("join", args=[link[1]]))

    assert answer["Location"] == reverse("cohort-today", args=[link[0].cohort.slug])
    assert Membership.objects.get().person == owner


def test_join_pressed_twice_counts_once(client, owner, link):
    client.force_login(owner)
    client.post(reverse("join", args=[link[1]]))

    again = client.post(reverse("join", args=[link[1]]))

    assert (again.status_code, InvitationLink.objects.get().used) == (422, 1)
    assert "You are in this cohort already; nothing has changed." in again.content.decode()


def test_join_leads_somebody_new_in_by_a_letter(link, client):
    """From the link to a place, without a sign-in: address, letter, account, place."""
    address = reverse("join", args=[link[1]])
    sent = client.post(address, {"email": "New@Example.org"})
    assert (sent["Location"], Membership.objects.count()) == (f"{address}?sent=1", 0)
    assert "A letter is on its way to your address." in client.get(sent["Location"]).content.decode()
    way = re.search(r"/invitation/\S+", Letter.objects.get(to="new@example.org").body).group(0)

    somewhere_else = Client()  # the letter is read on a telephone
    assert somewhere_else.get(way)["Location"] == reverse("account_signup")
    about = {"display_name": "New", "password1": PASSWORD, "time_zone": "Europe/Tallinn", "country": "EE"}
    somewhere_else.post(reverse("account_signup"), about)

    membership = Membership.objects.get()
    assert (membership.person.email, membership.part, InvitationLink.objects.get().used) == ("new@example.org", Part.TRAINEE, 1)


def test_sign_up_by_a_link_that_filled_up_meanwhile_makes_no_account(link, client):
    """Two letters, one place: the later finds the door closed, and no account without a place is left."""
    InvitationLink.objects.update(uses=1)
    client.post(reverse("join", args=[link[1]]), {"email": "late@example.org"})
    way = re.search(r"/invitation/\S+", Letter.objects.get(to="late@example.org").body).group(0)
    late = Client()
    late.get(way)
    join_by_link(actor=make_user(), link=link[0])

    answer = late.post(
        reverse("account_signup"), {"display_name": "L", "password1": PASSWORD, "time_zone": "Europe/London", "country": "GB"}
    )

    assert answer.status_code < 500
    assert (User.objects.filter(email="late@example.org").count(), InvitationLink.objects.get().used) == (0, 1)
    assert late.get(way).status_code == 410


def test_join_answers_alike_whatever_it_knows_of_an_address(link):
    make_user(email="known@example.org")
    make_membership(cohort=link[0].cohort, person=make_user(email="member@example.org"))
    address = reverse("join", args=[link[1]])

    answers = [Client().post(address, {"email": f"{who}@example.org"}) for who in ("known", "member", "nobody")]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{address}?sent=1")}
    assert PromisedPlace.objects.count() == 2


def test_links_that_are_over_or_never_were_look_the_same(link):
    used, _token = link
    taken_back, ended = make_link_to(make_cohort()), make_link_to(make_cohort())
    for _number in range(2):
        join_by_link(actor=make_user(), link=used)
    revoke_link(actor=make_user(coordinates=True), link=taken_back[0])
    InvitationLink.objects.filter(pk=ended[0].pk).update(ends_at="2026-01-01T00:00Z")

    for client in (Client(), Client()):
        answers = [client.get(reverse("join", args=[token])) for token in (link[1], taken_back[1], ended[1], "no-such-token")]
        assert {answer.status_code for answer in answers} == {410}
        assert len({re.sub(r"csrf\S+ value=\S+|/join/\S+", "", answer.content.decode()) for answer in answers}) == 1


def test_join_writes_three_letters_an_hour_to_one_address(link):
    address = reverse("join", args=[link[1]])

    answers = [Client().post(address, {"email": "new@example.org"}) for _number in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 422]
    assert "There were many tries just now." in answers[-1].content.decode()
    assert PromisedPlace.objects.count() == 3


def test_join_has_a_limit_for_each_place_it_is_asked_from(link):
    address = reverse("join", args=[link[1]])

    answers = [Client().post(address, {"email": f"a{number}@example.org"}).status_code for number in range(31)]

    assert (answers.count(302), answers[-1]) == (30, 422)


def test_join_refuses_what_is_no_address_and_keeps_it(link, client):
    page = client.post(reverse("join", args=[link[1]]), {"email": "not-an-address"})

    assert (page.status_code, Letter.objects.count()) == (422, 0)
    assert 'value="not-an-address"' in page.content.decode()
