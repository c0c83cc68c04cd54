"""Telling people what was done with their words, or in their thread; and trainers, what waits for them.

Every telling of the forum's care goes through here. A notice holds no reason and no words: they are on the page it leads to.
"""

import datetime
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import ActAnswer, Flag, Forum, ModerationAct, Post, Thread
from forums.people import members_of
from forums.permissions import trainers_of
from lms.audit.actions import What, note
from lms.notifications.actions.notices import notify, take_from_pages
from lms.notifications.models import Notice
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

WHY_LENGTH = 400


def tell_person(
    *,
    actor: User,
    verb: ModerationAct.Verb,
    forum: Forum,
    thread: Thread | None = None,
    post: Post | None = None,
    person: User | None = None,
    why: str = "",
    until: datetime.datetime | None = None,
    in_log: bool = True,
) -> ModerationAct:
    """Writes down what was done, as the person concerned can read it in full, with the reason, and everybody else in general; and
    tells that person that it stands there.

    Call it in the transaction in which it is done. Asks nobody: the caller has.
    """
    act = ModerationAct.objects.create(
        actor=actor, verb=verb, forum=forum, thread=thread, post=post, person=person, why=why, until=until, in_log=in_log
    )
    note(actor=actor, what=What.MODERATED, about=act, person=person.pk if person else None, detail=verb)
    if person is not None and person.pk != actor.pk:
        who = "" if verb == ModerationAct.Verb.PAUSE else actor.display_name  # who asked to talk first is for the trainers
        _notify([person.pk], forum, Notice.Kind.MODERATION, f"forums.act:{act.pk}", "moderation-about-me", who=who)
    return act


def take_from_open_pages(post: Post) -> None:
    """Words that have just ceased to be readable leave the pages that show them now, of everybody who may not read them any more."""
    forum = post.thread.forum
    still = set() if post.withdrawn_at else {post.author_id, *trainers_of(forum).values_list("person", flat=True)}
    readers = members_of(forum).values_list("person", flat=True)
    take_from_pages(people=set(readers) - still, anchor=f"post-{post.pk}")


def tell_trainers(*, actor: User, forum: Forum, key: str, post: Post) -> None:
    """Something waits for whoever looks after this forum; `key` names it."""
    trainers = trainers_of(forum).exclude(person__in=[actor.pk, post.author_id]).values_list("person", flat=True)
    _notify(list(trainers), forum, Notice.Kind.CARE, key, "moderation-post", post.pk)


def tell_flagger(flag: Flag, *, forum: Forum) -> None:
    """Whoever pointed a post out learns that a trainer has looked; the page says when."""
    _notify([flag.person_id], forum, Notice.Kind.MODERATION, f"forums.flag:{flag.pk}", "moderation-flag", flag.post_id)


def tell_of_answer(answer: ActAnswer, *, act: ModerationAct) -> None:
    """What the person concerned said reaches the trainer who acted, or all of them where it was no trainer; what a trainer said
    reaches that person."""
    key = f"forums.answer:{answer.pk}"
    if answer.author_id != act.person_id:
        if act.person_id is not None:
            _notify([act.person_id], act.forum, Notice.Kind.MODERATION, key, "moderation-act", act.pk, who=answer.author.display_name)
        return
    trainers = set(trainers_of(act.forum).exclude(person=answer.author_id).values_list("person", flat=True))
    _notify(trainers & {act.actor_id} or trainers, act.forum, Notice.Kind.CARE, key, "moderation-act", act.pk)


def reason(why: str, *, actor: User, person: User | None) -> str:
    """The reason on one line. Raises Refused if there is none although somebody else is concerned, or if it is too long."""
    line = one_line(why)
    concerned = person is not None and person.pk != actor.pk
    require(bool(line) or not concerned, _("Please say why. Whom it concerns reads it, and nobody else."), "why")
    require(len(line) <= WHY_LENGTH, _("A reason has room for %(limit)s characters.") % {"limit": WHY_LENGTH}, "why")
    return line


def _notify(people: Iterable[int], forum: Forum, kind: Notice.Kind, key: str, page: str, *args: int, who: str = "") -> None:
    """By way of the cohort by which each of them meets the forum; whoever meets it no more is not led there."""
    ways = dict(members_of(forum).filter(person__in=list(people)).order_by("pk").values_list("person", "cohort__slug"))
    for slug in sorted(set(ways.values())):
        there = [person for person, way in ways.items() if way == slug]
        notify(people=there, kind=kind, key=key, url=reverse(f"forums:{page}", args=[slug, *args]), who=who)
