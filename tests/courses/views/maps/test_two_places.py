"""A map changed in two places."""

import html as entities
import re

import pytest

from courses.actions.maps import edit_map
from tests.courses.actions.test_maps import DRAWN, drawing
from tests.courses.views.maps.sending import AUTO, address, kept, maps_of, sent

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def both(mine, owner):
    """A map changed elsewhere to "There"; what the page with version 1 sent, and its answer."""
    found = kept(owner, drawn=drawing())
    edit_map(actor=owner, map_id=found.pk, title="There", drawing=drawing(), version=1)
    return found, mine.post(address(found), sent(DRAWN, title="Here", version=1))


def choose(answer, choice):
    names = ("title", "drawing", "version", "client_id", "copy_id")
    page = answer.content.decode()
    fields = {name: entities.unescape(re.search(rf'name="{name}"\s+value="([^"]*)"', page)[1]) for name in names}
    return {**fields, "choice": choice}


def test_map_changed_elsewhere_shows_both_and_writes_nothing(mine, owner):
    found, answer = both(mine, owner)

    assert answer.status_code == 409
    assert [opened.title for opened in maps_of(owner)] == ["There"]
    page = entities.unescape(answer.content.decode())
    assert "There</p>" in page
    assert "Aunt Öl</b>, a voice, close by, not easy with Me" in page
    assert mine.post(address(found), sent(DRAWN, version=1), headers=AUTO).json() == {"version": 2}


@pytest.mark.parametrize(("choice", "titles"), [("mine", ["Here"]), ("theirs", ["There"]), ("both", ["There", "Here"])])
def test_map_in_two_places_is_settled_as_chosen(mine, owner, choice, titles):
    found, answer = both(mine, owner)
    chosen = choose(answer, choice)

    for _ in range(2):  # pressed twice
        settled = mine.post(address(found), chosen)

    assert settled.status_code in (302, 409)
    assert [opened.title for opened in maps_of(owner)] == titles


def test_map_settled_tells_the_browser_to_forget_its_draft(mine, owner):
    found, answer = both(mine, owner)
    chosen = choose(answer, "both")

    page = mine.post(address(found), chosen, follow=True).content.decode()

    assert f'data-kept="{chosen["client_id"]}"' in page


def test_map_changed_a_third_time_shows_both_again(mine, owner):
    found, answer = both(mine, owner)
    edit_map(actor=owner, map_id=found.pk, title="Third", drawing=drawing(), version=2)

    assert mine.post(address(found), choose(answer, "mine")).status_code == 409
    assert [opened.title for opened in maps_of(owner)] == ["Third"]
