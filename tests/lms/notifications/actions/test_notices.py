import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from lms.mail.models import Letter
from lms.notifications.actions import notices
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.notices import forget_pages, forget_place, is_waiting, notify, read, sweep_notices, take_back
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice, Preference
from lms.users.models import User
from tests.factories import make_user
from tests.lms.notifications.factories import make_notice, make_subscription

pytestmark = pytest.mark.django_db
ANSWER = Notice.Kind.ANSWER
DAY = datetime.timedelta(days=1)


@pytest.fixture
def rings(monkeypatch):
    """What the channel layer would carry."""
    heard = []
    monkeypatch.setattr(notices, "publish_on_commit", lambda group, message: heard.append((group, message)))
    return heard


def test_notify_tells_each_person_once_of_the_same_thing(owner, teammate, outsider, rings):
    first = notify(people=[owner.pk, teammate.pk, owner.pk], kind=ANSWER, key="post:1", url="/c/x/forum/1/?from=3#post-3", who="Ana")
    again = notify(people=[owner.pk, outsider.pk], kind=ANSWER, key="post:1", url="/elsewhere/", who="Ben")

    assert (first, again) == (2, 1)
    notice = Notice.objects.get(person=owner)
    assert (notice.who, notice.url, notice.path) == ("Ana", "/c/x/forum/1/?from=3#post-3", "/c/x/forum/1/")
    assert [message["people"] for _group, message in rings] == [[owner.pk, teammate.pk], [outsider.pk]]


def test_notify_rings_nobody_who_was_told_already(owner, rings):
    make_notice(owner, key="post:1")
    rings.clear()

    assert (notify(people=[owner.pk], kind=ANSWER, key="post:1", url="/"), rings) == (0, [])


@pytest.mark.parametrize("count", [1, 60])
def test_notify_asks_the_database_twice_however_many(count, django_assert_num_queries):
    people = [make_user().pk for _ in range(count)]
    Preference.objects.create(person_id=people[0])

    with django_assert_num_queries(4):  # two of them begin and end the savepoint
        assert notify(people=people, kind=ANSWER, key="post:1", url="/") == count


def test_notify_is_undone_with_what_caused_it(owner):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_notice(owner)
        raise ZeroDivisionError

    assert Notice.objects.count() == 0


def test_notify_leaves_out_who_has_no_account_any_more(owner):
    closed = make_user(is_active=False)

    assert notify(people=[owner.pk, closed.pk, 999_999], kind=ANSWER, key="post:1", url="/") == 1


@pytest.mark.parametrize("url", ["", "journal/", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_notify_leads_nowhere_else(owner, url):
    with pytest.raises(ValueError, match="this site"):
        make_notice(owner, url=url)


def test_notify_keeps_a_short_excerpt_and_none_of_somebody_unnamed(owner):
    named = make_notice(owner, who="Ana", words="one\n two " * 100)
    unnamed = make_notice(owner, words="one two")

    assert (len(named.words), named.words[:11], unnamed.words) == (300, "one two one", "")


def test_notify_says_when_a_letter_and_a_ring_are_due(owner, teammate):
    teammate.time_zone = "Europe/Tallinn"
    teammate.save()
    make_subscription(teammate)

    mine, theirs = make_notice(owner), make_notice(teammate)

    assert mine.push_at is None
    assert theirs.push_at is not None
    assert mine.mail_at is not None and theirs.mail_at is not None
    hours = mine.mail_at - theirs.mail_at
    assert hours % DAY == datetime.timedelta(hours=2)  # eight in the morning in Tallinn and in London


def test_read_of_a_page_reads_what_leads_there_and_nothing_else(owner, teammate):
    here, there = make_notice(owner, url="/journal/1/?a=b"), make_notice(owner, url="/journal/2/")
    theirs = make_notice(teammate, url="/journal/1/")

    assert [read(actor=owner, path="/journal/1/"), read(actor=owner, path="/journal/1/")] == [1, 0]
    assert set(Notice.objects.unread()) == {there, theirs}
    here.refresh_from_db()
    assert here.read_at is not None


def test_read_of_everything_is_ones_own(owner, teammate):
    make_notice(owner), make_notice(owner)
    make_notice(teammate)

    assert read(actor=owner) == 2
    assert [is_waiting(owner), is_waiting(teammate)] == [False, True]


def test_take_back_is_for_everybody_who_was_told(owner, teammate):
    for person in (owner, teammate):
        make_notice(person, key="post:1")
    kept = make_notice(owner, key="post:2")

    assert take_back(keys=["post:1"]) == 2
    assert list(Notice.objects.all()) == [kept]


def test_forget_place_is_one_persons_and_one_places(owner, teammate):
    make_notice(owner, url="/c/one/forum/3/?from=1")
    kept = {make_notice(owner, url="/c/one-more/forum/"), make_notice(owner, url="/journal/"), make_notice(teammate, url="/c/one/live/")}

    assert forget_place(person=owner, under="/c/one/") == 1
    assert set(Notice.objects.all()) == kept


def test_forget_place_takes_back_the_letter_that_tells_of_it_and_tells_the_rest_anew(owner):
    prefer(actor=owner, mail="at_once", quiet_from=8, quiet_until=8)
    owner = User.objects.get(pk=owner.pk)
    make_notice(owner, url="/c/one/forum/3/")
    kept = make_notice(owner, url="/journal/")
    deliver()

    forget_place(person=owner, under="/c/one/")
    assert Letter.objects.count() == 0
    deliver()

    body = Letter.objects.get().body
    kept.refresh_from_db()
    assert ("/c/one/" in body, "/journal/" in body, kept.mailed_at is not None) == (False, True, True)


def test_forget_place_leaves_letters_that_have_left(owner):
    prefer(actor=owner, mail="at_once", quiet_from=8, quiet_until=8)
    owner = User.objects.get(pk=owner.pk)
    kept = make_notice(owner, url="/journal/")
    deliver()
    Letter.objects.update(sent_at=timezone.now())

    forget_place(person=owner, under="/c/one/")

    kept.refresh_from_db()
    assert (Letter.objects.count(), kept.mailed_at is not None) == (1, True)


def test_forget_pages_is_one_persons_or_everybodys(owner, teammate):
    page, other = "/journal/shared/1/", "/journal/shared/2/"
    for person in (owner, teammate):
        make_notice(person, url=f"{page}#words")
        make_notice(person, url=other)

    assert forget_pages(paths=[page], person=owner) == 1
    assert forget_pages(paths=[other]) == 2
    assert [notice.person for notice in Notice.objects.all()] == [teammate]


def test_sweep_notices_forgets_what_was_read_ninety_days_ago(owner):
    now = timezone.now()
    old, recent, unread, ancient = (make_notice(owner) for _ in range(4))
    Notice.objects.filter(pk=old.pk).update(read_at=now - 91 * DAY)
    Notice.objects.filter(pk=recent.pk).update(read_at=now - 89 * DAY, at=now - 120 * DAY)
    Notice.objects.filter(pk=unread.pk).update(at=now - 364 * DAY)
    Notice.objects.filter(pk=ancient.pk).update(at=now - 366 * DAY)

    assert sweep_notices() == 2
    assert set(Notice.objects.all()) == {recent, unread}


def test_notices_go_with_the_person(owner):
    make_notice(owner)
    make_subscription(owner)
    Preference.objects.create(person=owner)

    owner.delete()

    assert Notice.objects.count() + Preference.objects.count() == 0
