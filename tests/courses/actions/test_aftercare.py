import datetime
import logging
import uuid

import pytest
from django.db import connections
from django.utils import timezone

from courses.actions.aftercare import (
    MOST_A_DAY,
    ask_for_contact,
    close_request,
    hand_on,
    hand_on_requests,
    read_note,
    take_request,
    tell_of_worry,
)
from courses.models import Cohort, ContactRequest, ContactTold, Membership
from lms import crypto
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CANARY = "canary-7c1f words for one person only"


@pytest.fixture
def cohort(owner: User) -> Cohort:
    return make_cohort(members=[owner], promised_hours=48)


def ask(actor: User, cohort: Cohort | None, note: str = CANARY, client_id: uuid.UUID | None = None):
    return ask_for_contact(actor=actor, cohort=cohort, note=note, client_id=client_id or uuid.uuid4())


def member(cohort: Cohort, part: Part, **overrides) -> User:
    return make_membership(cohort=cohort, part=part, **overrides).person


# --- asking -----------------------------------------------------------------------------------------------------------


def test_ask_for_contact_about_the_forum_reaches_a_trainer_who_can_open_it(cohort: Cohort, owner: User) -> None:
    trainer, contact = member(cohort, Part.TRAINER), member(cohort, Part.AFTERCARE)

    asked = ask_for_contact(actor=owner, cohort=cohort, note=CANARY, client_id=uuid.uuid4(), about="forum")

    assert (asked.told, asked.request.sent_to) == ([trainer], trainer)
    assert [letter.to for letter in Letter.objects.all()] == [trainer.email]
    assert [read_note(actor=person, contact_request=asked.request) for person in (owner, trainer, contact)] == [CANARY] * 3


def test_ask_for_contact_tells_each_contact_without_a_word_of_it(cohort: Cohort, owner: User) -> None:
    contacts = [member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)]

    asked = ask(owner, cohort)

    letters = list(Letter.objects.order_by("to"))
    assert asked.told == contacts
    assert asked.request.sent_to == contacts[0]
    assert [letter.to for letter in letters] == sorted(person.email for person in contacts)
    for letter in letters:
        assert letter.subject == "Somebody asks to be contacted"
        assert f"http://testserver/contact-requests/{asked.request.pk}/" in letter.body
        assert "canary" not in letter.body
        assert owner.display_name not in letter.body
        assert owner.email not in letter.body


def test_ask_for_contact_promises_the_cohorts_hours(cohort: Cohort, owner: User) -> None:
    asked = ask(owner, cohort).request
    without = ask(owner, None).request

    assert [request.promised_by - request.asked_at for request in (asked, without)] == [
        datetime.timedelta(hours=48),
        datetime.timedelta(hours=24),
    ]


def test_ask_for_contact_with_nobody_there_writes_to_the_site_whom_to_answer(owner: User, settings) -> None:
    asked = ask(owner, None)

    letter = Letter.objects.get()
    assert (asked.told, asked.request.sent_to) == ([], None)
    assert letter.to == settings.CONTACT_EMAIL
    assert owner.email in letter.body
    assert "canary" not in letter.subject + letter.body


