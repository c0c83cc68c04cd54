"""The rules that notice who a text may be about: one by one, on two collections of posts, and attacked."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import crisis
from lms.identifying import PHRASES, Kind, Noticed, notice
from tests.lms.identifying import measured

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = measured.identifying_examples()


def seen(text, **given):
    """What was noticed: kind and the words it stands for."""
    return [(found.kind, text[found.start : found.end]) for found in notice(text, **given)]


# --- how often it is wrong -------------------------------------------------------------------------------------------


def test_notice_is_quiet_in_ordinary_posts():
    posts = measured.ordinary_posts()

    assert len(posts) >= 220
    assert len(measured.false_alarms(posts)) <= 4  # as measured; 2 % would be 7


@pytest.mark.parametrize("kind", Kind)
def test_notice_misses_at_most_one_in_twenty(kind):
    examples = [example for example in EXAMPLES if example.kind == kind]

    assert len(examples) >= 15
    assert len(measured.missed(examples)) <= len(examples) * 0.05


def test_table_is_the_one_in_the_docs():
    assert measured.table() in (ROOT / "docs/identifying.md").read_text(encoding="utf-8")


def test_notice_finds_nobody_in_the_texts_of_the_course():
    pages = sorted((ROOT / "courses/content/foundation").rglob("*.md"))

    found = [(page.name, words) for page in pages for words in seen(page.read_text(encoding="utf-8"))]

    assert len(pages) > 50
    assert found == []


@pytest.mark.django_db
def test_notice_lets_everybody_pass_on_the_numbers_for_a_crisis():
    lines = [line for country in crisis.countries().values() for line in country.lines]

    found = [words for line in lines for words in seen(f"If it is too much, call {line.name}, phone number {line.number}, at any hour.")]

    assert len(lines) > 15
    assert found == []


def test_nobody_has_the_nhs_numbers_of_the_examples():
    numbers = [re.sub(r"\D", "", example.text[example.start : example.end]) for example in EXAMPLES if example.kind == Kind.NHS_NUMBER]
    plain = ["".join(str(int(digit)) for digit in number) for number in numbers]

    assert [number for number in plain if not number.startswith(("999", "3002", "3102"))] == []


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was 999 000 0409.", [(Kind.NHS_NUMBER, "999 000 0409")]),
        ("It was 999-000-0409.", [(Kind.NHS_NUMBER, "999-000-0409")]),
        ("It was 9990000409.", [(Kind.NHS_NUMBER, "9990000409")]),
        ("It was 999 000 0408.", []),  # the check digit is another
        ("It was 5990000403.", []),  # nobody's begins like this
        ("NHS number: 999 000 0408", [(Kind.NHS_NUMBER, "999 000 0408")]),  # mistyped, but named
        ("It was 310231 0001.", [(Kind.NHS_NUMBER, "310231 0001")]),
        ("It was 3113310004.", []),  # a thirteenth month
        ("ISBN 9990000409, second hand", []),  # has the same check digit
        ("ISBN 0306406152", []),
        ("https://example.org/9990000409", []),
        ("order/9990000409", []),
        ("19990000409 or 99900004090", []),
        ("Zoom 999 000 0409", []),
        ("meeting id: 999 000 0409", []),
        ("after the meeting 999 000 0409 rang", [(Kind.NHS_NUMBER, "999 000 0409")]),
    ],
)
def test_notice_knows_nhs_numbers_by_their_check_digit(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met on 12/03/1981 and on 3 April 2026.", []),
        ("born on 12/03/1981", [(Kind.BIRTH_DATE, "12/03/1981")]),
        ("DOB 1981-03-12", [(Kind.BIRTH_DATE, "1981-03-12")]),
        ("12 March 1981 (d.o.b.)", [(Kind.BIRTH_DATE, "12 March 1981")]),
        ("born in 1981", []),
        ("born in Tornio in the 1980s", []),
        ("Bakhtin was born on 17 November 1895", []),
        ("Tom Andersen, born 2 May 1936,", []),
        ("The stubborn 12/03/1981", []),
    ],
)
def test_notice_takes_a_date_for_a_birth_only_where_it_is_said(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 07700 900123 2 times", [(Kind.PHONE, "07700 900123")]),
        ("on +44 (0)7700 900123", [(Kind.PHONE, "+44 (0)7700 900123")]),
        ("on 0044 7700 900123", [(Kind.PHONE, "0044 7700 900123")]),
        ("au 01.99.00.12.34", [(Kind.PHONE, "01.99.00.12.34")]),
        ("op 02/555.00.00", [(Kind.PHONE, "02/555.00.00")]),
        ("on (03) 5550 1234", [(Kind.PHONE, "(03) 5550 1234")]),
        ("on +61 491 570 156", [(Kind.PHONE, "+61 491 570 156")]),
        ("on +44 116 496 0123", [(Kind.PHONE, "+44 116 496 0123")]),  # Leicester, and no helpline
        ("on 083 000 0000", [(Kind.PHONE, "083 000 0000")]),
        ("mobile: 5000 0000", [(Kind.PHONE, "5000 0000")]),
        ("5000 0000 pages", []),
        ("116 123, 111, 999, 112, 13 11 14, 3114, 85258", []),
        ("0300 000 0000, 0800 000 000, 0808 000 0000, 0845 000 0000", []),
        ("+44 300 000 0000, +44 (0)800 000 0000, +353 1800 000 000, +61 1300 000 000, +49 800 000 0 000, +1 800 000 0000", []),
        ("phone 1800 000 000 or tel. 1300 00 0000", []),
        ("01.12.26 14.30", []),
        ("09.30 10.45 11.30", []),
        ("04-00-04, 12345678", []),
        ("order number 07700 900123", []),
        ("012345678", []),
    ],
)
def test_notice_tells_somebodys_phone_from_everybodys(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask i.person@example.org.", [(Kind.EMAIL, "i.person@example.org")]),
        ("ask i.person (at) example (dot) org", [(Kind.EMAIL, "i.person (at) example (dot) org")]),
        ("https://example.org/?for=i.person@example.org", [(Kind.EMAIL, "i.person@example.org")]),
        ("ask office@example.org or training+od@example.org", []),
        ("@ 10.30am", []),
        ("5 @ 3.50", []),
    ],
)
def test_notice_tells_somebodys_address_from_an_offices(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SW1A 0ZZ", [(Kind.POSTCODE, "SW1A 0ZZ")]),
        ("sw1a 0zz", [(Kind.POSTCODE, "sw1a 0zz")]),
        ("SW1A0ZZ", [(Kind.POSTCODE, "SW1A0ZZ")]),
        ("D02 XX00", [(Kind.POSTCODE, "D02 XX00")]),
        ("SW1 is full of them", []),  # half of one says little
        ("QX1 0ZZ", []),  # no post is brought there
        ("SW1A 0ZC", []),  # C stands in no second half
        ("b1 2nd and m1 3rd, e2 4th", []),
        ("A15 2024", []),
    ],
)
def test_notice_knows_postcodes_by_their_letters(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 14 Marzipan Road", [(Kind.ADDRESS, "14 Marzipan Road")]),
        ("lives at 14 marzipan road", [(Kind.ADDRESS, "14 marzipan road")]),
        ("12 rue de la Lune", [(Kind.ADDRESS, "12 rue de la Lune")]),
        ("Nergensstraat 14", [(Kind.ADDRESS, "Nergensstraat 14")]),
        ("Olematu tänav 7-12", [(Kind.ADDRESS, "Olematu tänav 7-12")]),
        ("the walls of 25 Marzipan Road", [(Kind.ADDRESS, "25 Marzipan Road")]),
        ("in Marzipan Road", []),
        ("on page 14 Park Lane", []),
        ("In 2008 Station Road had", []),
        ("12 years on the street", []),
        ("14 Open Questions", []),
    ],
)
def test_notice_wants_a_number_and_a_street(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hospital number K123456", [(Kind.HOSPITAL_NUMBER, "K123456")]),
        ("MRN: 00481516", [(Kind.HOSPITAL_NUMBER, "00481516")]),
        ("RiO 7351902", [(Kind.HOSPITAL_NUMBER, "7351902")]),
        ("case no. 24/18733", [(Kind.HOSPITAL_NUMBER, "24/18733")]),
        ("isikukood 39902300000", [(Kind.HOSPITAL_NUMBER, "39902300000")]),
        ("K123456", []),
        ("case number 3", []),
        ("in the case 2024", []),
        ("RiO 2016", []),
        ("room number 1204", []),
    ],
)
def test_notice_wants_a_word_beside_a_hospital_number(text, found):
    assert seen(text) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sarah Quillfeather was on the ward.", "Sarah Quillfeather"),
        ("The crisis team saw Jan van den Nergens.", "Jan van den Nergens"),
        ("The crisis team. It was slow. It saw Sarah Quillfeather.", None),  # two sentences away
        ("Sarah Quillfeather likes tea.", None),
        ("Sarah was on the ward.", None),
        ("Clodelia Buttonhook said on the ward:", "Clodelia Buttonhook"),
        ("Mrs Buttonhook was on the ward.", "Mrs Buttonhook"),
        ("QUILLFEATHER, Sarah, ward 4", "QUILLFEATHER, Sarah"),
        ("Our team uses Talking Mats now.", None),
        ("Will Anna come to the team?", None),
        ("Poor Sarah Quillfeather, the team was late.", "Sarah Quillfeather"),
        ("Mary Ann Quillfeather was on the ward.", "Mary Ann Quillfeather"),
        ("Unlike Ben, the team was late.", None),
        ("In London Anna joined the team.", None),
        ("The Sarah Quillfeather Ward is closed.", None),
        ("Jaakko Seikkula visited the ward.", None),
        ("Carl Rogers visited the ward.", None),
        ("Peter Rogers visited the ward.", "Peter Rogers"),
        ("Sarah Quillfeather (2014) asked nurses on a ward.", None),
        ("Sarah Quillfeather's book is in our ward.", None),
        ("Sarah Monday, ward Tuesday", None),
    ],
)
def test_notice_sees_a_full_name_close_to_a_service(text, name):
    assert seen(text) == ([(Kind.NAME_WITH_SERVICE, name)] if name else [])


def test_notice_passes_by_those_who_learn_together():
    text = "Thank you, Sarah Quillfeather, Zoë Ütt and Mr Paperboat, from our team. And John Marzipan?"

    everybody = seen(text)
    strangers = seen(text, known=["Sarah Ann Quillfeather", "ZOE ÜTT", "Paul Paperboat", "John"])

    assert everybody == [(Kind.NAME_WITH_SERVICE, name) for name in ("Sarah Quillfeather", "Zoë Ütt", "Mr Paperboat", "John Marzipan")]
    assert strangers == [(Kind.NAME_WITH_SERVICE, "John Marzipan")]


def test_notice_names_each_place_once_and_in_reading_order():
    text = "Sarah Quillfeather, born 12/03/1981, NHS number 999 000 0409, ward 4, 07700 900123"

    assert [kind for kind, _words in seen(text)] == [Kind.NAME_WITH_SERVICE, Kind.BIRTH_DATE, Kind.NHS_NUMBER, Kind.PHONE]


@pytest.mark.parametrize(
    "written",
    [
        "９９９ ０００ ０４０９",
        "9\u200b9\u200b9\u200b0000409",
        "999\u00a0000\u00a00409",
        "999\u2011000\u20110409",
        "999\u2212000\u22120409",
        "\u0669\u0669\u0669\u0660\u0660\u0660\u0660\u0664\u0660\u0669",
        "9\ufe0f\u20e39\ufe0f\u20e39\ufe0f\u20e30000409",
        "𝟗𝟗𝟗𝟎𝟎𝟎𝟎𝟒𝟎𝟗",
    ],
)
def test_notice_reads_through_how_it_is_written(written):
    text = f"« été » ﷺ {written} ﬁn"

    assert seen(text) == [(Kind.NHS_NUMBER, written.removesuffix("\ufe0f"))]


def test_noticed_holds_no_words_and_speaks_calmly():
    found = notice("ask i.person@example.org")

    assert found == [Noticed(4, 24, Kind.EMAIL)]
    assert repr(found[0]) == "Noticed(start=4, end=24, kind=<Kind.EMAIL: 'email'>)"
    assert found[0].phrase == "somebody’s e-mail address"
    assert set(PHRASES) == set(Kind)


# --- whatever comes --------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "0",
            "9",
            "+44",
            "999",
            "01",
            "12",
            "/",
            "-",
            ".",
            ",",
            " ",
            "\n",
            "@",
            "(",
            "https://",
            "NHS",
            "MRN",
            "tel",
            "born",
            "dob",
            "may",
            "1981",
        ),
        *(
            "Anna",
            "Berg",
            "A",
            "van",
            "Mr",
            "'s",
            "ward",
            "team",
            "Road",
            "rue de",
            "SW1A",
            "0ZZ",
            "\u200b",
            "é",
            "ﷺ",
            "İ",
            "\ud800",
            "\x00",
            "٣",
        ),
    ]
)
HARMLESS = st.lists(
    st.sampled_from(("yesterday", "it", "rained", "and", "we", "listened", "for", "a", "while", "then", "tea")), max_size=12
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join)))
def test_notice_never_raises_and_stays_inside_the_text(text):
    found = notice(text, known=[text[:20], ""])

    ends = [0, *(one.end for one in found)]
    assert all(before <= one.start < one.end <= len(text) for before, one in zip(ends, found, strict=False))
    assert notice(text, known=[text[:20], ""]) == found


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([example for example in EXAMPLES if example.is_noticed()]), HARMLESS, HARMLESS, st.sampled_from([" ", "\n", "\n\n"]))
def test_notice_finds_the_same_among_harmless_words(example, before, after, between):
    alone = notice(example.text)
    shift = len(before + between)

    among = notice(before + between + example.text + between + after)

    assert [one for one in alone if Noticed(one.start + shift, one.end + shift, one.kind) not in among] == []


ATTACKS = [
    *("a@", "a.a@a.", "0 ", "01 ", "0-0-", "+1 1 1", "9", "0", "999 000 ", "9 ", "(", "+", "\u200b", "é", "ﷺ", "A ", "A-", "a'", "\n"),
    *("Anna ", "Anna Berg ", "Anna Berg ward ", "Mr. ", "van ", "A. ", "Anna van ", "BERG, ", "Anna's ", "ward ", "Talking Mats ward "),
    *("hospital number 1-1-", "RiO ", "born on 1/1/", "1 May ", "dob ", "12 Oak Oak Oak ", "St. ", "1 rue de la ", "lives at 1 a b c "),
    *(
        "NHS no: 9 ",
        "https://",
        "10.1234/",
        "ISBN 1 1 ",
        "zoom 1 1",
        "a (at) b (dot) ",
        "Xxxstraat ",
        "Aaaa aaaa tee ",
        "SW1A ",
        "tel 1 1 ",
    ),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_notice_takes_time_by_length_and_no_more(attack):
    """Eight times the text: about 8 times the time if it is read through, 64 times if every place looks at all the others."""
    small, large = (_cost((attack * size)[:size] + " Anna Berg, ward") for size in (6_000, 48_000))

    assert large < 24 * max(small, 0.002)


def _cost(text):
    """Seconds of this process, the better of two."""
    costs = []
    for _round in range(2):
        began = time.process_time()
        notice(text)
        costs.append(time.process_time() - began)
    return min(costs)
