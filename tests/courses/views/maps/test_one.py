"""One map, looked at, changed and deleted."""

import html as entities
import re

import pytest

from courses.models import RelationalMap
from tests.courses.actions.test_maps import DRAWN, circle, drawing
from tests.courses.views.maps.sending import AUTO, LIST, address, changed, kept, maps_of, row, rows, sent

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_map_shows_picture_and_list_to_its_author(mine, owner):
    page = entities.unescape(mine.get(address(kept(owner))).content.decode())

    assert "Aunt Öl</b>, a voice, close by, not easy with Me" in page
    assert re.search(r'<path class="strained"\s+d="M500 500', page)


def test_map_posted_replaces_what_stands(mine, owner):
    found = kept(owner)

    answer = mine.post(address(found), sent(drawing(), version=1, title="New"), headers=AUTO)

    assert (answer.status_code, answer["X-Version"]) == (204, "2")
    assert [(opened.title, opened.drawing) for opened in maps_of(owner)] == [("New", drawing())]


def test_map_may_be_emptied(mine, owner):
    found = kept(owner)

    assert mine.post(address(found), sent({"circles": [], "lines": []}, version=1)).status_code == 302
    assert maps_of(owner)[0].drawing == {"circles": [], "lines": []}


def test_map_rows_take_a_circle_off_with_its_lines(mine, owner):
    found = kept(owner)
    me = row("Me", id="me", kind="me", x=500, y=500)
    line = {"from": "me", "to": "c1", "manner": "strained", "note": "still"}

    mine.post(address(found), rows([me, row("Aunt", id="c1", DELETE="on")], [line], version=1))

    assert maps_of(owner)[0].drawing == drawing()


def test_map_rows_draw_a_line(mine, owner):
    found = kept(owner, drawn=drawing(circle(), circle("c1", name="Aunt")))
    both = [row("Me", id="me", kind="me", x=500, y=500), row("Aunt", id="c1", kind="me", x=500, y=500)]
    line = {"from": "me", "to": "c1", "manner": "near", "note": "dear"}

    mine.post(address(found), rows(both, [line], version=1))

    assert maps_of(owner)[0].drawing["lines"] == [line]


def test_map_escapes_what_stands_on_it(mine, owner):
    found = kept(owner, title="<i>t", drawn=changed(name="<img src=x>", note='"><script>1</script>'))

    page = mine.get(address(found)).content.decode()

    assert "<img src=x" not in page
    assert "<script>1" not in page
    assert "<i>t" not in page


def test_map_that_does_not_open_says_so(mine, owner):
    found = kept(owner)
    RelationalMap.objects.update(drawing_sealed=b"\x01" + b"x" * 60)

    answer = mine.get(address(found))

    assert answer.status_code == 500
    assert "This map cannot be opened" in answer.content.decode()


@pytest.mark.parametrize("suffix", ["", "delete/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_map_does_not_exist(mine, owner, teammate, suffix, method):
    found = kept(teammate)

    answer = getattr(mine, method)(address(found) + suffix, sent(drawing(), version=1) if method == "post" else {})

    assert answer.status_code == 404
    assert [opened.drawing for opened in maps_of(teammate)] == [DRAWN]


def test_map_asks_as_many_questions_for_many_circles_as_for_one(mine, owner, django_assert_max_num_queries):
    mine.get(LIST)  # the first request of a sign-in writes it down as well
    counts = []
    for number in (1, 60):
        found = kept(owner, drawn=drawing(*[circle(f"c{at}") for at in range(number)]))
        with django_assert_max_num_queries(12) as captured:
            mine.get(address(found))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_map_delete_asks_first_and_then_deletes(mine, owner):
    found = kept(owner)

    question = mine.get(address(found) + "delete/")
    still = RelationalMap.objects.count()
    answer = mine.post(address(found) + "delete/")

    assert "Delete this map?" in question.content.decode()
    assert still == 1
    assert (answer.status_code, answer.url, RelationalMap.objects.count()) == (302, LIST, 0)
