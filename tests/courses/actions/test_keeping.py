"""How long a journal is kept: three letters, each once and never too late, then a removal that says so and holds no words."""

import datetime
from uuid import uuid4

import pytest

from courses.actions.aftercare import ask_for_contact
from courses.actions.keeping import KeptUntil, keep_journals_until, keep_longer, keepings_of, look_after_journals
from courses.actions.kept_words import keep_words
from courses.actions.maps import keep_map
from courses.actions.members import remove_member
from courses.actions.responses import respond
from courses.models import (
    Cohort,
    ContactRequest,
    JournalEntry,
    JournalKeeping,
    JournalRevision,
    KeptWords,
    Membership,
    RelationalMap,
    SharedVersion,
    ShareResponse,
)
from courses.tasks import look_after_journals as task
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.schedule import JOBS
from tests.courses.factories import make_entry, make_share
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

END = datetime.date(2026, 3, 1)
LAST = datetime.date(2028, 3, 1)  # two years after
NOTHING = "0 letters about keeping, 0 journals of a cohort removed"


@pytest.fixture
def clock(monkeypatch):
    """clock(days) makes it so many days before the last day of END's cohort; below zero, after it."""

    def set_to(days, last=LAST):
        day = last - datetime.timedelta(days=days)
        monkeypatch.setattr("courses.actions.keeping.timezone.localdate", lambda *given, **named: day)
        monkeypatch.setattr(Cohort, "today", lambda cohort: day)
        return day

    return set_to


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], starts_on=END - datetime.timedelta(days=330), ends_on=END)


def letters(person):
    return Letter.objects.filter(to=person.email, subject="How long your journal is kept").order_by("written_at", "pk")


def test_every_notice_comes_once_on_its_day(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    came = []
    for days in range(63, -1, -1):
        clock(days)
        before = letters(owner).count()
        for _ in range(2):
            look_after_journals()
        came += [days] * (letters(owner).count() - before)

    assert came == [60, 14, 2]
    assert {"1 March 2028" in letter.body and cohort.title in letter.body for letter in letters(owner)} == {True}
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # days before the last day on which the clock runs -> what happens on each of them
        ([60, 10, 2, 1, 0, -1, -2, -4, -5], ["60", "14", "", "", "", "", "2", "", "removed"]),
        ([-100, -140, -150, -160, -161], ["60", "", "14", "", ""]),
        ([40, 26, 13, -6, -20, -21], ["60", "", "", "14", "2", ""]),
    ],
    ids=["the fourteen days missed", "first asked long after", "sixty missed by twenty days"],
)
def test_days_that_the_clock_missed_are_added(owner, cohort, clock, days, expected):
    make_entry(owner, cohort=cohort)
    happened = []
    for day in days:
        clock(day)
        before = letters(owner).count()
        look_after_journals()
        row = JournalKeeping.objects.get()
        removed = "" if JournalEntry.objects.exists() else "removed"
        happened.append(str(row.announced) if letters(owner).count() > before else removed)

    assert happened == expected


def test_look_after_journals_leaves_a_letter_for_what_stays_to_be_said(owner, cohort, clock):
    """No letter has anybody's words: neither what was written nor how much."""
    make_entry(owner, cohort=cohort, title="Kanarienvogel", html="<p>Kanarienvogel</p>")
    clock(60)

    look_after_journals()

    (letter,) = letters(owner)
    assert "Kanarienvogel" not in f"{letter.subject} {letter.body}"
    assert "/journal/keeping/" in letter.body


def announced(clock):
    for days in (60, 14, 2):
        clock(days)
        look_after_journals()


def test_after_the_last_day_everything_of_that_cohort_is_gone_and_a_record_says_so(owner, teammate, cohort, clock):
    trainer = make_membership(cohort=cohort, person=teammate, part=Part.TRAINER).person
    share = make_share(author=owner, reader=trainer, entry=make_entry(owner, cohort=cohort), cohort=cohort)
    respond(actor=trainer, share=share, html="<p>I heard</p>", quoted="", client_id=uuid4())
    keep_map(actor=owner, client_id=uuid4(), title="M", drawing={"circles": [], "lines": []}, cohort=cohort)
    keep_words(actor=owner, source="", words="w", note="", client_id=uuid4())
    elsewhere = make_entry(owner, cohort=make_cohort(members=[owner]))
    ask_for_contact(actor=owner, cohort=cohort, note="n", client_id=uuid4())
    announced(clock)
    clock(0)
    on_the_day = (look_after_journals(), JournalEntry.objects.filter(cohort=cohort).count())
    clock(-1)

    said = [look_after_journals(), look_after_journals()]

    assert on_the_day == (NOTHING, 1)
    assert said == ["0 letters about keeping, 1 journals of a cohort removed", NOTHING]
    gone = (JournalRevision, SharedVersion, ShareResponse, RelationalMap, KeptWords)
    assert [kind.objects.count() for kind in gone] == [0] * len(gone)
    assert (list(JournalEntry.objects.all()), ContactRequest.objects.count()) == ([elsewhere], 1)
    row = JournalKeeping.objects.get()
    assert (row.person, row.cohort, row.announced, row.removed_at is not None) == (owner, cohort, None, True)
    assert [(one.cohort, one.until) for one in keepings_of(actor=owner)][1:] == [(cohort, None)]


def test_others_are_kept_while_one_is_removed(owner, teammate, cohort, clock):
    make_membership(cohort=cohort, person=teammate)
    mine, theirs = make_entry(owner, cohort=cohort), make_entry(teammate, cohort=cohort)
    clock(70)
    keep_longer(actor=teammate, cohort_id=cohort.pk, until=LAST)
    announced(clock)
    clock(-1)

    look_after_journals()

    assert list(JournalEntry.objects.all()) == [theirs]
    assert (mine.pk != theirs.pk, letters(teammate).count()) == (True, 0)


