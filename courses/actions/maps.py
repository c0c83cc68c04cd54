"""Drawing, opening and deleting relational maps: sealed on their way in, opened for who drew them and nobody else.

As with entries, a map has a key of its own, wrapped by its author's; title and drawing are bound to their place: table, map,
person, version and field.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.progress import show_kept
from courses.models import Activity, Cohort, RelationalMap
from courses.models.maps import Drawing
from courses.permissions import can_edit_map
from lms import crypto
from lms.permissions import require
from lms.users.models import User


@dataclass(frozen=True)
class OpenedMap:
    """A map as its author sees it."""

    title: str
    drawing: Drawing


@dataclass(frozen=True)
class MapLine:
    """What a list shows of a map. `readable` is False if its bytes do not open: the others still do."""

    map: RelationalMap
    title: str = ""
    readable: bool = True


class MapConflict(Exception):
    """The map was changed elsewhere meanwhile. Nothing was written; `map` is how it stands now. Carries no words."""

    def __init__(self, relational_map: RelationalMap) -> None:
        super().__init__("changed elsewhere")
        self.map = relational_map


def keep_map(
    *,
    actor: User,
    client_id: uuid.UUID,
    title: str,
    drawing: Drawing,
    cohort: Cohort | None = None,
    activity: Activity | None = None,
    shown_kept: bool = False,
) -> RelationalMap:
    """Keeps a new map; `drawing` was looked over by the form. With `shown_kept` its activity is done: see `show_kept`.

    A client_id makes one map however often it is sent. Sent again with another drawing while nobody has changed the map, it
    was drawn on while the first answer was lost: that is kept. Raises MapConflict if it has been changed since.
    """
    require(actor.is_active, _("Please sign in to draw a map."))
    # The key is committed in its own database as soon as it is made, before the words (see lms.crypto.person_key).
    found = RelationalMap.objects.visible_to(actor).filter(client_id=client_id).first()
    found = found or _create(actor, client_id, OpenedMap(title, drawing), cohort, activity)
    if read_map(actor=actor, relational_map=found) == OpenedMap(title, drawing):
        show_kept(actor=actor, kept=found, shown=shown_kept)
        return found
    return edit_map(actor=actor, map_id=found.pk, title=title, drawing=drawing, version=1, shown_kept=shown_kept)


@transaction.atomic
def edit_map(
    *, actor: User, map_id: uuid.UUID, title: str, drawing: Drawing, version: int, shown_kept: bool | None = None
) -> RelationalMap:
    """Replaces the map as of `version`. The same again changes nothing, whatever the version. `shown_kept` says whether the course
    may know of it from now on (see `show_kept`); None leaves that as it is.

    Raises MapConflict if it has changed since that version, RelationalMap.DoesNotExist if it is not the actor's.
    """
    found = RelationalMap.objects.visible_to(actor).select_for_update().get(pk=map_id)
    require(can_edit_map(actor, found), _("Only the person who drew this can change it."))
    same = read_map(actor=actor, relational_map=found) == OpenedMap(title, drawing)
    if not same and found.version != version:
        raise MapConflict(found)
    if shown_kept is not None:
        show_kept(actor=actor, kept=found, shown=shown_kept)
    if same:
        return found
    key = crypto.unwrap_key(found.wrapped_key, actor.pk, place=_place(found, "key"))
    found.version += 1
    found.edited_at = timezone.now()
    _seal(found, key, OpenedMap(title, drawing))
    found.save(update_fields=["title_sealed", "drawing_sealed", "version", "edited_at"])
    return found


@transaction.atomic
def delete_map(*, actor: User, map_id: uuid.UUID) -> None:
    """Deletes the map and with it the only key that opens it. Raises RelationalMap.DoesNotExist if it is not the actor's."""
    found = RelationalMap.objects.visible_to(actor).select_for_update().get(pk=map_id)
    require(can_edit_map(actor, found), _("Only the person who drew this can delete it."))
    found.delete()


def read_map(*, actor: User, relational_map: RelationalMap) -> OpenedMap:
    """Opens a map for its author. Raises Refused for everybody else, crypto.Unreadable if the bytes do not belong here."""
    require(can_edit_map(actor, relational_map), _("Only the person who drew this can see it."))
    key = crypto.unwrap_key(relational_map.wrapped_key, actor.pk, place=_place(relational_map, "key"))
    drawing = crypto.unseal_text(relational_map.drawing_sealed, key=key, place=_place(relational_map, "drawing"))
    return OpenedMap(_title(relational_map, key), json.loads(drawing))


def read_map_titles(*, actor: User, maps: Sequence[RelationalMap]) -> list[MapLine]:
    """Titles for a list, all of the actor's own; one query for the key however many there are. Drawings stay sealed."""
    for relational_map in maps:
        require(can_edit_map(actor, relational_map), _("Only the person who drew this can see it."))
    if not maps:
        return []
    try:
        person_key = crypto.person_key(actor.pk)
    except crypto.Unreadable:
        return [MapLine(relational_map, readable=False) for relational_map in maps]
    return [_line(relational_map, person_key) for relational_map in maps]


# --- inside ---------------------------------------------------------------------------------------------------------


def _create(actor: User, client_id: uuid.UUID, opened: OpenedMap, cohort: Cohort | None, activity: Activity | None) -> RelationalMap:
    fresh = RelationalMap(author=actor, client_id=client_id, cohort=cohort, activity=activity)
    key, fresh.wrapped_key = crypto.wrap_new_key(actor.pk, place=_place(fresh, "key"))
    _seal(fresh, key, opened)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:  # the same map arrived twice at once, and the other was first
        return RelationalMap.objects.visible_to(actor).get(client_id=client_id)
    return fresh


def _place(relational_map: RelationalMap, field: str) -> str:
    """Where sealed bytes belong. The key outlives versions, what it seals does not."""
    version = "" if field == "key" else f":{relational_map.version}"
    return f"courses.map:{relational_map.pk}:{relational_map.author_id}{version}:{field}"


def _seal(relational_map: RelationalMap, key: bytes, opened: OpenedMap) -> None:
    drawing = json.dumps(opened.drawing, ensure_ascii=False, separators=(",", ":"))
    relational_map.title_sealed = crypto.seal_text(opened.title, key=key, place=_place(relational_map, "title"))
    relational_map.drawing_sealed = crypto.seal_text(drawing, key=key, place=_place(relational_map, "drawing"))


def _title(relational_map: RelationalMap, key: bytes) -> str:
    return crypto.unseal_text(relational_map.title_sealed, key=key, place=_place(relational_map, "title"))


def _line(relational_map: RelationalMap, person_key: bytes) -> MapLine:
    try:
        key = crypto.unseal(relational_map.wrapped_key, key=person_key, place=_place(relational_map, "key"))
        return MapLine(relational_map, _title(relational_map, key))
    except crypto.Unreadable:
        return MapLine(relational_map, readable=False)
