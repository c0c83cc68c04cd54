"""What tests of maps send, and what stands there."""

import json
from uuid import uuid4

from courses.actions.maps import keep_map, read_map
from courses.models import RelationalMap
from tests.courses.actions.test_maps import DRAWN, circle, drawing

LIST, NEW = "/journal/", "/journal/maps/new/"
AUTO = {"X-Autosave": "1"}


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


def changed(**parts):
    return drawing(circle(**parts))


def tied(**parts):
    return drawing(circle(), circle("c1"), lines=[{"from": "me", "to": "c1", "manner": "near", "note": "", **parts}])
