import datetime

import pytest

from courses.releasing import ForGroup, Rule, in_words, why_closed

TODAY = datetime.date(2027, 3, 4)
YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)
ME, PRELUDE = 7, 100


def words(rule: Rule, block: datetime.date | None = YESTERDAY, done: tuple[int, ...] = ()) -> str:
    closed = why_closed(rule, block=block, today=TODAY, person=ME, done=done)
    return closed.words if closed else ""


@pytest.mark.parametrize(
    ("block", "expected"),
    [(YESTERDAY, ""), (TODAY, ""), (TOMORROW, "opens on 5 March"), (None, "not planned yet")],
)
def test_why_closed_without_more_is_the_day_of_the_block(block, expected):
    assert words(Rule(), block) == expected


@pytest.mark.parametrize("block", [YESTERDAY, TOMORROW, None])
def test_why_closed_by_date_asks_that_day_and_not_the_block(block):
    assert [words(Rule("date", opens_on=day), block) for day in (TODAY, TOMORROW)] == ["", "opens on 5 March"]


@pytest.mark.parametrize("block", [YESTERDAY, TOMORROW, None])
def test_why_closed_by_hand_asks_nobody_but_the_trainers(block):
    assert [words(Rule("hand", opened=opened), block) for opened in (True, False)] == ["", "your trainers open this"]


@pytest.mark.parametrize(
    ("done_by", "expected"),
    [
        ("hand", "opens when you have done “Before”"),
        ("entry", "opens when you have kept something for “Before”"),
        ("post", "opens when you have posted in “Before”"),
        ("present", "opens when you have been there in “Before”"),
        ("meeting", "opens when you have talked with somebody about “Before”"),
    ],
)
def test_why_closed_after_another_says_what_is_to_be_done(done_by, expected):
    rule = Rule("after", after=PRELUDE, after_title="Before", after_done_by=done_by)

    assert (words(rule), words(rule, done=(PRELUDE,))) == (expected, "")


def test_why_closed_after_another_waits_for_the_block_too():
    assert words(Rule("after", after=PRELUDE), TOMORROW, (PRELUDE,)) == "opens on 5 March"


def one(title: str, day: datetime.date | None, *people: int) -> ForGroup:
    return ForGroup(title, day, frozenset(people))


@pytest.mark.parametrize(
    ("groups", "block", "expected"),
    [
        ([one("One", None, ME)], YESTERDAY, ""),
        ([one("One", None, ME)], TOMORROW, "opens on 5 March"),
        ([one("One", TODAY, ME)], TOMORROW, ""),
        ([one("One", TOMORROW, ME)], YESTERDAY, "opens on 5 March"),
        ([one("One", TODAY, 1), one("Two", None, 2)], YESTERDAY, "for One and Two"),
        ([one("One", TOMORROW, ME), one("Two", TODAY, ME)], YESTERDAY, ""),
        ([], YESTERDAY, "your trainers open this"),
    ],
)
def test_why_closed_by_group_is_for_who_is_in_one_of_them_on_its_day(groups, block, expected):
    assert words(Rule("group", groups=tuple(groups)), block) == expected


def test_why_closed_by_group_names_the_earliest_day_of_somebody_in_two():
    later = TOMORROW + datetime.timedelta(days=7)

    assert words(Rule("group", groups=(one("One", later, ME), one("Two", TOMORROW, ME)))) == "opens on 5 March"


def test_in_words_says_each_way():
    rules = [
        Rule(),
        Rule("date", opens_on=TODAY),
        Rule("hand", opened=True),
        Rule("hand"),
        Rule("after", after_title="Before"),
        Rule("group", groups=(one("One", None), one("Two", TOMORROW))),
    ]

    assert [in_words(rule) for rule in rules] == [
        "With its block",
        "On 4 March 2027",
        "Opened by hand: it is open",
        "Opened by hand: it is closed",
        "After “Before”",
        "One with the block; Two on 5 March 2027",
    ]
