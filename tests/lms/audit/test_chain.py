"""S29: what was noted stays as it is, and a chain shows it if it did not."""

import datetime
import json
import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lms.audit import chain, guard, tasks
from lms.audit.actions import What, note
from lms.audit.models import Link, Record
from tests.factories import make_cohort

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(owner):
    cohort = make_cohort()
    for detail in ("first", "second", "third"):
        note(actor=owner, what=What.TABLE_TAKEN, about=cohort, person=owner.pk, detail=detail)
    chain.add_links()
    return list(Record.objects.order_by("pk"))


def forged(sql, *values):
    """As somebody does who has the whole database in their hands, and takes the guard away first."""
    guard.drop_guard(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    guard.make_guard(connection)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Record.objects.update(detail="other"),
        lambda: Record.objects.filter(detail="third")._raw_delete("default"),
        lambda: Link.objects.update(hash=""),
        lambda: Link.objects.all()._raw_delete("default"),
        lambda: Record.objects.earliest("pk").save(),
    ],
)
def test_the_database_refuses_to_change_or_delete_what_was_noted(noted, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()

    assert list(Record.objects.values_list("detail", flat=True)) == ["first", "second", "third"]
    assert Link.objects.count() == 3


def test_the_guard_comes_back_after_migrations_and_is_one(noted):
    guard.drop_guard(connection)
    for _ in range(2):
        guard.mend_guard(connection)

    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.update(detail="other")


def test_check_is_right_for_what_was_noted_and_counts_what_waits(noted, owner):
    note(actor=None, what=What.CLOSED, about=owner)

    found = chain.check()

    assert (found.links, found.broken_at, found.waiting) == (3, None, 1)
    assert (chain.add_links(), chain.check().waiting, chain.check().links, chain.add_links()) == (1, 0, 4, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [("detail", "other"), ("actor", 0), ("person", 0), ("what", "part"), ("about", "x:1"), ("at", timezone.now() - datetime.timedelta(1))],
)
def test_check_finds_whatever_was_changed(noted, column, value):
    forged(f"UPDATE audit_record SET {column} = %s WHERE id = %s", value, noted[1].pk)

    assert chain.check().broken_at == 2


def test_check_finds_what_was_taken_out_or_put_in_between(noted):
    forged("DELETE FROM audit_link WHERE number = 2")
    assert chain.check().broken_at == 2

    forged("UPDATE audit_link SET number = 2 WHERE number = 3")
    assert chain.check().broken_at == 2


def test_check_that_knows_an_end_finds_that_it_was_cut_off(noted):
    end = chain.check().end
    forged("DELETE FROM audit_link WHERE number = 3")

    assert (chain.check().broken_at, chain.check(end).knows, chain.check(chain.check().end).knows) == (None, False, True)


def test_hash_of_is_the_same_whatever_zone_the_moment_was_written_in(noted):
    there = timezone.get_fixed_timezone(120)
    noted[0].at = noted[0].at.astimezone(there)

    assert chain.hash_of(noted[0], chain.BEGINNING) == Link.objects.get(number=1).hash


# --- by hand and by the clock -----------------------------------------------------------------------------------------


def checked(*options):
    call_command("check_audit", *options, stdout=(out := StringIO()))
    return out.getvalue()


def test_command_says_how_many_are_right_and_fails_where_one_is_not(noted):
    said = checked()
    end = said.strip().rsplit(" ", 1)[1]
    assert (said.split(".")[0], checked("--knows", end)) == ("3 links are right", said)

    with pytest.raises(CommandError, match="does not hold"):
        checked("--knows", "0" * 64)
    forged("UPDATE audit_record SET detail = 'other'")
    with pytest.raises(CommandError, match="Link 1 is wrong"):
        checked()


def test_the_clock_tells_the_log_the_end_of_the_chain_and_an_error_where_it_is_broken(noted, caplog, owner):
    note(actor=None, what=What.CLOSED, about=owner)
    with caplog.at_level(logging.WARNING):
        tasks.check_audit.call()
    assert [(one.levelname, chain.check().end in one.getMessage()) for one in caplog.records] == [("WARNING", True)]
    assert Record.objects.filter(link=None).count() == 0

    forged("UPDATE audit_record SET detail = 'other'")
    caplog.clear()
    tasks.check_audit.call()
    assert [one.levelname for one in caplog.records] == ["ERROR"]


def test_a_record_holds_numbers_and_names_of_ours_only():
    kinds = {field.name: field.get_internal_type() for field in Record._meta.concrete_fields}

    assert json.loads(json.dumps(kinds)) == {
        "id": "BigAutoField",
        "at": "DateTimeField",
        "actor": "BigIntegerField",
        "what": "CharField",
        "about": "CharField",
        "person": "BigIntegerField",
        "detail": "CharField",
    }
