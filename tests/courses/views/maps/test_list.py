"""Maps in the notebook."""

import pytest

from tests.courses.views.maps.sending import LIST, kept

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_journal_lists_ones_own_maps_newest_first(mine, owner, teammate):
    kept(owner, title="First")
    kept(owner, title="Second")
    kept(teammate, title="Somebody else's")

    assert [line.title for line in mine.get(LIST).context["map_lines"]] == ["Second", "First"]


def test_journal_shows_the_newest_maps_and_all_if_asked(mine, owner):
    for number in range(8):
        kept(owner, title=f"{number}")

    few, every = mine.get(LIST).context, mine.get(LIST, {"maps": "on"}).context

    assert ([line.title for line in few["map_lines"]], few["more_maps"]) == (["7", "6", "5", "4", "3", "2"], True)
    assert ([line.title for line in every["map_lines"]], every["more_maps"]) == ([f"{number}" for number in range(7, -1, -1)], False)


def test_journal_asks_as_many_questions_for_many_maps_as_for_one(mine, owner, django_assert_max_num_queries):
    mine.get(LIST)  # the first request of a sign-in writes it down as well
    counts = []
    for more in (1, 5):
        for _ in range(more):
            kept(owner)
        with django_assert_max_num_queries(12) as captured:
            mine.get(LIST)
        counts.append(len(captured))

    assert counts[0] == counts[1]
