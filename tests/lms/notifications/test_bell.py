"""The dot: known with the person, and gone once one has been where the notice leads."""

import pytest
from django.urls import reverse

from lms.notifications.models import Notice
from lms.users.models import User
from tests.lms.notifications.factories import make_notice

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DOT = "bar-dot"


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    client.get(reverse("account"))
    return lambda url: client.get(url).content.decode()


def test_the_dot_shows_while_something_is_unread(owner, teammate, page):
    assert (DOT in page("/account/"), "Nothing is waiting for you" in page("/account/")) == (False, True)

    make_notice(teammate)
    assert DOT not in page("/account/")
    make_notice(owner)
    html = page("/account/")
    assert (DOT in html, "Something is waiting for you</span>" in html) == (True, True)


def test_the_dot_costs_no_query(client, owner, django_assert_num_queries):
    client.force_login(owner)
    client.get("/account/")
    with django_assert_num_queries(4):  # session, person, places, ways in
        client.get("/account/")
    make_notice(owner, url="/journal/")

    with django_assert_num_queries(5):  # and whether this page is where it leads
        assert DOT in client.get("/account/").content.decode()


def test_opening_the_page_reads_what_leads_there_before_it_is_drawn(owner, page):
    make_notice(owner, url="/journal/?from=1#entry")
    make_notice(owner, url="/account/sign-ins/")

    assert DOT in page("/journal/")
    assert [notice.url for notice in Notice.objects.unread()] == ["/account/sign-ins/"]
    assert DOT not in page("/account/sign-ins/?x=y")


def test_only_ones_own_is_read_and_only_by_looking(client, owner, teammate):
    make_notice(owner, url="/account/")
    make_notice(teammate, url="/journal/")
    client.get("/account/")  # signed out
    client.force_login(teammate)
    client.get("/account/")
    client.force_login(owner)
    client.head("/account/")
    client.post("/account/")

    assert Notice.objects.unread().count() == 2


def test_a_closed_account_is_met_by_nobody(client, owner):
    client.force_login(owner)
    User.objects.update(is_active=False)

    assert client.get("/account/").status_code == 302
