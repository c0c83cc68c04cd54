import datetime
from types import SimpleNamespace

import pytest

from courses.exporting.ledger import Ledger, as_pdf, csv_rows
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


def test_csv_rows_are_a_head_and_a_line_for_each_day_and_entry():
    assert csv_rows(ledger(line("Supervisor, A", "She waited"))) == [
        ("Day", "What it was", "Minutes", "Of minutes", "With whom, or what", "Note"),
        ("2026-11-27", "Live hours", 50, 60, "", ""),
        ("2026-11-27", "Supervision", 90, "", "Supervisor, A", "She waited"),
    ]


@pytest.mark.skipif(not is_possible(), reason="Pango is not on this machine")
def test_as_pdf_is_a_pdf_and_says_nothing_in_the_log(caplog):
    made = as_pdf(ledger(line("Supervisor <A>", "A note & more")))

    assert (made.startswith(b"%PDF-"), caplog.records) == (True, [])