def test_ask_for_contact_sent_twice_asks_once(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    client_id = uuid.uuid4()

    first, second = ask(owner, cohort, client_id=client_id), ask(owner, cohort, client_id=client_id)

    assert first.request == second.request
    assert second.told == [contact]
    assert (ContactRequest.objects.count(), Letter.objects.count()) == (1, 1)


def test_the_same_client_id_of_somebody_else_is_another_request(cohort: Cohort, owner: User, teammate: User) -> None:
    client_id = uuid.uuid4()

    assert ask(owner, cohort, client_id=client_id).request != ask(teammate, cohort, client_id=client_id).request


def test_ask_for_contact_rests_after_twenty_in_a_day(cohort: Cohort, owner: User) -> None:
    for _ in range(MOST_A_DAY):
        ask(owner, cohort)

    with pytest.raises(Refused):
        ask(owner, cohort)

    ContactRequest.objects.update(asked_at=timezone.now() - datetime.timedelta(days=2))
    ask(owner, cohort)
    assert ContactRequest.objects.count() == MOST_A_DAY + 1


def test_words_of_a_request_stand_nowhere_in_clear(cohort: Cohort, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    member(cohort, Part.AFTERCARE)
    with caplog.at_level(logging.DEBUG):
        asked = ask(owner, cohort).request
        take_request(actor=asked.sent_to, request_id=asked.pk)

    dump = b""
    for alias in ("default", "keys"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    dump += b"|".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row)

    assert str(asked.pk).replace("-", "").encode() in dump.replace(b"-", b"")
    assert b"canary" not in dump
    assert CANARY.encode("utf-16-le") not in dump
    assert "canary" not in caplog.text


def test_words_moved_to_another_request_do_not_open(cohort: Cohort, owner: User) -> None:
    one, other = ask(owner, cohort).request, ask(owner, cohort, note="other").request
    ContactRequest.objects.filter(pk=other.pk).update(note_sealed=one.note_sealed, wrapped_key=one.wrapped_key)
    other.refresh_from_db()

    with pytest.raises(crypto.Unreadable):
        read_note(actor=owner, contact_request=other)


def test_words_are_gone_with_the_key_of_whoever_asked(cohort: Cohort, owner: User) -> None:
    asked = ask(owner, cohort).request
    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        read_note(actor=owner, contact_request=asked)


# --- reading and taking -----------------------------------------------------------------------------------------------

WHO = [
    "asker",
    "contact",
    "on_duty",
    "told_coordinator",
    "coordinator",
    "trainer",
    "teammate",
    "left_contact",
    "other_contact",
    "site",
    "outsider",
]


@pytest.mark.parametrize("who", WHO)
def test_a_request_is_seen_read_and_taken_by_whom(who: str, cohort: Cohort, owner: User) -> None:
    other = make_cohort()
    people = {
        "asker": owner,
        "contact": member(cohort, Part.AFTERCARE),
        "on_duty": member(cohort, Part.TRAINER),
        "told_coordinator": member(cohort, Part.COORDINATOR),
        "coordinator": member(cohort, Part.COORDINATOR),
        "trainer": member(cohort, Part.TRAINER),
        "teammate": member(cohort, Part.TRAINEE),
        "left_contact": member(cohort, Part.AFTERCARE, ended_at=timezone.now()),
        "other_contact": member(other, Part.AFTERCARE),
        "site": make_user(coordinates=True),
        "outsider": make_user(),
    }
    asked = ask(owner, cohort).request
    ContactRequest.objects.filter(pk=asked.pk).update(
        sent_to=people["told_coordinator"] if who == "told_coordinator" else people["on_duty"]
    )
    asked.refresh_from_db()
    person = people[who]

    sees = ContactRequest.objects.visible_to(person).filter(pk=asked.pk).exists()
    reads = _does(lambda: read_note(actor=person, contact_request=asked))
    takes = _does(lambda: take_request(actor=person, request_id=asked.pk))

    answers = who in {"contact", "on_duty", "told_coordinator"}
    assert (sees, reads, takes) == (answers or who == "asker", answers or who == "asker", answers)


def _does(action) -> bool:
    try:
        action()
    except Refused:
        return False
    return True


def test_a_request_is_out_of_sight_once_whoever_was_told_has_left(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    before = list(ContactRequest.objects.visible_to(contact))
    Membership.objects.filter(person=contact).update(ended_at=timezone.now())

    assert (before, list(ContactRequest.objects.visible_to(contact))) == ([asked], [])
    with pytest.raises(Refused):
        read_note(actor=contact, contact_request=asked)


def test_a_request_without_cohort_is_for_who_coordinates_the_site(owner: User, outsider: User) -> None:
    site = make_user(coordinates=True)
    asked = ask(owner, None).request

    assert list(ContactRequest.objects.visible_to(site)) == [asked]
    assert list(ContactRequest.objects.visible_to(outsider)) == []
    assert read_note(actor=site, contact_request=asked) == CANARY


def test_take_request_tells_the_asker_and_the_first_keeps_it(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request

    take_request(actor=first, request_id=asked.pk)
    take_request(actor=second, request_id=asked.pk)

    asked.refresh_from_db()
    letters = Letter.objects.filter(to=owner.email)
    assert asked.taken_by == first
    assert [letter.subject for letter in letters] == ["Your request was read"]
    assert "canary" not in letters[0].body
    assert first.display_name not in letters[0].body


# --- a worry about somebody else ----------------------------------------------------------------------------------------


def worry(actor: User, cohort: Cohort, about: User, client_id: uuid.UUID | None = None):
    place = {"name": "Somebody (voice 1)", "url": "/c/somewhere/", "client_id": client_id or uuid.uuid4()}
    return tell_of_worry(actor=actor, cohort=cohort, about=about, note=CANARY, **place)


def test_tell_of_worry_reaches_who_answers_but_never_whom_it_is_about(cohort: Cohort, owner: User, teammate: User) -> None:
    worried_about, contact = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)

    asked = worry(owner, cohort, worried_about).request

    assert asked.sent_to == contact
    assert [asked in ContactRequest.objects.visible_to(person) for person in (owner, contact, worried_about)] == [True, True, False]
    with pytest.raises(Refused):
        take_request(actor=worried_about, request_id=asked.pk)


def test_tell_of_worry_says_in_its_letters_that_it_is_one_and_nothing_more(cohort: Cohort, owner: User, teammate: User) -> None:
    contact, client_id = member(cohort, Part.AFTERCARE), uuid.uuid4()
    first, again = (worry(owner, cohort, teammate, client_id) for _ in range(2))
    take_request(actor=contact, request_id=first.request.pk)

    told, answered = Letter.objects.order_by("written_at", "pk")
    assert (first.request, told.person, answered.person) == (again.request, contact, owner)
    assert told.subject == "Somebody is worried about another person"
    assert "What you are worried about was read" in answered.body
    assert [word for word in ("canary", "voice", teammate.display_name) if word in told.body + answered.body] == []


# --- handing on -------------------------------------------------------------------------------------------------------

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Sets so many hours after now; the cohort promises 48."""
    start = timezone.now()

    def after(hours: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: start + hours * HOUR)

    after(0)
    return after


def letters_to(person: User) -> list[str]:
    return list(Letter.objects.filter(to=person.email).order_by("written_at").values_list("subject", flat=True))


def test_a_request_goes_on_step_by_step_until_somebody_answers(cohort: Cohort, owner: User, clock) -> None:
    site = make_user(coordinates=True)
    on_duty, contact, coordinator = (member(cohort, part) for part in (Part.TRAINER, Part.AFTERCARE, Part.COORDINATOR))
    make_duty(cohort, on_duty)
    make_duty(cohort, on_duty, 1)
    make_duty(cohort, on_duty, 2)
    asked = ask(owner, cohort).request
    handed, sent_to = [], []
    for hours in (0, 23.9, 24.1, 24.2, 47.9, 48.1, 100):
        clock(hours)
        handed.append(hand_on_requests())
        sent_to.append(ContactRequest.objects.get().sent_to)

    asks, went_on = "Somebody asks to be contacted", "Your request went on to somebody else"
    assert handed == [0, 0, 1, 0, 0, 1, 0]
    assert sent_to[:3] == [on_duty, on_duty, contact]
    assert [letters_to(person) for person in (on_duty, contact, coordinator, site)] == [[asks]] * 4
    assert letters_to(owner) == [went_on, went_on]
    assert ContactRequest.objects.get().promised_by == asked.promised_by
    assert set(ContactTold.objects.values_list("person", flat=True)) == {on_duty.pk, contact.pk, coordinator.pk, site.pk}


@pytest.mark.parametrize("how", ["taken", "closed"])
def test_a_request_that_is_answered_or_closed_goes_nowhere(how: str, cohort: Cohort, owner: User, clock) -> None:
    contact = member(cohort, Part.AFTERCARE)
    member(cohort, Part.COORDINATOR)
    asked = ask(owner, cohort).request
    if how == "taken":
        take_request(actor=contact, request_id=asked.pk)
    else:
        close_request(actor=owner, request_id=asked.pk)
    clock(100)

    assert (hand_on_requests(), hand_on(request_id=asked.pk)) == (0, False)


def test_who_was_told_later_sees_reads_and_takes_it_and_the_first_still_may(cohort: Cohort, owner: User, clock) -> None:
    contact, coordinator, other = member(cohort, Part.AFTERCARE), member(cohort, Part.COORDINATOR), member(cohort, Part.TRAINER)
    asked = ask(owner, cohort).request
    clock(25)
    hand_on_requests()
    asked.refresh_from_db()

    seen = [asked in ContactRequest.objects.visible_to(person) for person in (contact, coordinator, other)]
    assert (seen, asked.sent_to) == ([True, True, False], coordinator)
    assert [read_note(actor=person, contact_request=asked) for person in (contact, coordinator)] == [CANARY, CANARY]
    assert take_request(actor=contact, request_id=asked.pk).taken_by == contact


def test_each_of_several_who_were_told_may_answer(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.COORDINATOR), member(cohort, Part.COORDINATOR)

    asked = ask(owner, cohort).request

    assert [asked in ContactRequest.objects.visible_to(person) for person in (first, second)] == [True, True]
    assert take_request(actor=second, request_id=asked.pk).taken_by == second


def test_a_worry_is_never_handed_on_to_whom_it_is_about(cohort: Cohort, owner: User, clock) -> None:
    member(cohort, Part.AFTERCARE)
    worried_about, coordinator = member(cohort, Part.COORDINATOR), member(cohort, Part.COORDINATOR)
    worry(owner, cohort, worried_about)
    clock(100)

    hand_on_requests()

    assert (letters_to(worried_about), letters_to(coordinator)) == ([], ["Somebody is worried about another person"])


def test_a_request_nobody_is_left_for_goes_to_the_site_at_the_promised_time(cohort: Cohort, owner: User, clock, settings) -> None:
    member(cohort, Part.AFTERCARE)
    ask(owner, cohort)
    clock(25)
    hand_on_requests()
    half = Letter.objects.filter(to=settings.CONTACT_EMAIL).count()
    clock(49)
    hand_on_requests()
    hand_on_requests()

    assert (half, Letter.objects.filter(to=settings.CONTACT_EMAIL).count(), letters_to(owner)) == (0, 1, [])
    assert "canary" not in "".join(Letter.objects.values_list("body", flat=True))


def test_hand_on_requests_goes_on_past_trouble_with_one(cohort: Cohort, owner: User, clock, monkeypatch) -> None:
    member(cohort, Part.AFTERCARE)
    member(cohort, Part.COORDINATOR)
    first, second = ask(owner, cohort).request, ask(owner, cohort).request
    clock(25)

    def broken(*, request_id: uuid.UUID) -> bool:
        if request_id == first.pk:
            raise RuntimeError("canary")
        return hand_on(request_id=request_id)

    monkeypatch.setattr("courses.actions.aftercare.hand_on", broken)

    assert hand_on_requests() == 1
    assert ContactRequest.objects.get(handed_on=1) == second


# --- closing ----------------------------------------------------------------------------------------------------------


def test_close_request_is_for_who_asked_and_ends_the_waiting_once(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    with pytest.raises(Refused):
        close_request(actor=contact, request_id=asked.pk)

    first = close_request(actor=owner, request_id=asked.pk).closed_at
    again = close_request(actor=owner, request_id=asked.pk).closed_at

    assert (first, ContactRequest.objects.waiting().count()) == (again, 0)
    assert letters_to(contact) == ["Somebody asks to be contacted", "A request was closed"]
    with pytest.raises(Refused, match="no longer needed"):
        take_request(actor=contact, request_id=asked.pk)


def test_close_request_tells_only_who_took_it_on(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    take_request(actor=second, request_id=asked.pk)

    close_request(actor=owner, request_id=asked.pk)

    assert [letters_to(person)[1:] for person in (first, second)] == [[], ["A request was closed"]]
