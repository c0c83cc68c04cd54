"""Slow mode is kept by the server: no frame of one's own making, no second browser and no other process gets around it."""

import asyncio

from tests.faults.checker import History, check
from tests.faults.people import Person, until
from tests.faults.test_seminar import SOON, scene

PAUSE = 60  # seconds


@scene
async def test_a_slow_room_takes_one_message_of_each_in_both_processes_and_the_others_are_kept(seminar):
    hall = seminar.another(4, facilitators=1)
    here, there = hall.ports
    facilitator, host, ben, cleo = (hall.person(number, [port]) for number, port in enumerate((here, there, here, there)))
    facilitator.seat = "facilitator"
    ben_elsewhere = Person(ben.person, hall.room, [there], History(), hall.random)
    everybody = [facilitator, host, ben, ben_elsewhere, cleo]
    for person in everybody:
        person.come()
    await until(lambda: all(person.joined.is_set() for person in everybody), SOON, "everybody is in")

    def messages(*people: Person) -> int:
        said = "SELECT 1 FROM live_roomevent WHERE room_id = %(room)s AND kind = 'message.posted' AND author_id = ANY(%(people)s)"
        return len(hall.asked(said, people=[person.person for person in people]))

    hall.desk.ask("name_host", actor=facilitator.person, room=hall.room, person=host.person)
    hall.desk.ask("slow_down", actor=facilitator.person, room=hall.room, seconds=PAUSE)

    # At once from two browsers in two processes: one is heard.
    await asyncio.gather(*(browser.say(f"Ben's words {number}") for number in range(3) for browser in (ben, ben_elsewhere)))
    await until(lambda: len(ben.refusals) + len(ben_elsewhere.refusals) == 5, SOON, "five are refused")
    assert messages(ben) == 1
    kept = (len(ben.outbox), len(ben_elsewhere.outbox))
    assert sum(kept) == 5

    # Not by taking it back, nor as a translation, nor again.
    ((seq,),) = hall.asked("SELECT seq FROM live_roomevent WHERE room_id = %(room)s AND author_id = %(ben)s", ben=ben.person)
    await ben.withdraw(seq)
    await until(lambda: ben.reading.state.get(seq, "") is None, SOON, "it is withdrawn")
    await ben.act("interpret", of=seq, lang="fr", text="En français")
    for browser in (ben, ben_elsewhere):
        await browser.say_again()
    await until(lambda: len(ben.refusals) + len(ben_elsewhere.refusals) == 11, SOON, "all are refused")
    assert sorted({*ben.refusals, *ben_elsewhere.refusals}) == ["not_a_participant", "slow_mode"]
    assert (messages(ben), len(ben.outbox), len(ben_elsewhere.outbox)) == (1, *kept)

    # It holds nobody up who facilitates or hosts, and nobody else because of Ben.
    for person in (facilitator, facilitator, host, host, cleo):
        await person.say()
    await until(lambda: messages(facilitator, host, cleo) == 5, SOON, "they are heard")

    # When his time has come one of what he kept is heard, and once the room is no longer slow the rest, each once.
    hall.desk.ask("age_people", room=hall.room, people=[ben.person], seconds=PAUSE)
    await asyncio.gather(ben.say_again(), ben_elsewhere.say_again())
    await until(lambda: len(ben.refusals) + len(ben_elsewhere.refusals) == 15, SOON, "four are refused")
    assert messages(ben) == 2
    hall.desk.ask("slow_down", actor=facilitator.person, room=hall.room, seconds=0)
    await asyncio.gather(ben.say_again(), ben_elsewhere.say_again())
    await until(lambda: not (ben.outbox or ben_elsewhere.outbox), SOON, "everything kept is heard")
    assert messages(ben) == 6
    await until(lambda: all(person.have >= len(hall.log()) for person in everybody), SOON, "everybody hears everything")

    assert (facilitator.refusals, host.refusals, cleo.refusals) == ([], [], [])
    for person in everybody:
        await person.leave()
    for history in (hall.history, ben_elsewhere.history):
        assert check(history, hall.log()) == []
    assert "Traceback" not in hall.written()
