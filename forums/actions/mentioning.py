"""Naming somebody with @. The words stay words; whom they name is kept beside them.

A name is looked for among those who meet the forum, and nowhere else: whoever does not meet it is not named by anything one writes.
"""

import unicodedata

from django.utils.translation import gettext as _

from forums.models import Forum, Mention, Post
from forums.people import members_of
from lms.permissions import require
from lms.queue import enqueue

MOST_MENTIONS = 20  # in one post
MOST_NAMES = 8  # offered while somebody writes


def fold(text: str) -> str:
    """How names are compared: compatible forms, cases and spaces alike, without signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def mention(post: Post, forum: Forum) -> None:
    """Keeps whom a new post names. Raises Refused, with code "mentions", beyond MOST_MENTIONS."""
    named = _named(post.plain, forum)
    Mention.objects.bulk_create([Mention(post=post, person_id=person) for person in sorted(named)], ignore_conflicts=True)


def mention_anew(post: Post, forum: Forum) -> None:
    """The same for words that have changed: whom they no longer name is forgotten, whom they name now hears of it. Raises as `mention`."""
    before = set(post.mentions.values_list("person", flat=True))
    post.mentions.exclude(person__in=_named(post.plain, forum)).delete()
    mention(post, forum)
    if post.told_at is not None and post.mentions.exclude(person__in=before).exists():
        enqueue("forums.tell_of_mentions", post_id=str(post.pk))


def names_beginning(forum: Forum, typed: str, but: int) -> list[str]:
    """Names of people who meet the forum, by the alphabet, of which a word begins with what was typed; without that of `but`.

    Nothing else about them: not who has spoken, not how often, and nobody's alias.
    """
    people = members_of(forum).exclude(person=but)
    names = set(people.values_list("person__display_name", flat=True))
    wanted = fold(typed)
    found = [name for name in names if _begins(fold(name), wanted)]
    return sorted(found, key=lambda name: (fold(name), name))[:MOST_NAMES]


# --- inside ---------------------------------------------------------------------------------------------------------


def _begins(name: str, wanted: str) -> bool:
    return f" {wanted}" in f" {name}" if wanted else bool(name)


def _named(plain: str, forum: Forum) -> set[int]:
    """Whom these words name (ids): at each @ the longest name that stands there. Two people of one name are both meant."""
    text = fold(plain)
    if "@" not in text:
        return set()
    people: dict[str, set[int]] = {}
    for pk, name in members_of(forum).values_list("person", "person__display_name"):
        people.setdefault(fold(name), set()).add(pk)
    found = _names_in(text, sorted((name for name in people if name), key=len, reverse=True))
    sentence = _("You name more than %(limit)s people. Please name fewer; your words are still here.")
    require(len(found) <= MOST_MENTIONS, sentence % {"limit": MOST_MENTIONS}, "mentions")
    return set().union(*(people[name] for name in found))


def _names_in(text: str, names: list[str]) -> list[str]:
    """The names that stand after an @, once for each time; no more than one beyond the limit is looked for."""
    by_sign: dict[str, list[str]] = {}
    for name in names:
        by_sign.setdefault(name[0], []).append(name)
    found: list[str] = []
    at = text.find("@")
    while at >= 0 and len(found) <= MOST_MENTIONS:
        if at == 0 or not text[at - 1].isalnum():  # else it is a mail address
            found += [name for name in by_sign.get(text[at + 1 : at + 2], []) if _stands(text, name, at + 1)][:1]
        at = text.find("@", at + 1)
    return found


def _stands(text: str, name: str, at: int) -> bool:
    end = at + len(name)
    return text.startswith(name, at) and not text[end : end + 1].isalnum()
