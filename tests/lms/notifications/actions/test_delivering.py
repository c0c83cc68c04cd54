"""What goes out, and that a worker killed anywhere loses and doubles nothing."""

import datetime
import json
import re
import threading
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lms import queue
from lms.mail import actions
from lms.mail.actions import send_letter
from lms.mail.models import Letter
from lms.notifications import pushing
from lms.notifications.actions import delivering
from lms.notifications.actions.delivering import deliver, push, ring, write_digest
from lms.notifications.actions.notices import read
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice, PushSubscription
from lms.users.models import User
from tests.factories import make_user
from tests.lms.notifications.factories import ENDPOINT, make_notice, make_subscription

pytestmark = pytest.mark.django_db
CANARY = "canary-words"
ALWAYS = {"mail": "at_once", "quiet_from": 8, "quiet_until": 8}


@pytest.fixture
def awake(owner: User) -> User:
    """Somebody who hears of everything at once, at any hour."""
    prefer(actor=owner, **ALWAYS)
    return User.objects.get(pk=owner.pk)


def sent(letter: Letter) -> EmailMessage:
    send_letter(letter_id=str(letter.pk))
    return mail.outbox[-1].message()


# --- letters --------------------------------------------------------------------------------------------------------


def test_deliver_writes_one_letter_for_all_that_is_due(awake, teammate):
    make_notice(awake, url="/c/x/forum/1/")
    make_notice(awake, kind=Notice.Kind.MENTION, url="/c/x/forum/2/")
    make_notice(teammate)  # due tomorrow morning

    assert deliver() == "1 letters, 0 people rung"

    letter = Letter.objects.get()
    assert (letter.to, letter.person, letter.subject) == (awake.email, awake, "Open Dialogue training: something is waiting for you")
    for words in (letter.body, letter.html):
        assert [f"http://testserver/c/x/forum/{number}/" in words for number in (1, 2)] == [True, True]
    assert deliver() == "0 letters, 0 people rung"


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_a_subject_says_what_kind_of_thing_and_no_more(awake, kind):
    make_notice(awake, kind=kind, who=f"Ana {CANARY}", words=CANARY)
    deliver()

    subject = Letter.objects.get().subject
    assert subject.startswith("Open Dialogue training: ")
    assert CANARY not in subject


def test_a_letter_names_nobody_and_holds_no_words_unless_the_forum_says_so(awake):
    make_notice(awake, who=f"Ana {CANARY}")
    deliver()
    make_notice(awake, who="Ben", words="I heard <b> & smiled")
    deliver()

    quiet, open_letter = Letter.objects.order_by("written_at")
    assert [CANARY in words for words in (quiet.body, quiet.html)] == [False, False]
    assert "Somebody answered you" in quiet.body
    assert "Ben answered you" in open_letter.body
    assert "I heard <b> & smiled" in open_letter.body
    assert "I heard &lt;b&gt; &amp; smiled" in open_letter.html


def test_words_of_somebody_unnamed_never_go_out(awake):
    make_notice(awake, words=CANARY)
    deliver()

    letter = Letter.objects.get()
    assert CANARY not in letter.subject + letter.body + letter.html


def test_canaries_are_nowhere_on_the_way(awake, teammate, caplog):
    """S25, S26: a name in the subject, in a task's arguments or in the log would be read by others."""
    make_subscription(awake)
    make_notice(awake, who=CANARY, words=f"{CANARY}-said")
    deliver()
    send_letter(letter_id=str(Letter.objects.get().pk))

    told = [record.getMessage() for record in caplog.records]
    told += [json.dumps(result.args_kwargs) for result in DBTaskResult.objects.all()]
    told += [Letter.objects.get().subject, str(Notice.objects.get()), repr(Notice.objects.get())]
    assert [text for text in told if CANARY in text] == []
    assert len(told) > 3


def test_a_letter_is_in_two_forms_and_can_be_ended_by_one_press(awake, client):
    make_notice(awake)
    deliver()

    message = sent(Letter.objects.get())

    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (link,) = re.findall(r"<http://testserver(/notifications/unsubscribe/\S+)>", message["List-Unsubscribe"])
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    make_notice(awake)
    assert deliver() == "0 letters, 0 people rung"