def test_keep_longer_is_a_year_however_often_the_same_press_arrives(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    announced(clock)
    presses = [keep_longer(actor=owner, cohort_id=cohort.pk, until=LAST).until for _ in range(2)]
    again = keep_longer(actor=owner, cohort_id=cohort.pk, until=presses[0]).until
    clock(-1)
    said = look_after_journals()

    assert (presses, again, said) == ([LAST.replace(year=2029)] * 2, LAST.replace(year=2030), NOTHING)
    announced(lambda days: clock(days, last=again))
    assert letters(owner).count() == 6


def test_keep_longer_after_the_last_day_counts_from_today(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    today = clock(-30)

    kept = keep_longer(actor=owner, cohort_id=cohort.pk, until=LAST)

    assert kept.until == today.replace(year=today.year + 1)


def test_keep_longer_where_one_has_nothing_is_not_there(owner, teammate, cohort):
    make_entry(owner, cohort=cohort)

    for person, pk in ((teammate, cohort.pk), (owner, 10**9)):
        with pytest.raises(Cohort.DoesNotExist):
            keep_longer(actor=person, cohort_id=pk, until=LAST)
    assert JournalKeeping.objects.count() == 0


def test_who_left_keeps_the_journal_and_may_extend_it(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    remove_member(actor=make_user(coordinates=True), membership=Membership.objects.get(person=owner))
    announced(clock)

    kept = keep_longer(actor=owner, cohort_id=cohort.pk, until=LAST)

    assert (letters(owner).count(), kept) == (3, KeptUntil(cohort, LAST.replace(year=2029), None))
    assert keepings_of(actor=owner) == [kept]


def test_a_cohorts_own_day_stands_instead_of_the_two_years(owner, cohort, clock):
    Cohort.objects.update(journal_keep_until=datetime.date(2026, 6, 1))
    make_entry(owner, cohort=cohort)
    clock(60, last=datetime.date(2026, 6, 1))

    said = look_after_journals()

    assert (said[:1], keepings_of(actor=owner)[0].until) == ("1", datetime.date(2026, 6, 1))


def test_a_later_day_of_the_cohort_begins_the_letters_anew(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    announced(clock)
    later = LAST + datetime.timedelta(days=200)
    Cohort.objects.update(journal_keep_until=later)
    for days in (100, 60, 14, 2, -1):
        clock(days, last=later)
        look_after_journals()

    assert (letters(owner).count(), JournalEntry.objects.count()) == (6, 0)


DAY = datetime.timedelta(days=1)


def test_keep_journals_until_is_what_authors_see_and_the_clock_goes_by(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    coordinator, longer = make_user(coordinates=True), LAST.replace(year=2030)
    clock(0)
    keep_journals_until(actor=coordinator, cohort=cohort, until=longer)
    seen, said = keepings_of(actor=owner), look_after_journals()
    clock(-1)
    keep_journals_until(actor=coordinator, cohort=cohort, until=LAST + 5 * DAY)
    look_after_journals()

    assert (seen, said) == ([KeptUntil(cohort, longer, None)], NOTHING)
    assert keepings_of(actor=owner)[0].until == LAST + 61 * DAY  # the first letter still comes sixty days before


def test_keep_journals_until_takes_no_day_away_that_was_announced(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    announced(clock)
    today = clock(1)

    keep_journals_until(actor=make_user(coordinates=True), cohort=cohort, until=today)

    assert keepings_of(actor=owner)[0].until == LAST


@pytest.mark.parametrize("until", [LAST - DAY, LAST.replace(year=2038) + DAY], ids=["past", "far"])
def test_keep_journals_until_refuses_a_day_that_is_over_or_too_far_away(cohort, clock, until):
    clock(0)
    with pytest.raises(ValueError, match=r"is not between 2028-03-01 and 2038-03-01"):
        keep_journals_until(actor=make_user(coordinates=True), cohort=cohort, until=until)

    assert Cohort.objects.get().journal_keep_until is None


def test_keep_journals_until_never_says_a_day_before_the_end(cohort, clock):
    clock(0, last=END - 90 * DAY)
    with pytest.raises(ValueError, match="is not between 2026-03-01"):
        keep_journals_until(actor=make_user(coordinates=True), cohort=cohort, until=END - DAY)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_keep_journals_until_is_for_coordinators(cohort, part):
    person = make_membership(cohort=cohort, part=part).person
    with pytest.raises(Refused):
        keep_journals_until(actor=person, cohort=cohort, until=None)


def test_who_writes_again_after_a_removal_is_told_again(owner, cohort, clock):
    make_entry(owner, cohort=cohort)
    announced(clock)
    clock(-1)
    look_after_journals()
    make_entry(owner, cohort=cohort)

    said = look_after_journals()

    assert (said[:1], letters(owner).count(), JournalEntry.objects.count()) == ("1", 4, 1)


def test_keepings_of_asks_as_much_for_many_cohorts_as_for_one(owner, django_assert_num_queries):
    for _ in range(5):
        cohort = make_cohort(members=[owner])
        make_entry(owner, cohort=cohort)
    with django_assert_num_queries(1):
        assert len(keepings_of(actor=owner)) == 5


def test_the_clock_looks_once_a_day(owner):
    assert [str(job.trigger) for job in JOBS if job.task == "courses.look_after_journals"] == ["cron[hour='4', minute='10']"]
    assert task.func() == NOTHING
