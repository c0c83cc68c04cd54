"""Who may do what in a forum. Predicates ask; they never raise and never write."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from courses.models import Cohort, Membership
from courses.permissions import may_in, part_in
from forums.models import Forum, ModerationAct, Post, Thread, ThreadSeat
from lms.floor import Seat, may_speak
from lms.permissions import Part, Verb, may, parts_that
from lms.users.models import User


def cohort_for(user: User | AnonymousUser, forum: Forum) -> Cohort | None:
    """The cohort by way of which this person meets the forum: its own, or for the commons one in which they are part of it."""
    if forum.cohort is not None:
        return forum.cohort
    if not user.is_authenticated:
        return None
    mine = Membership.objects.current().filter(person=user, cohort__programme=forum.programme_id, part__in=parts_that(Verb.SEE_COMMONS))
    member = mine.select_related("cohort__programme").order_by(F("last_used_at").desc(nulls_last=True), "pk").first()
    return member.cohort if member else None


def can_start_thread(user: User | AnonymousUser, forum: Forum) -> bool:
    """Whose part talks here, in a forum they see, may begin to talk about something."""
    cohort = cohort_for(user, forum)
    if cohort is None:
        return False
    part = part_in(user, cohort)
    return may(part, Verb.POST) and Forum.objects.visible_to(user, cohort, part).filter(pk=forum.pk).exists()


def can_see_forum(user: User | AnonymousUser, forum: Forum) -> bool:
    """Whoever meets it."""
    cohort = cohort_for(user, forum)
    return cohort is not None and Forum.objects.visible_to(user, cohort).filter(pk=forum.pk).exists()


def can_see_thread(user: User | AnonymousUser, thread: Thread) -> bool:
    """Whoever meets its forum; a question's thread opens with its block."""
    cohort = cohort_for(user, thread.forum)
    return cohort is not None and Thread.objects.visible_to(user, cohort).filter(pk=thread.pk).exists()


def can_reply(user: User | AnonymousUser, thread: Thread) -> bool:
    """Whose part talks here, in a thread they see. Whether the thread takes answers just now is asked by `closed_because`."""
    cohort = cohort_for(user, thread.forum)
    if cohort is None:
        return False
    part = part_in(user, cohort)
    return may(part, Verb.POST) and Thread.objects.visible_to(user, cohort, part).filter(pk=thread.pk).exists()


def can_read_post(user: User | AnonymousUser, post: Post) -> bool:
    """Whoever sees its place and may read its words: author and trainers also while it is held, hidden or paused."""
    cohort = cohort_for(user, post.thread.forum)
    if cohort is None or not Post.objects.visible_to(user, cohort).filter(pk=post.pk).exists():
        return False
    return post.has_words or post.author_id == user.pk or can_moderate(user, post.thread.forum)


def can_edit_post(user: User | AnonymousUser, post: Post) -> bool:
    """Only who wrote it, while they may still speak there and the words stand."""
    return post.author_id == user.pk and post.withdrawn_at is None and can_reply(user, post.thread)


def can_flag(user: User | AnonymousUser, post: Post) -> bool:
    """Whoever may read it and has not written it."""
    return post.author_id != user.pk and can_read_post(user, post)


def can_ask_to_rest(user: User | AnonymousUser, post: Post) -> bool:
    """The same: who is written about says so themselves, and is believed."""
    return can_flag(user, post)


def can_answer_act(user: User | AnonymousUser, act: ModerationAct) -> bool:
    """Whom it concerns while they are there, and the trainers who look after the forum."""
    cohort = cohort_for(user, act.forum) if act.person_id == user.pk else None
    return (cohort is not None and may_in(user, cohort, Verb.SEE_FORUM)) or can_moderate(user, act.forum)


def can_withdraw_post(user: User | AnonymousUser, post: Post) -> bool:
    """Only who wrote it, while they see its place: whoever may no longer talk there can still take their words back."""
    return post.author_id == user.pk and can_see_thread(user, post.thread)


def can_react(user: User | AnonymousUser, post: Post) -> bool:
    """Whoever sees a post of somebody else's and may talk there. Whether it takes reactions just now is asked by the action."""
    cohort = cohort_for(user, post.thread.forum)
    if cohort is None or post.author_id == user.pk:
        return False
    part = part_in(user, cohort)
    return may(part, Verb.POST) and Post.objects.visible_to(user, cohort, part).filter(pk=post.pk).exists()


def can_moderate(user: User | AnonymousUser, forum: Forum) -> bool:
    """The trainers of the cohort; of the commons, the trainers of any cohort of its programme."""
    if forum.cohort is not None:
        return may_in(user, forum.cohort, Verb.MODERATE)
    if not user.is_authenticated or not user.is_active:
        return False
    places = Membership.objects.current().filter(person=user, cohort__programme=forum.programme_id)
    return places.filter(part__in=parts_that(Verb.MODERATE)).exists()


def others_moderate(user: User, forum: Forum) -> bool:
    """Whether somebody else looks after this forum too."""
    return trainers_of(forum).exclude(person=user).exists()


def trainers_of(forum: Forum) -> QuerySet[Membership]:
    """Who looks after this forum now."""
    here = Q(cohort=forum.cohort_id) if forum.cohort_id else Q(cohort__programme=forum.programme_id)
    return Membership.objects.current().filter(here, part__in=parts_that(Verb.MODERATE), person__is_active=True)


def can_facilitate(user: User | AnonymousUser, thread: Thread, part: Part | None = None) -> bool:
    """Who moves a reflecting thread from phase to phase: the trainers, and in a group's forum who began the thread by name. No query
    where the part in the thread's place is known and the thread was fetched by who sees it."""
    began = thread.forum.kind == Forum.Kind.GROUP and thread.author_id == user.pk and thread.alias_number is None
    if part is not None:
        return moderates(part) or (began and may(part, Verb.POST))
    return can_moderate(user, thread.forum) or (began and can_reply(user, thread))


def seat_in(user: User | AnonymousUser, thread: Thread) -> Seat:
    """What this person is in a reflecting thread; who was given no seat listens."""
    given = ThreadSeat.objects.filter(thread=thread, person=user.pk).values_list("seat", flat=True).first()
    return Seat(given) if given else Seat.LISTENER


def has_floor(user: User | AnonymousUser, thread: Thread) -> bool:
    """Whether the form of the thread lets this person speak just now; an ordinary thread has none. One query where it has."""
    return not thread.phase or may_speak(thread.phase, seat_in(user, thread))


def moderates(part: Part | None) -> bool:
    """The table's answer where the part is known already."""
    return may(part, Verb.MODERATE)
