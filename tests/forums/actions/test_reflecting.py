import pytest

from courses.actions.groups import form_group
from courses.models import Group
from forums.actions.reflecting import PHASES, move_thread_phase, seat_people
from forums.models import Forum
from lms.floor import Phase
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def people(cohort, owner):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    names = ["one", "two", "three", "listener"]
    return {"teller": owner, "trainer": trainer} | {name: make_membership(cohort=cohort).person for name in names}


@pytest.fixture
def thread(cohort, people):
    return begin_thread(cohort=cohort, author=people["teller"])


def seated(thread, people, **given):
    chosen = {"actor": people["trainer"], "teller": people["teller"], "reflectors": [people["one"], people["two"]], **given}
    return seat_people(thread=thread, **chosen)


def heard(thread, people) -> set[str]:
    """Who can say something now."""
    found = set()
    for name, person in people.items():
        try:
            say(thread, person)
        except Refused as refusal:
            assert refusal.code == "not_your_turn"
            continue
        found.add(name)
    return found


@pytest.mark.parametrize(
    ("phase", "speaks"),
    [
        (Phase.CONVERSATION, {"teller", "trainer"}),
        (Phase.SILENCE, set()),
        (Phase.REFLECTING, {"one", "two"}),
        (Phase.RESPONSE, {"teller"}),
        (None, {"teller", "trainer", "one", "two", "three", "listener"}),
    ],
)
def test_move_thread_phase_gives_the_floor_to_whose_it_is(thread, people, phase, speaks):
    seated(thread, people)
    move_thread_phase(actor=people["trainer"], thread=thread, phase=phase)

    assert heard(thread, people) == speaks


def test_seat_people_begins_with_telling_and_keeps_the_phase_when_seats_change(thread, people):
    begun = seated(thread, people).phase
    move_thread_phase(actor=people["trainer"], thread=thread, phase=Phase.REFLECTING)

    seated(thread, people, reflectors=[people["two"], people["three"]])

    thread.refresh_from_db()
    assert (begun, thread.phase, heard(thread, people)) == ("conversation", "reflecting", {"two", "three"})


@pytest.mark.parametrize(
    ("reflectors", "sentence"),
    [
        (["one"], "Please choose two, three or four people to reflect: they talk with each other."),
        (["one", "two", "three", "listener", "trainer"], "Please choose two, three or four people to reflect: they talk with each other."),
        (["one", "teller"], "Who tells does not reflect: please choose others to reflect."),
    ],
)
def test_seat_people_refuses_too_few_too_many_and_the_teller(thread, people, reflectors, sentence):
    with pytest.raises(Refused) as refused:
        seated(thread, people, reflectors=[people[name] for name in reflectors])

    thread.refresh_from_db()
    assert (refused.value.sentence, thread.phase, thread.seats.count()) == (sentence, "", 0)


def test_seat_people_refuses_who_does_not_meet_the_forum(cohort, thread, people, outsider):
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person

    for stranger in (outsider, interpreter):
        with pytest.raises(Refused) as refused:
            seated(thread, people, reflectors=[people["one"], stranger])
        assert refused.value.sentence == "Somebody you chose does not meet this forum. Please choose again."


@pytest.mark.parametrize("who", ["teller", "one", "listener"])
def test_seats_and_phases_are_for_who_facilitates(thread, people, who):
    with pytest.raises(Refused):
        seated(thread, people, actor=people[who])
    seated(thread, people)

    with pytest.raises(Refused):
        move_thread_phase(actor=people[who], thread=thread, phase=Phase.REFLECTING)
    thread.refresh_from_db()
    assert thread.phase == PHASES[0]


def test_who_began_a_thread_of_a_group_facilitates_it_there(cohort, people):
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    members = cohort.memberships.filter(person__in=[people[name] for name in ("teller", "one", "two", "three")])
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=members)
    thread = begin_thread(cohort=cohort, author=people["three"], forum=Forum.objects.get(kind="group"))

    seated(thread, people, actor=people["three"])
    with pytest.raises(Refused):
        move_thread_phase(actor=people["one"], thread=thread, phase=Phase.REFLECTING)

    assert heard(thread, {name: people[name] for name in ("teller", "one", "two", "three")}) == {"teller", "three"}


def test_move_thread_phase_asks_for_seats_first_and_knows_no_phase_of_rooms(thread, people):
    for phase in (Phase.REFLECTING, Phase.ARRIVING, Phase.CLOSED):
        with pytest.raises(Refused):
            move_thread_phase(actor=people["trainer"], thread=thread, phase=phase)

    thread.refresh_from_db()
    assert thread.phase == ""
