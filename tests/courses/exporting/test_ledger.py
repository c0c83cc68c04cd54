import csv
import datetime
import io
from types import SimpleNamespace

import pytest

from courses.exporting.ledger import Ledger, as_csv, as_pdf, plain
from courses.exporting.pdf import is_possible
from courses.standing import Hour, add_up

DAY = datetime.date(2026, 11, 27)


def line(with_whom="", note=""):
    entry = SimpleNamespace(on=DAY, minutes=90, get_kind_display=lambda: "Supervision")
    return SimpleNamespace(entry=entry, with_whom=with_whom, note=note)


def ledger(*lines):
    standing = add_up([Hour(1, 1, DAY, 60, 50, over=True)], threshold=90)
    sums = [("live", "", 50), ("supervision", "Supervision", 90)]
    return Ledger("Ana <b>", "Cohort", DAY, standing, sums, standing.days, lines)


def rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def test_as_csv_has_a_line_for_each_day_and_entry():
    made = rows(as_csv(ledger(line("Supervisor, A", 'She said "wait"\nand I did'))))

    assert made == [
        ["Day", "What it was", "Minutes", "Of minutes", "With whom, or what", "Note"],
        ["2026-11-27", "Live hours", "50", "60", "", ""],
        ["2026-11-27", "Supervision", "90", "", "Supervisor, A", 'She said "wait"\nand I did'],
    ]


def test_as_csv_begins_with_the_mark_by_which_spreadsheets_know_utf_8():
    assert as_csv(ledger()).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "|calc", "%0A", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_as_csv_holds_nothing_that_a_spreadsheet_calculates(evil):
    made = rows(as_csv(ledger(line(evil, evil))))

    assert made[2][4:] == [f"'{evil}"] * 2


@pytest.mark.parametrize("calm", ["", "Ana", "1=1", "2026-11-27", "90"])
def test_plain_leaves_what_is_no_formula(calm):
    assert plain(calm) == calm


@pytest.mark.skipif(not is_possible(), reason="Pango is not on this machine")
def test_as_pdf_is_a_pdf_and_says_nothing_in_the_log(caplog):
    made = as_pdf(ledger(line("Supervisor <A>", "A note & more")))

    assert (made.startswith(b"%PDF-"), caplog.records) == (True, [])
