import datetime

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.notifications.links import SALT, unsubscribe_url
from lms.notifications.models import Notice, Preference, PushSubscription
from lms.notifications.views import PAGE
from lms.users.models import User
from tests.lms.notifications.factories import ENDPOINT, BrowserOf, make_notice, make_subscription

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    client.get("/account/")
    return client


def chosen(**changes):
    fields = {"mail": "weekly", "hour": 17, "weekday": 4, "quiet_from": 21, "quiet_until": 7, "mail_kinds": ["answer"]}
    return {**fields, "reminders": ["remind_day"], **changes}


# --- the list -------------------------------------------------------------------------------------------------------


def test_notifications_stand_by_days_of_the_persons_zone_the_newest_first(mine, owner):
    User.objects.update(time_zone="Europe/Tallinn")
    for who, at in (("Ana", "2027-06-01T20:30Z"), ("Ben", "2027-06-01T21:30Z")):
        make_notice(owner, who=who)
        Notice.objects.filter(who=who).update(at=at)

    html = mine.get(reverse("notifications")).content.decode()

    parts = [
        html.index(words) for words in ("Wednesday 2 June", "Ben answered you", "00:30", "Tuesday 1 June", "Ana answered you", "23:30")
    ]
    assert parts == sorted(parts)


def test_notifications_mark_what_is_new_in_words_and_lead_on(mine, owner):
    make_notice(owner, url="/journal/?a=1#b", who="<b>Ana</b>")
    read_already = make_notice(owner, kind=Notice.Kind.MENTION)
    Notice.objects.filter(pk=read_already.pk).update(read_at=timezone.now())

    html = mine.get(reverse("notifications")).content.decode()

    assert (html.count('class="wait"'), html.count(">New</span>")) == (1, 1)
    assert 'href="/journal/?a=1#b">&lt;b&gt;Ana&lt;/b&gt; answered you</a>' in html
    assert "Somebody mentioned you" in html


def test_notifications_page_by_key_without_missing_or_repeating_one(mine, owner, teammate):
    made = [make_notice(owner).pk for _ in range(PAGE * 2 + 3)][::-1]
    make_notice(teammate)
    found, address = [], reverse("notifications")
    for size in (PAGE, PAGE, 3):
        page = mine.get(address)
        shown = [line.notice.pk for line in page.context["lines"]]
        assert len(shown) == size
        found += shown
        address = f"{reverse('notifications')}?before={page.context['older']}"

    assert (found, page.context["older"]) == (made, None)


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30])
def test_notifications_begin_with_the_newest_for_a_place_that_is_none(mine, owner, before):
    notice = make_notice(owner)

    assert [line.notice for line in mine.get(reverse("notifications"), {"before": before}).context["lines"]] == [notice]


def test_notifications_ask_as_much_for_thirty_as_for_one(mine, owner, django_assert_max_num_queries):
    asked = []
    for count in (1, PAGE - 1):
        for _ in range(count):
            make_notice(owner)
        with django_assert_max_num_queries(8) as queries:
            mine.get(reverse("notifications"))
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_notices_read_reads_all_of_ones_own(mine, owner, teammate):
    make_notice(owner), make_notice(owner)
    make_notice(teammate)

    assert mine.post(reverse("notices-read"))["Location"] == reverse("notifications")
    assert [notice.person for notice in Notice.objects.unread()] == [teammate]


# --- how one hears of things ----------------------------------------------------------------------------------------


def test_preferences_show_the_defaults_and_keep_what_is_chosen(mine, owner):
    address = reverse("notification-preferences")
    form = mine.get(address).context["form"]
    assert (form["mail"].value(), form["hour"].value(), form["quiet_from"].value(), form["quiet_until"].value()) == ("daily", 8, 20, 8)
    assert set(form["mail_kinds"].value()) == set(Notice.Kind.values) - {"soon", "dates", "changed"}  # too late; one of its own; no more
    assert form["asked_afterwards"].value() is True
    assert form["reminders"].value() == ["remind_week", "remind_day", "remind_soon"]

    assert mine.post(address, chosen())["Location"] == address

    kept = Preference.objects.get(person=owner)
    assert (kept.mail, kept.hour, kept.weekday, kept.quiet_from, kept.quiet_until) == ("weekly", 17, 4, 21, 7)
    assert kept.no_mail == [kind for kind in Notice.Kind.values if kind != "answer"]
    assert kept.no_push == list(Notice.Kind.values)
    assert (kept.remind_week, kept.remind_day, kept.remind_soon) == (False, True, False)
    assert mine.get(address).context["form"]["mail_kinds"].value() == ["answer"]


