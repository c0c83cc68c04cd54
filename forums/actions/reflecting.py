"""Giving a thread the form of a reflecting conversation, and moving it from phase to phase."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.posting import lock_thread
from forums.models import Thread, ThreadSeat
from forums.people import people_of
from forums.permissions import can_facilitate
from lms.floor import FEWEST_REFLECTORS, MOST_REFLECTORS, Phase, Seat
from lms.permissions import require
from lms.users.models import User

PHASES = (Phase.CONVERSATION, Phase.SILENCE, Phase.REFLECTING, Phase.RESPONSE)  # in this order; then the thread is an ordinary one again


@transaction.atomic
def seat_people(*, actor: User, thread: Thread, teller: User, reflectors: Iterable[User]) -> Thread:
    """Begins a reflecting thread with the teller's turn, or gives the seats of one anew; its phase stays. Who has no seat listens.

    Raises Refused with a sentence for the person.
    """
    locked = lock_thread(thread)
    require(can_facilitate(actor, locked), _("Only who facilitates this thread gives seats in it."))
    chosen = {person.pk for person in reflectors}
    met = people_of(locked.forum, among=[teller.pk, *chosen])
    require({teller.pk, *chosen} <= met, _("Somebody you chose does not meet this forum. Please choose again."))
    require(teller.pk not in chosen, _("Who tells does not reflect: please choose others to reflect."))
    enough = FEWEST_REFLECTORS <= len(chosen) <= MOST_REFLECTORS
    require(enough, _("Please choose two, three or four people to reflect: they talk with each other."))
    seats = dict.fromkeys(chosen, Seat.REFLECTOR) | {teller.pk: Seat.SPEAKER}
    seats.setdefault(actor.pk, Seat.FACILITATOR)
    locked.seats.all().delete()
    ThreadSeat.objects.bulk_create(ThreadSeat(thread=locked, person_id=person, seat=seat.value) for person, seat in seats.items())
    if not locked.phase:
        _move(locked, PHASES[0])
    return locked


@transaction.atomic
def move_thread_phase(*, actor: User, thread: Thread, phase: Phase | None) -> Thread:
    """Another phase, forwards or back; None ends the form: everybody may speak again. The same phase again changes nothing."""
    locked = lock_thread(thread)
    require(can_facilitate(actor, locked), _("Only who facilitates this thread moves it on."))
    require(phase is None or phase in PHASES, _("There is no such phase in a thread."))
    require(phase is None or bool(locked.phase), _("Please choose first who tells and who reflects."))
    if locked.phase != (phase or ""):
        _move(locked, phase)
    return locked


def _move(thread: Thread, phase: Phase | None) -> None:
    thread.phase, thread.phase_since = (phase.value if phase else ""), timezone.now()
    thread.save(update_fields=["phase", "phase_since"])
