"""In what a cohort's year is another one than its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.planning.outlines import BlockOutline, SittingOutline
from courses.planning.words import clock_words, days_count

Key = tuple[str, int]  # a title, and which of those with this title it is


def differences(actual: list[BlockOutline], template: list[BlockOutline]) -> dict[int, list[str]]:
    """Module id -> sentences, for modules in which there are any. Both are counted from their own first day."""
    planned, found = {block.module.pk: block for block in actual}, {}
    first = template[0].begins_after if template else 0
    for block in template:
        mine = planned.get(block.module.pk)
        sentences = list(_of_block(mine, block, first)) if mine else [_("It is in the template, and not planned here.")]
        if sentences:
            found[block.module.pk] = sentences
    return found


def _of_block(mine: BlockOutline, template: BlockOutline, first: int) -> Iterator[str]:
    later = mine.begins_after - (template.begins_after - first)
    if later:
        pattern = _("Begins %(days)s later than in the template.") if later > 0 else _("Begins %(days)s earlier than in the template.")
        yield pattern % {"days": days_count(abs(later))}
    if mine.opens_before != template.opens_before:
        words = {"mine": days_count(mine.opens_before), "template": days_count(template.opens_before)}
        yield _("Its texts open %(mine)s before its first day, in the template %(template)s.") % words
    if mine.days != template.days:
        words = {"mine": days_count(mine.days), "template": days_count(template.days)}
        yield _("Goes on for %(mine)s, in the template for %(template)s.") % words
    yield from _of_sittings(_numbered(mine.sittings), _numbered(template.sittings))


def _numbered(sittings: tuple[SittingOutline, ...]) -> dict[Key, SittingOutline]:
    """Titles come again (there is an arriving round every day), so the second is compared with the second."""
    seen: Counter[str] = Counter()
    numbered = {}
    for sitting in sittings:
        seen[sitting.title] += 1
        numbered[sitting.title, seen[sitting.title]] = sitting
    return numbered


def _of_sittings(mine: dict[Key, SittingOutline], template: dict[Key, SittingOutline]) -> Iterator[str]:
    for key, sitting in mine.items():
        planned = template.get(key)
        if planned is None:
            yield _("“%(sitting)s” is not in the template.") % {"sitting": sitting.title}
        elif _hours(sitting) != _hours(planned):
            words = {"sitting": sitting.title, "mine": _hours(sitting), "template": _hours(planned)}
            yield _("“%(sitting)s”: %(mine)s; in the template %(template)s.") % words
    for key, planned in template.items():
        if key not in mine:
            yield _("“%(sitting)s” is in the template, and not here.") % {"sitting": planned.title}


def _hours(sitting: SittingOutline) -> str:
    words = {"n": sitting.day + 1, "begins": clock_words(sitting.begins), "ends": clock_words(sitting.ends)}
    return _("day %(n)s, %(begins)s–%(ends)s") % words
