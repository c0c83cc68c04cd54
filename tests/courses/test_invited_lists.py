import pytest
from django.core.exceptions import ValidationError

from courses.invited_lists import LARGEST, MOST_LINES, TEMPLATE, Row, decoded, known_part, read_list
from lms.permissions import Part
from tests.files import packed, picture

ANA, BO = Row(2, "ana@example.org", "trainee"), Row(3, "bo@example.org", "trainer")
LINES = ["name;email;part", "Ana Müller;ana@example.org;trainee", "Bo – 2;bo@example.org;trainer"]


def sentence(data: bytes) -> str:
    with pytest.raises(ValidationError) as refusal:
        read_list(data)
    return str(refusal.value.messages[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_list_takes_what_spreadsheets_write(encoding, separator, end):
    table = read_list(end.join(LINES).replace(";", separator).encode(encoding))

    assert (table.rows, table.left_out) == ([ANA, BO], ["name"])


def test_decoded_reads_the_letters_of_windows_1252():
    assert decoded("Zoë – “Müller”;€".encode("cp1252")) == "Zoë – “Müller”;€"


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ("part,email", "trainee,ana@example.org"),
        ("Role;E-Mail Address;Name", 'Trainee;Ana@Example.org;"Ana; the first"'),
        ("EMAIL", "ana@example.org"),
        (" e-mail , phone , part ", " ana@example.org , 1 , TRAINEE "),
    ],
)
def test_read_list_finds_its_columns_in_any_order(first, line):
    (row,) = read_list(f"{first}\n{line}\n".encode()).rows

    assert (row.line, row.email, row.part.lower()) == (2, "ana@example.org", "trainee" if row.part else "")


def test_read_list_numbers_lines_as_the_file_does():
    """Empty lines and fields of two lines count, as in the program that shows the file."""
    data = b'sep=;\r\nname;email\r\n\r\n"Ana\r\nthe first";ana@example.org\r\n;\r\nBo;bo@example.org\r\n'

    assert [(row.line, row.email) for row in read_list(data).rows] == [(4, "ana@example.org"), (7, "bo@example.org")]


def test_read_list_leaves_out_letters_that_nobody_sees():
    (row,) = read_list("email\n\u200bana@example.org\u202e\ufeff\n".encode()).rows

    assert row.email == "ana@example.org"


def test_the_template_is_a_list():
    assert read_list(TEMPLATE.encode()).rows == [Row(2, "name@example.org", "trainee")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (picture(), "This file is not text. Please save the list as CSV and choose that file."),
        (b"email\n\x00\x01ana", "This file is not text. Please save the list as CSV and choose that file."),
        (b"email\nana\x81@example.org", "This file is not text. Please save the list as CSV and choose that file."),
        (
            packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}),
            "This is a spreadsheet or document. Please save it as CSV and choose that file.",
        ),
        (b" \r\n\r\n", "There is nothing in this list yet. It needs a first line with the words “email” and “part”."),
        (b"email,part\r\n\r\n", "There is nobody in this list yet. Each person needs a line below the first."),
        (
            b"ana@example.org;trainee\n",
            "The first line has to name the columns, and one of them has to be “email”. Please add that line.",
        ),
        (b'email\n"ana@example.org\n', "A quotation mark is opened in this list and not closed. Please look at it and try again."),
        (b" " * (LARGEST + 1), "This file is larger than a list may be: the limit is 200 kB."),
        (
            b"email\n" + b"a@example.org\n" * (MOST_LINES + 1),
            "There are 201 people in this list, and a list may have 200. Please make two of it.",
        ),
    ],
)
def test_read_list_says_in_one_sentence_what_is_the_matter(data, said):
    assert sentence(data) == said


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("trainee", Part.TRAINEE),
        ("Guest trainer", Part.GUEST_TRAINER),
        ("guest_trainer", Part.GUEST_TRAINER),
        ("  AFTERCARE   contact ", Part.AFTERCARE),
        ("aftercare", Part.AFTERCARE),
        ("teacher", None),
        ("", None),
    ],
)
def test_known_part_reads_what_the_page_and_the_template_call_it(word, part):
    assert known_part(word) == part
