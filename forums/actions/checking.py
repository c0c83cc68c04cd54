"""The check before a post: what in it may tell who somebody met at work is (lms.identifying, docs/identifying.md).

It never decides. Whoever wrote the post changes it, or says why it may stand; then the kinds of what was noticed and that reason are
kept for the trainers. Never the words: nothing that was noticed is written down anywhere unless it is posted.
"""

import re
from collections.abc import Mapping
from html import unescape

from django.db.models import Q
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from courses.models import Membership
from forums.models import REASON_LENGTH, Forum, Post, PostCheck
from lms import identifying
from lms.permissions import Refused, Verb, parts_that
from lms.words import one_line

_BLOCK_ENDS = re.compile(r"</(p|h2|h3|ul|ol|blockquote|pre)>")
_LINE_ENDS = re.compile(r"<br ?/?>|</(li|tr)>")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


class Noticed(Refused):
    """Something may tell who somebody is, and no reason came with it that could be kept.

    `places` says where in which text (see `texts_of`), without the words. `trouble` is a sentence about the reason that did come.
    """

    def __init__(self, places: Mapping[str, list[identifying.Noticed]], trouble: str = "") -> None:
        sentence = _("We noticed %(what)s. Please look at it once more; your words are still here.")
        super().__init__(sentence % {"what": phrases(places)}, "noticed")
        self.places = places
        self.trouble = trouble


def phrases(places: Mapping[str, list[identifying.Noticed]]) -> str:
    """What was noticed, in words to stand after "We noticed"; each kind once."""
    kinds = sorted({place.kind for found in places.values() for place in found})
    return get_text_list([str(identifying.PHRASES[kind]) for kind in kinds], _("and"))


def texts_of(*, html: str, title: str = "", alts: Mapping[str, str] | None = None) -> dict[str, str]:
    """What of a post is looked at, by name: "title", "body" and whatever describes its pictures."""
    texts = {"title": title, "body": spoken(html), **(alts or {})}
    return {name: text for name, text in texts.items() if text}


def spoken(html: str) -> str:
    """Cleaned words as they are read, paragraphs apart; below them where their links lead, if the words do not say it."""
    lines = _LINE_ENDS.sub("\n", _BLOCK_ENDS.sub("\n\n", html))
    leads = [link[1] for link in _LINK.finditer(html) if strip_tags(link[2]) not in link[1]]
    return "\n\n".join(unescape(part).strip() for part in (strip_tags(lines), *leads))


def look_over(*, forum: Forum, texts: Mapping[str, str], reason: str = "", standing: str = "") -> list[identifying.Kind]:
    """The kinds of what is noticed in these texts, for `keep_check`; none if nothing is.

    What stands in the post already is not asked about again. Raises Noticed unless a reason came, of at most REASON_LENGTH characters
    and without anything that would be noticed in it.
    """
    known = names_in(forum)
    found = {}
    for name, text in texts.items():
        places = [place for place in identifying.notice(text, known) if text[place.start : place.end] not in standing]
        if places:
            found[name] = places
    if not found:
        return []
    why = one_line(reason)
    if not why:
        raise Noticed(found)
    if len(why) > REASON_LENGTH:
        raise Noticed(found, _("There is room for %(limit)s characters. Please say it more briefly.") % {"limit": REASON_LENGTH})
    if identifying.notice(why, known):
        raise Noticed(found, _("The reason is kept for the trainers. Please give it without names, numbers or addresses."))
    return sorted({place.kind for places in found.values() for place in places})


def notices_nothing(*, forum: Forum, text: str) -> bool:
    """Whether this may be written down before its author has looked at it once more."""
    return not identifying.notice(text, names_in(forum))


def keep_check(*, post: Post, kinds: list[identifying.Kind], reason: str) -> None:
    """A post went out although something was noticed: what kinds, and the author's reason, for the trainers."""
    if kinds:
        fresh = {"kinds": [str(kind) for kind in kinds], "reason": one_line(reason), "at": timezone.now()}
        PostCheck.objects.update_or_create(post=post, defaults={**fresh, "settled_at": None, "settled_by": None})


def names_in(forum: Forum) -> list[str]:
    """Names of the people who meet in this forum: these are ordinary here."""
    people = Membership.objects.current()
    if forum.kind == Forum.Kind.COMMONS:
        people = people.filter(cohort__programme=forum.programme_id, part__in=parts_that(Verb.SEE_COMMONS))
    elif forum.kind == Forum.Kind.GROUP:
        people = people.filter(Q(groups=forum.group_id) | Q(part__in=parts_that(Verb.MODERATE)), cohort=forum.cohort_id)
    elif forum.kind == Forum.Kind.TRAINERS:
        people = people.filter(cohort=forum.cohort_id, part__in=parts_that(Verb.SEE_TRAINERS_FORUM))
    else:
        people = people.filter(cohort=forum.cohort_id, part__in=parts_that(Verb.SEE_COHORT_FORUM))
    return list(people.order_by().values_list("person__display_name", flat=True).distinct())
