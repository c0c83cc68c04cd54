"""The pages of relational maps, and what may stand on one."""

import html as entities
import json
import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from courses.actions.maps import edit_map, keep_map, read_map
from courses.forms.maps import DrawingField
from courses.models import Progress, RelationalMap
from courses.views.maps import in_words, line_path, picture, sentences_for_map
from lms.permissions import Part
from tests.courses.actions.test_maps import DRAWN, circle, drawing
from tests.factories import make_activity, make_block, make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LIST, NEW = "/journal/", "/journal/maps/new/"
AUTO = {"X-Autosave": "1"}


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def kept(author, title="Voices", drawn=DRAWN, **overrides):
    return keep_map(actor=author, client_id=uuid4(), title=title, drawing=drawn, **overrides)


def address(found):
    return f"/journal/maps/{found.pk}/"


def sent(drawn, **fields):
    return {"title": "", "drawing": json.dumps(drawn), **fields}


def rows(circles, lines=(), **fields):
    """What the list of fields sends: rows without an id are new ones."""
    data = {"title": "", **fields}
    for prefix, given in (("circles", circles), ("lines", lines)):
        data |= {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(given):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def row(name, **fields):
    return {"id": "", "name": name, "kind": "person", "size": 2, "x": "", "y": "", "note": "", **fields}


def maps_of(person):
    return [read_map(actor=person, relational_map=found) for found in RelationalMap.objects.filter(author=person).order_by("created_at")]


def mapped(person, *, opens_in=-10, part=Part.TRAINEE):
    cohort = make_cohort()
    if part:
        make_membership(cohort=cohort, person=person, part=part)
    block = make_block(cohort=cohort, opens_in=opens_in)
    return cohort, make_activity(module=block.module, type="map", title="A map of the voices")


# --- what may stand on a map


def changed(**parts):
    return drawing(circle(**parts))


def tied(**parts):
    return drawing(circle(), circle("c1"), lines=[{"from": "me", "to": "c1", "manner": "near", "note": "", **parts}])


@pytest.mark.parametrize(
    "drawn",
    [
        DRAWN,
        {"circles": [], "lines": []},
        changed(x=0, y=1000, size=1, name="ü" * 60, note="n" * 300),
        changed(size=3, kind="place", id="a1b2c3d4e5f6"),
        tied(note="n" * 120, manner="broken"),
        drawing(*[circle(f"c{number}") for number in range(60)]),
        drawing(circle("a"), circle("b"), lines=[{"from": "a", "to": "b", "manner": "distant", "note": ""}] * 120),
    ],
)
def test_drawing_field_takes_what_belongs_on_a_map(drawn):
    assert DrawingField().clean(json.dumps(drawn)) == drawn


STRANGE = "This drawing has something in it that this page cannot read. What was kept before still stands."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("{", STRANGE),
        ("[" * 50_000, STRANGE),
        ("null", STRANGE),
        ("[]", STRANGE),
        ({"circles": []}, STRANGE),
        ({"circles": {}, "lines": []}, STRANGE),
        ({"circles": [], "lines": [], "more": 1}, STRANGE),
        (drawing("me"), STRANGE),
        (changed(colour="red"), STRANGE),
        (changed(id=""), STRANGE),
        (changed(id="a" * 13), STRANGE),
        (changed(id="A"), STRANGE),
        (changed(id=["a"]), STRANGE),
        (changed(id="me\n"), STRANGE),
        (changed(name=1), STRANGE),
        (changed(name=" \x00\n"), "A circle has no name yet. A letter or a colour is enough."),
        (changed(name="n" * 61), "A name or a note is too long: there is room for 60 characters."),
        (changed(note="n" * 301), "A name or a note is too long: there is room for 300 characters."),
        (changed(kind="enemy"), STRANGE),
        (changed(kind=["me"]), STRANGE),
        (changed(x=-1), STRANGE),
        (changed(x=1001), STRANGE),
        (changed(y=-1), STRANGE),
        (changed(y=1001), STRANGE),
        (changed(y=10.5), STRANGE),
        (changed(y="10"), STRANGE),
        (changed(y=True), STRANGE),
        (changed(y=float("nan")), STRANGE),
        (changed(size=0), STRANGE),
        (changed(size=4), STRANGE),
        (drawing(circle(), circle()), STRANGE),
        (tied(manner="tender"), STRANGE),
        (tied(note="n" * 121), "A name or a note is too long: there is room for 120 characters."),
        (tied(colour="red"), STRANGE),
        (tied(to=None), STRANGE),
        (tied(to="c2"), "A line leads to a circle that is not on the map."),
        (tied(**{"from": "c2"}), "A line leads to a circle that is not on the map."),
        (tied(to="me"), "A line leads from a circle to itself. Please choose another circle at one end."),
        (
            drawing(*[circle(f"c{number}") for number in range(61)]),
            "A map has room for 60 circles. Please take one away before you add another.",
        ),
        (
            drawing(circle("a"), circle("b"), lines=[{"from": "a", "to": "b", "manner": "near", "note": ""}] * 121),
            "A map has room for 120 lines. Please take one away before you add another.",
        ),
        (changed(note="ü" * 50_001), "This map is too large to keep in one piece: the limit is 100 kB. Shorter notes would help."),
    ],
)
def test_drawing_field_refuses_what_does_not_belong_with_a_sentence(given, sentence):
    with pytest.raises(ValidationError) as refusal:
        DrawingField().clean(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False))

    assert refusal.value.messages == [sentence]


