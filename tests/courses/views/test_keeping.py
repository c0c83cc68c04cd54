"""The pages that say how long a journal is kept, and a cohort's."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Cohort, JournalKeeping
from lms.permissions import Part
from tests.courses.factories import make_entry
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = "/journal/keeping/"


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def test_journal_keeping_names_the_day_and_one_press_adds_a_year(mine, owner):
    cohort = make_cohort(members=[owner], ends_on=datetime.date(2026, 12, 31))
    make_entry(owner, cohort=cohort)
    before = mine.get(PAGE).content.decode()

    answers = [mine.post(f"{PAGE}{cohort.pk}/extend/", {"until": "2028-12-31"}) for _ in range(2)]

    assert ("Kept until 31 December 2028." in before, 'value="2028-12-31"' in before) == (True, True)
    assert [answer["Location"] for answer in answers] == [PAGE] * 2
    assert "Kept until 31 December 2029." in mine.get(PAGE).content.decode()


def test_journal_says_how_long_it_is_kept_and_what_was_removed(mine, owner):
    first = mine.get("/journal/").content.decode()
    cohort = make_cohort(members=[owner], ends_on=datetime.date(2026, 12, 31))
    make_entry(owner, cohort=cohort)
    gone = make_cohort(members=[owner])
    at = timezone.make_aware(datetime.datetime(2026, 3, 5, 12))
    JournalKeeping.objects.create(person=owner, cohort=gone, keep_until=at.date(), removed_at=at)

    page = mine.get("/journal/").content.decode()

    assert "two years after your cohort has ended" in first
    assert ("Kept until 31 December 2028." in page, "Your entries of this cohort were removed on 5 March 2026." in page) == (True, True)


@pytest.mark.parametrize("sent", [{}, {"until": "soon"}])
def test_journal_keeping_extend_without_a_day_changes_nothing(mine, owner, sent):
    cohort = make_cohort(members=[owner])
    make_entry(owner, cohort=cohort)

    assert mine.post(f"{PAGE}{cohort.pk}/extend/", sent)["Location"] == PAGE
    assert JournalKeeping.objects.count() == 0


def test_journal_keeping_extend_of_a_cohort_without_ones_words_is_not_there(mine, owner):
    cohort = make_cohort(members=[owner, other := make_user()])
    make_entry(other, cohort=cohort)

    assert [mine.post(f"{PAGE}{pk}/extend/", {"until": "2028-12-31"}).status_code for pk in (cohort.pk, 10**9, 2**70)] == [404] * 3


def test_journal_keeping_asks_at_most_twelve_questions(mine, owner, django_assert_max_num_queries):
    for _ in range(4):
        make_entry(owner, cohort=make_cohort(members=[owner]))
    mine.get(PAGE)
    with django_assert_max_num_queries(12):
        assert mine.get(PAGE).status_code == 200


def test_what_is_written_without_a_prompt_belongs_to_the_cohort_used_last(mine, owner):
    older, newer = (make_cohort(members=[owner]) for _ in range(2))
    owner.memberships.filter(cohort=older).update(last_used_at=timezone.now())
    mine.post("/journal/new/", {"body": "one"})
    owner.memberships.update(ended_at=timezone.now())
    mine.post("/journal/new/", {"body": "two"})
    page = mine.get(PAGE).content.decode()

    assert (page.count("Kept until"), older.title in page, newer.title in page) == (1, True, False)


# --- a cohort's


@pytest.fixture
def coordinated(owner, monkeypatch):
    monkeypatch.setattr(Cohort, "today", lambda cohort: datetime.date(2026, 7, 1))
    cohort = make_cohort(starts_on=datetime.date(2026, 1, 10), ends_on=datetime.date(2026, 12, 31))
    make_membership(cohort=cohort, person=owner, part=Part.COORDINATOR)
    return cohort


def people_page(client, cohort):
    return " ".join(client.get(f"/c/{cohort.slug}/people/").content.decode().split())


def test_cohort_keeping_is_said_among_the_people_and_changed_there(mine, coordinated):
    page = f"/c/{coordinated.slug}/people/journals/"
    before, form = people_page(mine, coordinated), mine.get(page).content.decode()

    answer = mine.post(page, {"until": "2030-06-30", "version": 1})
    changed = people_page(mine, coordinated)
    mine.post(page, {"until": "", "version": 2})

    assert "What is written in journals here is kept until 31 December 2028." in before
    assert page in before
    assert ('value="2028-12-31"' in form, "two years after the course ends, 31 December 2028." in form) == (True, True)
    assert answer["Location"] == f"/c/{coordinated.slug}/people/"
    assert "Journals of this cohort are kept until 30 June 2030 now." in changed
    assert "What is written in journals here is kept until 30 June 2030." in changed
    assert Cohort.objects.get().journal_keep_until is None


@pytest.mark.parametrize("typed", ["2026-06-30", "2026-12-30", "2037-01-01", "30/02/2027x", "9999-12-31"])
def test_cohort_keeping_refuses_kindly_and_keeps_what_was_typed(mine, coordinated, typed):
    answer = mine.post(f"/c/{coordinated.slug}/people/journals/", {"until": typed, "version": 1})

    sentence = "Please choose a day from 31 December 2026 to 31 December 2036."
    assert (answer.status_code, f'value="{typed}"' in answer.content.decode()) == (200, True)
    assert answer.context["form"].errors["until"] == ["Please write a day, such as 2028-12-31." if "x" in typed else sentence]
    assert Cohort.objects.get().journal_keep_until is None


def test_cohort_keeping_shows_what_another_coordinator_said_meanwhile(mine, coordinated):
    page = f"/c/{coordinated.slug}/people/journals/"
    mine.post(page, {"until": "2030-06-30", "version": 1})

    second = mine.post(page, {"until": "2031-06-30", "version": 1})

    assert (second.status_code, second.context["both"]) == (409, [("Kept until", "Sun 30 June 2030", "Mon 30 June 2031")])
    assert Cohort.objects.get().journal_keep_until.isoformat() == "2030-06-30"


def test_cohort_keeping_is_not_there_for_others(coordinated):
    client, trainer = Client(), make_membership(cohort=coordinated, part=Part.TRAINER).person
    client.force_login(trainer)

    assert client.get(f"/c/{coordinated.slug}/people/journals/").status_code == 404
    assert "people/journals" not in people_page(client, coordinated)
