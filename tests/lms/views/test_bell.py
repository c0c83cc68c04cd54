import pytest
from django.urls import reverse

from live import tickets
from tests.lms.notifications.factories import make_notice

pytestmark = pytest.mark.django_db


def test_now_says_whether_something_waits_and_gives_a_ticket_for_this_sign_in(client, owner, teammate):
    client.force_login(owner)
    make_notice(teammate)
    nothing = client.get(reverse("notifications-now")).json()
    make_notice(owner)
    something = client.get(reverse("notifications-now")).json()

    assert [nothing["waiting"], something["waiting"]] == [False, True]
    ticket = tickets.read(something["ticket"], None, tickets.session_hash(client.session.session_key))
    assert ticket is not None
    assert ticket.person == owner.pk


def test_now_is_kept_by_no_cache_and_says_nothing_to_somebody_signed_out(client, owner):
    assert client.get(reverse("notifications-now")).status_code == 302
    client.force_login(owner)

    assert "no-store" in client.get(reverse("notifications-now"))["Cache-Control"]
