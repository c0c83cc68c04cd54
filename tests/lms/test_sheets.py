import csv
import io

import pytest

from lms.sheets import csv_response, csv_text, safe


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n", "\xa0=", "\u200b=", "\ufeff@", " \t ＝"])
def test_safe_takes_nothing_for_a_formula(start):
    assert safe(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", ["Ana", "O’Neill", "", "3 = 3", -5, 2.5])
def test_safe_leaves_alone_what_is_none(value):
    assert safe(value) == value


def test_csv_text_keeps_commas_quotes_and_lines_in_their_cell():
    rows = [["Name", "Words"], ["Õie, A.", 'one "two"\nthree'], ["=HYPERLINK(1)", 3]]

    text = csv_text(rows)

    assert text[0] == "\ufeff"
    assert list(csv.reader(io.StringIO(text[1:]))) == [["Name", "Words"], ["Õie, A.", 'one "two"\nthree'], ["'=HYPERLINK(1)", "3"]]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_csv_text_keeps_a_cell_whole_where_spreadsheets_separate_by_another_sign(separator):
    """S23: in much of Europe a comma is for decimals, and spreadsheets take a table apart at semicolons."""
    text = csv_text([[f"Ana{separator}=HYPERLINK(1)", 3]])

    cells = [cell for row in csv.reader(io.StringIO(text[1:]), delimiter=separator) for cell in row]
    assert [cell for cell in cells if cell.startswith("=")] == []


def test_csv_response_is_a_file_that_nobody_keeps_on_the_way():
    response = csv_response("cohort-1", [["a"]])

    assert response["Content-Disposition"] == 'attachment; filename="cohort-1.csv"'
    assert response["Cache-Control"] == "private, no-store"