def test_a_letter_says_times_in_the_persons_zone(awake):
    User.objects.filter(pk=awake.pk).update(time_zone="Asia/Kathmandu")
    notice = make_notice(awake, kind=Notice.Kind.REMINDER, starts_at=datetime.datetime(2027, 3, 4, 10, tzinfo=datetime.UTC))
    Notice.objects.filter(pk=notice.pk).update(mail_at=timezone.now())
    deliver()

    assert "A live day is near: Thursday 4 March, 15:45 (Kathmandu)" in Letter.objects.get().body


def test_what_was_read_meanwhile_needs_no_letter(awake):
    make_notice(awake, url="/journal/")
    read(actor=awake, path="/journal/")

    assert (deliver(), Letter.objects.count()) == ("0 letters, 0 people rung", 0)


def test_a_closed_account_gets_no_letter_and_waits_for_none(awake):
    make_notice(awake)
    User.objects.update(is_active=False)

    deliver()

    assert (Letter.objects.count(), Notice.objects.due_by_mail(timezone.now()).count()) == (0, 0)


def test_a_letter_has_an_end(awake, monkeypatch):
    monkeypatch.setattr(delivering, "MOST_LINES", 3)
    for _ in range(5):
        make_notice(awake)
    deliver()

    letter = Letter.objects.get()
    assert (letter.body.count("Somebody answered you"), "And more; all of it stands here:" in letter.body) == (3, True)
    assert deliver() == "0 letters, 0 people rung"


@pytest.mark.parametrize("broken", ["write_letter", "render_to_string", "unsubscribe_url"])
def test_a_worker_killed_while_writing_leaves_everything_to_the_next(awake, monkeypatch, broken):
    make_notice(awake)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(delivering, broken, _killed)
        write_digest(person_id=awake.pk)
    assert (Letter.objects.count(), DBTaskResult.objects.count()) == (0, 0)

    assert deliver() == "1 letters, 0 people rung"
    assert Letter.objects.count() == 1


def test_a_worker_killed_after_writing_and_before_marking_writes_once(awake, monkeypatch):
    make_notice(awake)
    written = actions.write_letter

    def killed_after(**letter: Any) -> None:
        written(**letter)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(delivering, "write_letter", killed_after)
        write_digest(person_id=awake.pk)

    deliver()

    assert Letter.objects.count() == 1


def test_a_worker_killed_between_the_mail_server_and_the_row_sends_again_under_the_same_name(awake, monkeypatch):
    make_notice(awake)
    deliver()
    letter = Letter.objects.get()
    handed_over = actions._hand_over

    def killed_after(letter: Letter) -> None:
        handed_over(letter)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(actions, "_hand_over", killed_after)
        send_letter(letter_id=str(letter.pk))
    assert send_letter(letter_id=str(letter.pk)) is False  # under the lease of the killed one
    Letter.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))

    assert send_letter(letter_id=str(letter.pk)) is True
    assert [message.message()["Message-ID"] for message in mail.outbox] == [f"<{letter.pk}@example.org>"] * 2


def test_trouble_with_one_person_keeps_nobody_else_waiting(awake, monkeypatch, caplog):
    other = make_user()
    prefer(actor=other, **ALWAYS)
    make_notice(awake, who=CANARY, words=CANARY)
    make_notice(User.objects.get(pk=other.pk))
    write = delivering._write

    def trouble(person: User, notices: list[Notice]) -> None:
        if person == awake:
            raise ValueError(CANARY)
        write(person, notices)

    monkeypatch.setattr(delivering, "_write", trouble)

    assert deliver() == "1 letters, 0 people rung"
    assert [letter.person for letter in Letter.objects.all()] == [other]
    assert [record.getMessage() for record in caplog.records] == [
        f"What is due to person {awake.pk} did not go out (ValueError); trying again."
    ]


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_several_workers_at_once_write_one_letter_and_ring_once(awake):
    make_subscription(awake)
    make_notice(awake), make_notice(awake)
    begin = threading.Barrier(4)

    def work() -> None:
        try:
            begin.wait()
            deliver()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Letter.objects.count() == 1
    assert Notice.objects.filter(mailed_at=None).count() + Notice.objects.filter(pushed_at=None).count() == 0


