import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.dividing import One, Rules, divide, hours_apart, not_kept, wishes_kept


def people(number: int, **overrides) -> list[One]:
    """The same for each, or a list with one value for each."""
    each = [{name: value[pk] if isinstance(value, list) else value for name, value in overrides.items()} for pk in range(number)]
    return [One(pk=pk, name=f"P{pk}", **each[pk]) for pk in range(number)]


@given(number=st.integers(0, 31), size=st.integers(2, 6), seed=st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_divide_places_everybody_once_in_groups_of_about_one_size(number, size, seed):
    groups = divide(people(number), size=size, rules=Rules(), seed=seed)

    assert sorted(pk for group in groups for pk in group) == list(range(number))
    assert not groups or max(map(len, groups)) - min(map(len, groups)) <= 1


def test_divide_is_the_same_with_a_seed_and_another_with_another():
    everybody = people(20)
    plans = [divide(everybody, size=4, rules=Rules(), seed=seed) for seed in (1, 1, 2)]

    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


@pytest.mark.parametrize("seed", range(5))
def test_divide_keeps_each_rule_where_it_can(seed):
    """Four teams of three, two languages, two sides of the world: each rule alone can be kept."""
    teams = people(12, teams=[frozenset({pk // 3}) for pk in range(12)])
    tongues = people(12, languages=[frozenset({"en"} if pk % 2 else {"fr"}) for pk in range(12)])
    far = people(12, offset=[0.0 if pk % 2 else 10.0 for pk in range(12)])

    for everybody in (teams, tongues, far):
        size = 4 if everybody is teams else 6
        groups = divide(everybody, size=size, rules=Rules(), seed=seed)
        assert not_kept(everybody, groups, Rules()) == []


@pytest.mark.parametrize("seed", range(5))
def test_divide_puts_people_with_whom_they_wish_for_but_not_before_a_rule(seed):
    wished = people(8, wishes=[frozenset({pk ^ 1}) for pk in range(8)])
    of_one_team = people(8, wishes=[frozenset({pk ^ 1}) for pk in range(8)], teams=[frozenset({pk // 2}) for pk in range(8)])

    assert wishes_kept(wished, divide(wished, size=4, rules=Rules(), seed=seed)) == (8, 8)
    groups = divide(of_one_team, size=4, rules=Rules(), seed=seed)
    assert (wishes_kept(of_one_team, groups), not_kept(of_one_team, groups, Rules())) == ((0, 8), [])


def test_divide_asks_nothing_that_is_not_wanted():
    nothing = Rules(teams_apart=False, languages=False, zones=False, wishes=False)
    everybody = people(6, teams=frozenset({1}), languages=[frozenset({str(pk)}) for pk in range(6)], offset=[4.0 * pk for pk in range(6)])
    groups = divide(everybody, size=3, rules=nothing, seed=1)

    assert not_kept(everybody, groups, nothing) == []


def test_not_kept_says_which_rule_in_which_group():
    everybody = [
        One(1, "Ana 100%", teams=frozenset({7}), languages=frozenset({"en"}), offset=0),
        One(2, "Ben", teams=frozenset({7}), languages=frozenset({"et"}), offset=2),
        One(3, "Cleo", languages=frozenset({"en", "et"}), offset=-5.5),
        One(4, "Dov"),
    ]

    assert not_kept(everybody, [[4], [1, 2, 3]], Rules()) == [
        "Group 2: Ana 100% and Ben are of one home team.",
        "Group 2: there is no language that all of them talk in with ease.",
        "Group 2: their clocks are up to 7.5 hours apart.",
    ]


def test_not_kept_says_nothing_of_whose_language_is_not_known():
    assert not_kept(people(3, languages=[frozenset({"en"}), frozenset(), frozenset({"en", "fr"})]), [[0, 1, 2]], Rules()) == []


@pytest.mark.parametrize(("first", "second", "hours"), [(0, 2, 2), (-10, 12, 2), (13, -11, 0), (5.5, -6.5, 12)])
def test_hours_apart_goes_the_short_way_round(first, second, hours):
    assert hours_apart(first, second) == hours


def test_divide_takes_sixty_in_a_moment():
    everybody = people(
        60,
        teams=[frozenset({pk % 11}) for pk in range(60)],
        languages=[frozenset({"en"} if pk % 3 else {"fr", "en"}) for pk in range(60)],
        offset=[float(pk % 9) for pk in range(60)],
        wishes=[frozenset({(pk * 7) % 60, (pk * 11) % 60}) - {pk} for pk in range(60)],
    )
    began = time.process_time()

    divide(everybody, size=5, rules=Rules(), seed=3)

    assert time.process_time() - began < 5
