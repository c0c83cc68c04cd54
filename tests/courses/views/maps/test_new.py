"""A new map."""

import html as entities
from uuid import uuid4

import pytest

from courses.actions.maps import edit_map
from courses.models import Progress, RelationalMap
from lms.permissions import Part
from tests.courses.actions.test_maps import DRAWN, circle, drawing
from tests.courses.views.maps.sending import AUTO, NEW, address, maps_of, row, rows, sent, tied
from tests.factories import make_activity, make_block, make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def mapped(person, *, opens_in=-10, part=Part.TRAINEE):
    cohort = make_cohort()
    if part:
        make_membership(cohort=cohort, person=person, part=part)
    block = make_block(cohort=cohort, opens_in=opens_in)
    return cohort, make_activity(module=block.module, type="map", title="A map of the voices")


def test_map_new_begins_with_oneself_and_says_who_can_see_it(mine):
    answer = mine.get(NEW)

    page = answer.content.decode()
    assert [item["circle"]["name"] for item in answer.context["picture"]["circles"]] == ["Me"]
    assert "Only you can see this map." in page
    assert "Nobody monitors what you write here." in page
    assert " style=" not in page


def test_map_new_keeps_the_picture_and_leads_to_it(mine, owner):
    answer = mine.post(NEW, sent(DRAWN, title="Voices"))

    assert (answer.status_code, answer.url) == (302, address(RelationalMap.objects.get()))
    assert [(opened.title, opened.drawing) for opened in maps_of(owner)] == [("Voices", DRAWN)]


def test_map_new_keeps_the_rows_of_who_comes_without_javascript(mine, owner):
    mine.post(NEW, rows([row("Me", id="me", kind="me", x=500, y=500), row("Aunt", note="Eat first"), row("Ward", kind="place", size=3)]))

    (opened,) = maps_of(owner)
    assert opened.drawing == drawing(
        circle(),
        circle("c1", name="Aunt", kind="person", x=500, y=250, note="Eat first"),
        circle("c2", name="Ward", kind="place", x=717, y=375, size=3),
    )


def test_map_new_autosaved_answers_where_it_is(mine):
    client_id = str(uuid4())

    answers = [mine.post(NEW, sent(drawn, client_id=client_id), headers=AUTO) for drawn in (drawing(), drawing(), DRAWN)]

    found = RelationalMap.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [(answer["Location"], answer["X-Version"]) for answer in answers] == [(address(found), version) for version in ("1", "1", "2")]


def test_map_new_sent_again_after_a_change_shows_both(mine, owner):
    client_id = str(uuid4())
    mine.post(NEW, sent(drawing(), client_id=client_id))
    edit_map(actor=owner, map_id=RelationalMap.objects.get().pk, title="There", drawing=DRAWN, version=1)

    answer = mine.post(NEW, sent(drawing(), client_id=client_id))

    assert answer.status_code == 409
    assert [opened.title for opened in maps_of(owner)] == ["There"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (sent({"circles": [], "lines": []}), "There is nothing on this map yet. One circle is enough."),
        (sent(tied(to="c9")), "A line leads to a circle that is not on the map."),
        (rows([]), "There is nothing on this map yet. One circle is enough."),
        (rows([row("", note="x")]), "Something in the list needs another look."),
        (rows([row("Aunt", x=1001)]), "Something in the list needs another look."),
        (rows([row("Aunt", id="c1")], [{"from": "c1", "to": "c7", "manner": "near"}]), "A line leads to a circle that is not on the map."),
        ({"title": ""}, "Something in the list needs another look."),
    ],
)
def test_map_new_refused_says_why_and_keeps_nothing(mine, fields, sentence):
    page, quiet = mine.post(NEW, fields), mine.post(NEW, fields, headers=AUTO)

    assert (page.status_code, quiet.status_code) == (422, 422)
    assert sentence in entities.unescape(page.content.decode())
    assert sentence in quiet.json()["sentences"]
    assert RelationalMap.objects.count() == 0


def test_map_new_refused_gives_back_what_was_typed(mine):
    page = mine.post(NEW, rows([row("Aunt Öl", note="Eat first", x=1001)])).content.decode()

    assert 'value="Aunt Öl"' in page
    assert 'value="Eat first"' in page


@pytest.mark.parametrize(("opens_in", "part", "status"), [(-1, Part.TRAINEE, 200), (1, Part.TRAINEE, 404), (-1, None, 404)])
def test_map_new_for_an_activity_is_for_who_may_open_it(mine, owner, opens_in, part, status):
    cohort, activity = mapped(owner, opens_in=opens_in, part=part)

    answer = mine.get(NEW, {"activity": activity.pk, "cohort": cohort.slug})

    assert answer.status_code == status
    assert ("A map of the voices" in answer.content.decode()) is (status == 200)


def test_map_new_tells_the_course_once_its_author_ticks_so_and_takes_it_back(mine, owner):
    cohort, activity = mapped(owner)
    page = mine.get(NEW, {"activity": activity.pk}).content.decode()
    mine.post(f"{NEW}?activity={activity.pk}&cohort={cohort.slug}", sent(DRAWN) | {"shown_kept": "on"})
    found = RelationalMap.objects.get()
    done = Progress.objects.get(person=owner, activity=activity)

    mine.post(f"/journal/maps/{found.pk}/", sent(DRAWN) | {"version": 1})

    assert "The course may show this as kept" in page
    assert (found.activity, found.shown_kept, done.how) == (activity, True, Progress.How.ENTRY)
    assert (RelationalMap.objects.get().shown_kept, Progress.objects.get().done_at) == (False, None)


def test_the_page_of_a_map_activity_leads_to_a_new_map(mine, owner):
    cohort, activity = mapped(owner)

    page = mine.get(f"/c/{cohort.slug}/course/{activity.module.slug}/{activity.slug}/").content.decode()

    assert f'href="{NEW}?activity={activity.pk}&amp;cohort={cohort.slug}"' in page.replace("&cohort", "&amp;cohort")
