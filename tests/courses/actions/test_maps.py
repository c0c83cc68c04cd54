"""Relational maps: for who drew them, in their place, once."""

import base64
import json
from uuid import uuid4

import pytest
from django.db import connection, connections

from courses.actions.maps import MapConflict, MapLine, OpenedMap, delete_map, edit_map, keep_map, read_map, read_map_titles
from courses.models import Activity, Progress, RelationalMap
from lms import crypto
from lms.permissions import Part, Refused
from tests.courses.actions.test_journals import PEOPLE, everything_stored, somebody
from tests.factories import make_activity, make_block, make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def circle(called="me", **parts):
    return {"id": called, "name": "Me", "kind": "me", "x": 500, "y": 500, "size": 2, "note": "", **parts}


def drawing(*circles, lines=()):
    return {"circles": list(circles or [circle()]), "lines": list(lines)}


AUNT = circle("c1", name="Aunt Öl", kind="voice", note="Don't make a fuss")
DRAWN = drawing(circle(), AUNT, lines=[{"from": "me", "to": "c1", "manner": "strained", "note": "still"}])


def kept(author, **overrides):
    return keep_map(actor=author, **{"client_id": uuid4(), "title": "Voices", "drawing": DRAWN, **overrides})


def mapped(**overrides):
    cohort = make_cohort()
    block = make_block(cohort=cohort)
    return cohort, make_activity(module=block.module, **{"type": Activity.Type.MAP, **overrides})


# --- keeping


def test_keep_map_opens_for_its_author_again(owner):
    found = RelationalMap.objects.visible_to(owner).get(pk=kept(owner).pk)

    assert read_map(actor=owner, relational_map=found) == OpenedMap("Voices", DRAWN)
    assert found.version == 1


def test_keep_map_twice_is_one_map(owner):
    client_id = uuid4()

    assert kept(owner, client_id=client_id) == kept(owner, client_id=client_id)
    assert RelationalMap.objects.get().version == 1


def test_keep_map_of_two_people_with_one_client_id_is_two_maps(owner, teammate):
    client_id = uuid4()

    assert kept(owner, client_id=client_id) != kept(teammate, client_id=client_id)


def test_keep_map_drawn_on_while_the_answer_was_lost_keeps_the_newer_drawing(owner):
    client_id = uuid4()
    kept(owner, client_id=client_id)

    found = kept(owner, client_id=client_id, drawing=drawing())

    assert read_map(actor=owner, relational_map=found).drawing == drawing()
    assert RelationalMap.objects.get().version == 2


def test_keep_map_sent_again_after_a_change_overwrites_nothing(owner):
    client_id = uuid4()
    found = kept(owner, client_id=client_id)
    edit_map(actor=owner, map_id=found.pk, title="Newer", drawing=DRAWN, version=1)

    with pytest.raises(MapConflict):
        kept(owner, client_id=client_id)

    assert read_map(actor=owner, relational_map=RelationalMap.objects.get()).title == "Newer"


@pytest.mark.parametrize(("part", "done"), [(Part.TRAINEE, 1), (Part.TRAINER, 1), (Part.ALUMNUS, 0), (None, 0)])
def test_keep_map_shown_as_kept_marks_its_activity_done_for_who_works_through_the_course(owner, part, done):
    cohort, activity = mapped()
    if part:
        make_membership(cohort=cohort, person=owner, part=part)

    found = kept(owner, cohort=cohort, activity=activity, shown_kept=True)

    assert (found.cohort, found.activity) == (cohort, activity)
    assert Progress.objects.filter(person=owner, activity=activity, how=Progress.How.ENTRY).exclude(done_at=None).count() == done


@pytest.mark.parametrize(("for_it", "ticked"), [(True, False), (False, True)])
def test_keep_map_without_tick_or_activity_tells_the_course_nothing(owner, for_it, ticked):
    cohort, activity = mapped()
    make_membership(cohort=cohort, person=owner)

    kept(owner, cohort=cohort, activity=activity if for_it else None, shown_kept=ticked)

    assert Progress.objects.count() == 0


def test_keep_map_is_refused_to_who_may_no_longer_sign_in(owner):
    owner.is_active = False

    with pytest.raises(Refused):
        kept(owner)

    assert RelationalMap.objects.count() == 0


# --- changing


def test_edit_map_replaces_title_and_drawing_and_counts(owner):
    found = kept(owner)

    edited = edit_map(actor=owner, map_id=found.pk, title="New", drawing=drawing(), version=1)

    assert read_map(actor=owner, relational_map=RelationalMap.objects.get()) == OpenedMap("New", drawing())
    assert (edited.version, RelationalMap.objects.get().version) == (2, 2)


def test_edit_map_from_an_older_version_is_a_conflict_and_keeps_what_stands(owner):
    found = kept(owner)
    edit_map(actor=owner, map_id=found.pk, title="There", drawing=DRAWN, version=1)

    with pytest.raises(MapConflict) as conflict:
        edit_map(actor=owner, map_id=found.pk, title="Here", drawing=DRAWN, version=1)

    assert conflict.value.map.version == 2
    assert read_map(actor=owner, relational_map=RelationalMap.objects.get()).title == "There"