def test_drawing_field_takes_out_what_no_encoding_takes():
    given = '{"circles":[{"id":"me","name":"A\\ud800B\\u0000","kind":"me","x":1,"y":2,"size":2,"note":""}],"lines":[]}'

    assert DrawingField().clean(given)["circles"][0]["name"] == "A B"


# --- a new map


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


# --- for an activity


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


# --- one map


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


# --- in two places


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


# --- deleting


def test_map_delete_asks_first_and_then_deletes(mine, owner):
    found = kept(owner)

    question = mine.get(address(found) + "delete/")
    still = RelationalMap.objects.count()
    answer = mine.post(address(found) + "delete/")

    assert "Delete this map?" in question.content.decode()
    assert still == 1
    assert (answer.status_code, answer.url, RelationalMap.objects.count()) == (302, LIST, 0)


# --- in the notebook


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


# --- the picture


def test_line_path_is_straight_unless_the_tie_is_not_easy():
    start, end = circle(x=0, y=0), circle(x=100, y=0)

    assert line_path(start, end, "near") == "M0 0L100 0"
    assert line_path(start, end, "strained") == "M0 0q12.5 -25.0 25.0 0.0q12.5 25.0 25.0 0.0q12.5 -25.0 25.0 0.0q12.5 25.0 25.0 0.0"
    assert line_path(start, start, "strained") == "M0 0L0 0"


@pytest.mark.parametrize(("x", "words"), [(760, "close by"), (761, "further away"), (1000, "further away")])
def test_in_words_says_what_it_is_how_far_and_its_ties(x, words):
    aunt = circle("c1", name="Aunt", kind="person", x=x)
    drawn = drawing(circle(), aunt, lines=[{"from": "me", "to": "c1", "manner": "near", "note": ""}])

    assert in_words(aunt, drawn) == f"a person, {words}, near to Me"
    assert in_words(drawn["circles"][0], drawn) == "you, near to Aunt"


def test_in_words_far_away_and_without_oneself():
    aunt = circle("c1", kind="person", x=0, y=0)

    assert in_words(aunt, drawing(circle(), aunt)) == "a person, far away"
    assert in_words(aunt, drawing(aunt)) == "a person"


def test_picture_writes_a_long_name_in_three_short_lines():
    (item,) = picture(changed(name="The ward sister of my very first year at the hospital by sea"))["circles"]

    assert [line["words"] for line in item["names"]] == ["The ward sister", "of my very first", "year at the…"]


def test_sentences_for_map_know_every_kind_and_manner():
    says = sentences_for_map()

    assert {value for value in RelationalMap.Kind.values if value not in says} == set()
    assert {value for value in RelationalMap.Manner.values if f"tie_{value}" not in says} == set()
