"""Dividing people into groups at random, by rules that are kept as far as they can be: pure, and with a seed always the same.

Rules, from the weightiest: two of one home team are not together; people share a language; their clocks are close; people are with
whom they wished to be. What could not be kept is said, not hidden: people decide.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

TRIES = 4  # divisions that are begun anew; the best one stands
CLOSE = 3.0  # hours between two clocks that count as close
DAY = 24.0
LEAST = 1e-6  # a gain that is none but a rounding


@dataclass(frozen=True)
class One:
    """Somebody to be placed."""

    pk: int
    name: str
    teams: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()  # empty: not known, so nobody is kept away from them
    offset: float = 0.0  # hours that their clock is ahead of UTC
    wishes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rules:
    """What is to be kept."""

    teams_apart: bool = True
    languages: bool = True
    zones: bool = True
    wishes: bool = True


def divide(people: Sequence[One], *, size: int, rules: Rules, seed: int) -> list[list[int]]:
    """Groups of about this size, no two of which differ by more than one. The same people, rules and seed give the same groups."""
    if not people:
        return []
    dice = random.Random(seed)  # noqa: S311 (nobody gains by guessing it)
    costs = _costs(people, rules)
    best = min((_improved(_dealt(people, size, dice), costs, dice) for _try in range(TRIES)), key=lambda groups: _total(groups, costs))
    return [sorted(group) for group in best]


def not_kept(people: Iterable[One], groups: Sequence[Sequence[int]], rules: Rules) -> list[str]:
    """One sentence for each rule that does not hold in a group; groups are numbered from 1. A wish that came to nothing is nobody's
    business but its author's, so of wishes only how many were kept is said elsewhere (`wishes_kept`)."""
    known, said = {one.pk: one for one in people}, []
    for number, group in enumerate(groups, start=1):
        here = [known[pk] for pk in group if pk in known]
        said += _of_group(number, here, rules)
    return said


def wishes_kept(people: Iterable[One], groups: Sequence[Sequence[int]]) -> tuple[int, int]:
    """How many people who wished for somebody are with at least one of them, and how many wished."""
    known = {one.pk: one for one in people}
    wished = {pk for pk, one in known.items() if one.wishes}
    kept = {pk for group in groups for pk in group if pk in wished and known[pk].wishes & set(group)}
    return len(kept), len(wished)


def hours_apart(first: float, second: float) -> float:
    """Between two clocks, the short way round the earth."""
    apart = abs(first - second) % DAY
    return min(apart, DAY - apart)


# --- inside ---------------------------------------------------------------------------------------------------------

_Costs = Mapping[tuple[int, int], float]
_Groups = list[list[int]]


def _cost(one: One, other: One, rules: Rules) -> float:
    cost = 0.0
    if rules.teams_apart and one.teams & other.teams:
        cost += 10_000
    if rules.languages and one.languages and other.languages and not one.languages & other.languages:
        cost += 1_000
    if rules.zones:
        cost += 30 * max(0.0, hours_apart(one.offset, other.offset) - CLOSE)
    if rules.wishes:
        cost -= 10 * ((other.pk in one.wishes) + (one.pk in other.wishes))
    return cost


def _costs(people: Sequence[One], rules: Rules) -> _Costs:
    costs = {}
    for one, other in combinations(people, 2):
        costs[one.pk, other.pk] = costs[other.pk, one.pk] = _cost(one, other, rules)
    return costs


def _dealt(people: Sequence[One], size: int, dice: random.Random) -> _Groups:
    order = [one.pk for one in people]
    dice.shuffle(order)
    count = max(1, round(len(order) / size))
    return [order[number::count] for number in range(count)]


def _improved(groups: _Groups, costs: _Costs, dice: random.Random) -> _Groups:
    """Two people change places as long as that makes it better."""
    better = True
    while better:
        better = False
        pairs = list(combinations(range(len(groups)), 2))
        dice.shuffle(pairs)
        for here, there in pairs:
            for i in range(len(groups[here])):
                for j in range(len(groups[there])):
                    if _gain(groups[here], i, groups[there], j, costs) > LEAST:
                        groups[here][i], groups[there][j] = groups[there][j], groups[here][i]
                        better = True
    return groups


def _gain(here: list[int], i: int, there: list[int], j: int, costs: _Costs) -> float:
    mine, theirs = here[i], there[j]
    others_here = [pk for pk in here if pk != mine]
    others_there = [pk for pk in there if pk != theirs]
    now = sum(costs[mine, pk] for pk in others_here) + sum(costs[theirs, pk] for pk in others_there)
    then = sum(costs[theirs, pk] for pk in others_here) + sum(costs[mine, pk] for pk in others_there)
    return now - then


def _total(groups: _Groups, costs: _Costs) -> float:
    return sum(costs[pair] for group in groups for pair in combinations(group, 2))


def _of_group(number: int, here: Sequence[One], rules: Rules) -> list[str]:
    said = []
    for one, other in combinations(here, 2):
        if rules.teams_apart and one.teams & other.teams:
            names = get_text_list([one.name, other.name], _("and"))
            said.append(_("Group %(number)s: %(names)s are of one home team.") % {"number": number, "names": names})
    spoken = [one.languages for one in here if one.languages]
    if rules.languages and len(spoken) > 1 and not frozenset.intersection(*spoken):
        said.append(_("Group %(number)s: there is no language that all of them talk in with ease.") % {"number": number})
    apart = max((hours_apart(one.offset, other.offset) for one, other in combinations(here, 2)), default=0.0)
    if rules.zones and apart > CLOSE:
        said.append(_("Group %(number)s: their clocks are up to %(hours)s hours apart.") % {"number": number, "hours": f"{apart:g}"})
    return said