@pytest.mark.parametrize("version", [1, 2, 7])
def test_edit_map_with_the_same_changes_nothing_whatever_the_version(owner, version):
    found = kept(owner)
    before = RelationalMap.objects.values().get()

    edit_map(actor=owner, map_id=found.pk, title="Voices", drawing=DRAWN, version=version)

    assert RelationalMap.objects.values().get() == before


def test_delete_map_deletes(owner):
    found = kept(owner)

    delete_map(actor=owner, map_id=found.pk)

    assert RelationalMap.objects.count() == 0


# --- nobody else


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_else_sees_changes_or_deletes_a_map_whatever_their_part(owner, who):
    cohort, activity = mapped()
    make_membership(cohort=cohort, person=owner)
    found = kept(owner, cohort=cohort, activity=activity)
    other = somebody(who, cohort)
    kept(other)  # with a key of their own
    before = RelationalMap.objects.values().get(pk=found.pk)

    assert not RelationalMap.objects.visible_to(other).filter(pk=found.pk).exists()
    for act in (lambda: read_map(actor=other, relational_map=found), lambda: read_map_titles(actor=other, maps=[found])):
        with pytest.raises(Refused):
            act()
    for act in (
        lambda: edit_map(actor=other, map_id=found.pk, title="", drawing=drawing(), version=1),
        lambda: delete_map(actor=other, map_id=found.pk),
    ):
        with pytest.raises(RelationalMap.DoesNotExist):
            act()

    assert RelationalMap.objects.values().get(pk=found.pk) == before


# --- at rest


def test_canaries_are_nowhere_in_the_databases_or_the_cache(owner):
    canaries = ["Kanarienvogel-Titel", "Kanarienvogel-Name", "Kanarienvogel-Notiz", "Kanarienvogel-Linie"]
    title, name, note, tie = canaries
    line = {"from": "me", "to": "c1", "manner": "near", "note": tie}
    found = kept(owner, title=title, drawing=drawing(circle(), circle("c1", name=name, note=note), lines=[line]))

    stored = everything_stored()

    assert str(found.pk).encode() in stored  # the search looks where maps are
    for canary in canaries:
        plain = canary.encode()
        shifted = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
        for form in (plain, plain.hex().encode(), canary.encode("utf-16-le"), base64.b64encode(plain), *shifted):
            assert form not in stored


@pytest.mark.parametrize(
    "fields", [["wrapped_key", "title_sealed", "drawing_sealed"], ["wrapped_key"], ["title_sealed"], ["drawing_sealed"]]
)
@pytest.mark.parametrize("whose", ["own", "other"])
def test_ciphertext_moved_to_another_row_does_not_open(owner, teammate, fields, whose):
    source, target = kept(owner), kept(owner if whose == "own" else teammate)

    for field in fields:
        setattr(target, field, getattr(source, field))
    target.save()

    with pytest.raises(crypto.Unreadable):
        read_map(actor=target.author, relational_map=RelationalMap.objects.get(pk=target.pk))


def test_ciphertext_given_to_another_person_does_not_open(owner, teammate):
    found = kept(owner)
    kept(teammate)

    RelationalMap.objects.filter(pk=found.pk).update(author=teammate)

    with pytest.raises(crypto.Unreadable):
        read_map(actor=teammate, relational_map=RelationalMap.objects.get(pk=found.pk))


def test_ciphertext_of_another_version_or_field_does_not_open(owner):
    found = kept(owner)
    old = RelationalMap.objects.get()
    edit_map(actor=owner, map_id=found.pk, title="New", drawing=drawing(), version=1)
    now = RelationalMap.objects.get()

    for changes in ({"drawing_sealed": old.drawing_sealed}, {"drawing_sealed": now.title_sealed}, {"version": 1}):
        moved = RelationalMap.objects.get()
        for field, value in changes.items():
            setattr(moved, field, value)
        with pytest.raises(crypto.Unreadable):
            read_map(actor=owner, relational_map=moved)


def test_a_map_is_bound_to_map_person_version_and_field(owner):
    found = kept(owner)
    place = f"courses.map:{found.pk}:{owner.pk}"

    key = crypto.unwrap_key(found.wrapped_key, owner.pk, place=f"{place}:key")

    assert crypto.unseal_text(found.title_sealed, key=key, place=f"{place}:1:title") == "Voices"
    assert json.loads(crypto.unseal_text(found.drawing_sealed, key=key, place=f"{place}:1:drawing")) == DRAWN


def test_a_map_without_its_authors_key_does_not_open(owner):
    found = kept(owner)

    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        read_map(actor=owner, relational_map=found)
    assert read_map_titles(actor=owner, maps=[found]) == [MapLine(found, readable=False)]


# --- lists


def test_read_map_titles_goes_on_past_a_damaged_map(owner):
    good, bad = kept(owner), kept(owner)
    bad.title_sealed = b"\x01" + b"x" * 60

    assert read_map_titles(actor=owner, maps=[good, bad]) == [MapLine(good, "Voices"), MapLine(bad, readable=False)]


@pytest.mark.parametrize("count", [1, 12])
def test_read_map_titles_asks_for_one_key_however_many_maps(owner, django_assert_num_queries, count):
    maps = [kept(owner) for _ in range(count)]

    with django_assert_num_queries(0, connection=connection), django_assert_num_queries(1, connection=connections["keys"]):
        read_map_titles(actor=owner, maps=maps)


def test_read_map_titles_of_nothing_is_nothing(owner):
    assert read_map_titles(actor=owner, maps=[]) == []
