"""What may stand on a map."""

import json

import pytest
from django.core.exceptions import ValidationError

from courses.forms.maps import DrawingField
from tests.courses.actions.test_maps import DRAWN, circle, drawing
from tests.courses.views.maps.sending import changed, tied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


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