@pytest.mark.parametrize("wrong", [{"mail": "often"}, {"hour": 24}, {"weekday": 7}, {"quiet_from": ""}, {"mail_kinds": ["poke"]}])
def test_preferences_keep_what_was_typed_when_refused(mine, wrong):
    response = mine.post(reverse("notification-preferences"), chosen(**wrong))

    assert (response.status_code, Preference.objects.count()) == (422, 0)
    assert response.context["form"]["quiet_until"].value() == "7"


def test_preferences_say_nothing_of_browsers_where_there_is_no_key(mine, settings):
    here = mine.get(reverse("notification-preferences")).content.decode()
    settings.PUSH_KEY_FILE = ""
    without = mine.get(reverse("notification-preferences")).content.decode()

    assert [("data-push=" in html, "js/push.js" in html) for html in (here, without)] == [(True, True), (False, False)]


def test_push_on_keeps_a_browser(mine, owner):
    keys = BrowserOf().keys

    response = mine.post(reverse("push-on"), {"endpoint": ENDPOINT, **keys})

    row = PushSubscription.objects.get()
    assert (response.status_code, row.person, row.endpoint, row.p256dh, row.auth) == (204, owner, ENDPOINT, keys["p256dh"], keys["auth"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://169.254.169.254/latest/"},
        {"endpoint": "https://localhost/"},
        {"endpoint": ""},
        {"endpoint": ENDPOINT + "x" * 1000},
        {"p256dh": "AAAA"},
        {"auth": ""},
    ],
)
def test_push_on_refuses_what_no_browser_sends(mine, wrong):
    response = mine.post(reverse("push-on"), {"endpoint": ENDPOINT, **BrowserOf().keys, **wrong})

    assert (response.status_code, PushSubscription.objects.count()) == (422, 0)
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_push_off_ends_one_browser_or_all_of_ones_own(mine, owner, teammate):
    for number in range(3):
        mine.post(reverse("push-on"), {"endpoint": f"{ENDPOINT}{number}", **BrowserOf().keys})
    theirs = make_subscription(teammate)

    mine.post(reverse("push-off"), {"endpoint": f"{ENDPOINT}0"})
    assert PushSubscription.objects.filter(person=owner).count() == 2
    assert mine.post(reverse("push-off"))["Location"] == reverse("notification-preferences")
    assert list(PushSubscription.objects.all()) == [theirs]


def test_push_worker_is_a_script_at_the_root_that_no_cache_keeps(client):
    response = client.get("/push-worker.js")

    assert (response["Content-Type"], response["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert b"showNotification" in response.content
    assert b"fetch" not in response.content


# --- no more letters ------------------------------------------------------------------------------------------------


def link_of(person: User) -> str:
    return unsubscribe_url(person).removeprefix("http://testserver")


def test_unsubscribe_asks_first_and_ends_by_one_press_without_signing_in(owner):
    stranger = Client(enforce_csrf_checks=True)
    link = link_of(owner)

    assert ("Stop these letters?" in stranger.get(link).content.decode(), Preference.objects.count()) == (True, 0)
    response = stranger.post(link, {"List-Unsubscribe": "One-Click"})
    again = stranger.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert (response.status_code, again.status_code, Preference.objects.get(person=owner).mail) == (200, 200, "never")


def test_unsubscribe_works_with_a_letter_of_last_year(owner, monkeypatch):
    last_year = timezone.now() - datetime.timedelta(days=400)
    monkeypatch.setattr("django.core.signing.time.time", last_year.timestamp)
    link = link_of(owner)
    monkeypatch.undo()

    assert Client().post(link).status_code == 200


def test_unsubscribe_of_another_token_is_404_and_changes_nothing(owner, teammate):
    gone = signing.dumps(999_999, salt=SALT)
    tokens = ["x", link_of(owner).split("/")[-2][:-1] + "_", signing.dumps(owner.pk, salt="other"), gone, signing.dumps("1", salt=SALT)]

    for token in tokens:
        address = reverse("unsubscribe", args=[token])
        assert [Client().get(address).status_code, Client().post(address).status_code] == [404, 404], token
    assert Preference.objects.count() == 0


def test_unsubscribe_ends_whose_link_it_is_whoever_is_signed_in(mine, teammate):
    mine.post(link_of(teammate))

    assert [row.person for row in Preference.objects.all()] == [teammate]
