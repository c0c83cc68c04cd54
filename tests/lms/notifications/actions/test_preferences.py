import datetime

import pytest
from django.utils import timezone

from lms.notifications.actions import preferences
from lms.notifications.actions.preferences import leave_browser, prefer, ring_browser, stop_letters
from lms.notifications.models import Notice, Preference, PushSubscription
from lms.permissions import Refused
from tests.lms.notifications.factories import ENDPOINT, BrowserOf, make_notice, make_subscription

pytestmark = pytest.mark.django_db


def test_prefer_keeps_what_was_chosen_and_the_rest_as_it_was(owner):
    prefer(actor=owner, hour=17, no_mail=["mention"])
    prefer(actor=owner, mail="weekly")

    chosen = Preference.objects.get(person=owner)
    assert (chosen.mail, chosen.hour, chosen.no_mail, chosen.quiet_from) == ("weekly", 17, ["mention"], 20)


def test_prefer_knows_nothing_else(owner):
    with pytest.raises(TypeError):
        prefer(actor=owner, person=None)


def test_prefer_moves_what_waits_to_be_told(owner, teammate):
    waiting, unwanted, told, theirs = (
        make_notice(owner),
        make_notice(owner, kind=Notice.Kind.MENTION),
        make_notice(owner),
        make_notice(teammate),
    )
    before = theirs.mail_at
    Notice.objects.filter(pk=told.pk).update(mailed_at=timezone.now())

    prefer(actor=owner, mail="at_once", quiet_from=1, quiet_until=1, no_mail=["mention"])

    for notice in (waiting, unwanted, told, theirs):
        notice.refresh_from_db()
    assert waiting.mail_at is not None
    assert waiting.mail_at - timezone.now() < datetime.timedelta(seconds=30)
    assert (unwanted.mail_at, told.mail_at, theirs.mail_at) == (None, before, before)


def test_prefer_does_not_bring_up_what_nobody_wanted_told(owner):
    prefer(actor=owner, mail="never")
    notice = make_notice(owner)

    prefer(actor=owner, mail="daily")

    notice.refresh_from_db()
    assert notice.mail_at is None


def test_stop_letters_also_stops_those_that_wait(owner):
    notice = make_notice(owner)

    stop_letters(actor=owner)
    stop_letters(actor=owner)

    notice.refresh_from_db()
    assert (notice.mail_at, Preference.objects.get().mail) == (None, "never")


def test_ring_browser_keeps_one_row_for_a_browser_and_it_is_whose_who_uses_it_now(owner, teammate):
    ring_browser(actor=owner, endpoint=ENDPOINT, **BrowserOf().keys)
    PushSubscription.objects.update(failed=3)
    keys = BrowserOf().keys

    ring_browser(actor=teammate, endpoint=ENDPOINT, **keys)

    row = PushSubscription.objects.get()
    assert (row.person, row.p256dh, row.failed) == (teammate, keys["p256dh"], 0)


def test_ring_browser_refuses_what_is_no_browser_makers_service(owner):
    with pytest.raises(Refused):
        ring_browser(actor=owner, endpoint="https://evil.example/", **BrowserOf().keys)

    assert PushSubscription.objects.count() == 0


def test_ring_browser_has_an_end(owner, monkeypatch):
    monkeypatch.setattr(preferences, "MOST_BROWSERS", 2)
    for number in range(2):
        ring_browser(actor=owner, endpoint=f"{ENDPOINT}{number}", **BrowserOf().keys)

    with pytest.raises(Refused):
        ring_browser(actor=owner, endpoint=ENDPOINT, **BrowserOf().keys)
    ring_browser(actor=owner, endpoint=f"{ENDPOINT}1", **BrowserOf().keys)  # the same again is no other


def test_leave_browser_leaves_one_or_all_of_ones_own(owner, teammate):
    for endpoint in (f"{ENDPOINT}1", f"{ENDPOINT}2", f"{ENDPOINT}3"):
        ring_browser(actor=owner, endpoint=endpoint, **BrowserOf().keys)
    theirs = make_subscription(teammate)

    assert [leave_browser(actor=teammate, endpoint=f"{ENDPOINT}1"), leave_browser(actor=owner, endpoint=f"{ENDPOINT}1")] == [0, 1]
    assert leave_browser(actor=owner) == 2
    assert list(PushSubscription.objects.all()) == [theirs]