# --- browsers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def handed(monkeypatch):
    """What was handed to browser makers' services; `handed.outcome` is what they say."""

    class Handed(list[Any]):
        outcome = pushing.Outcome.TAKEN

    handed = Handed()

    def send(subscription: PushSubscription, said: dict[str, str]) -> pushing.Outcome:
        handed.append((subscription.pk, said))
        return handed.outcome

    monkeypatch.setattr(pushing, "send", send)
    return handed


@pytest.fixture
def tasks(settings):
    """As on a server: enqueued, and done by a worker afterwards."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    return lambda: [
        result.args_kwargs["kwargs"] for result in DBTaskResult.objects.filter(task_path__endswith=".push").order_by("enqueued_at")
    ]


def test_deliver_rings_each_browser_once_for_all_that_is_due(awake, tasks):
    browsers = [make_subscription(awake, f"{ENDPOINT}{number}") for number in range(2)]
    make_subscription(make_user(), ENDPOINT)
    make_notice(awake)
    last = make_notice(awake)

    deliver()
    deliver()

    assert sorted(tasks(), key=lambda kwargs: kwargs["subscription_id"]) == [
        {"subscription_id": browser.pk, "notice_id": last.pk} for browser in browsers
    ]


def test_quiet_hours_hold_for_browsers(owner, tasks):
    hour = timezone.localtime().hour
    prefer(actor=owner, quiet_from=hour, quiet_until=(hour + 2) % 24)
    make_subscription(owner)
    notice = make_notice(owner)

    deliver()
    assert tasks() == []
    Notice.objects.filter(pk=notice.pk).update(push_at=timezone.now())  # the night is over
    deliver()
    assert len(tasks()) == 1


def test_ring_killed_between_two_browsers_rings_all_again(awake, tasks, monkeypatch):
    for number in range(2):
        make_subscription(awake, f"{ENDPOINT}{number}")
    make_notice(awake)
    enqueue, calls = queue.enqueue, []

    def killed_at_the_second(name: str, **ids: int) -> None:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        enqueue(name, **ids)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(delivering, "enqueue", killed_at_the_second)
        ring(person_id=awake.pk)
    assert tasks() == []

    deliver()
    assert len(tasks()) == 2


def test_push_carries_one_fixed_sentence_and_an_address(awake, handed):
    browser = make_subscription(awake)
    notice = make_notice(awake, who=CANARY, words=CANARY, url="/c/x/forum/1/?from=2#post-2")
    Notice.objects.update(pushed_at=timezone.now())

    assert push(subscription_id=browser.pk, notice_id=notice.pk) is True

    assert handed == [(browser.pk, {"title": "Somebody answered you", "url": "/c/x/forum/1/?from=2#post-2", "tag": f"notice-{notice.pk}"})]


def test_push_is_silent_about_what_was_read_or_is_somebody_elses(awake, teammate, handed):
    browser, theirs = make_subscription(awake), make_subscription(teammate, f"{ENDPOINT}2")
    notice = make_notice(awake)

    assert push(subscription_id=theirs.pk, notice_id=notice.pk) is False
    read(actor=awake)
    assert [push(subscription_id=browser.pk, notice_id=notice.pk), push(subscription_id=0, notice_id=0)] == [False, False]
    assert handed == []


def test_push_forgets_a_browser_that_is_gone(awake, handed):
    browser, notice = make_subscription(awake), make_notice(awake)
    handed.outcome = pushing.Outcome.GONE

    assert push(subscription_id=browser.pk, notice_id=notice.pk) is False
    assert PushSubscription.objects.count() == 0


def test_push_forgets_a_browser_after_many_failures_in_a_row_only(awake, handed, monkeypatch):
    monkeypatch.setattr(delivering, "FAILED_TOO_OFTEN", 3)
    browser, notice = make_subscription(awake), make_notice(awake)
    failed, taken = pushing.Outcome.FAILED, pushing.Outcome.TAKEN

    for outcome in (failed, failed, taken, failed, failed):
        handed.outcome = outcome
        push(subscription_id=browser.pk, notice_id=notice.pk)
    assert PushSubscription.objects.get().failed == 2
    push(subscription_id=browser.pk, notice_id=notice.pk)
    assert PushSubscription.objects.count() == 0


def _killed(*given: Any, **named: Any) -> None:
    raise KeyboardInterrupt
