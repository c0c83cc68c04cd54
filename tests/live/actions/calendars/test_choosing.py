import pytest

from live.actions.calendars.choosing import choose_calendar, end_feed, feed_of, make_feed
from live.models import CalendarChoice

pytestmark = pytest.mark.django_db


def test_make_feed_keeps_only_a_hash_of_the_secret(owner):
    token = make_feed(actor=owner)

    row = CalendarChoice.objects.get()
    assert len(token) >= 40
    assert token not in str(vars(row))
    assert feed_of(token) == row


def test_make_feed_again_ends_the_address_before_and_keeps_the_choice(owner):
    first = make_feed(actor=owner)
    choose_calendar(actor=owner, titles="busy", by_mail=False)
    second = make_feed(actor=owner)

    found = feed_of(second)
    assert found is not None
    assert (feed_of(first), found.titles, CalendarChoice.objects.count()) == (None, "busy", 1)


def test_end_feed_is_final_and_harmless_twice(owner, teammate):
    mine, theirs = make_feed(actor=owner), make_feed(actor=teammate)

    end_feed(actor=owner)
    end_feed(actor=owner)

    assert (feed_of(mine), feed_of(theirs) is not None) == (None, True)


@pytest.mark.parametrize("token", ["", "None", "x" * 43])
def test_feed_of_nothing_is_nothing(owner, token):
    CalendarChoice.objects.create(person=owner)

    assert feed_of(token) is None


def test_feed_of_a_closed_account_is_closed(owner):
    token = make_feed(actor=owner)
    owner.is_active = False
    owner.save()

    assert feed_of(token) is None
