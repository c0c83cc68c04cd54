import uuid

import pytest

from courses.actions.invited_lists import invite_list, look_at_list
from courses.actions.members import add_member
from courses.invited_lists import Row, Table, read_text
from courses.models import InvitedList, PromisedPlace
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import Invitation
from tests.courses.factories import make_promised
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.actions.test_posting import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


def table(*rows: tuple[str, str]) -> Table:
    return Table([Row(number, email, part) for number, (email, part) in enumerate(rows, 2)], [])


def look(cohort, *rows):
    return look_at_list(cohort=cohort, table=table(*rows), otherwise=Part.TRAINEE)


def test_look_at_list_names_every_line_that_it_cannot_take():
    looked = look(
        make_cohort(),
        ("ana@example.org", ""),
        ("not an address", "trainee"),
        ("bo@example.org", "teacher"),
        ("", "trainee"),
        ("ana@example.org", "trainer"),
    )

    parts = "Trainee, Trainer, Guest trainer, Interpreter, Coordinator, Aftercare contact or Alumnus"
    assert [(line.number, line.email, line.why) for line in looked.wrong] == [
        (3, "not an address", "This does not look like an e-mail address."),
        (4, "bo@example.org", f"There is no part “teacher”. Please write {parts}."),
        (5, "", "There is no address in this line."),
        (6, "ana@example.org", "The same address stands in line 2 with another part."),
    ]
    assert ([line.email for line in looked.invited], looked.may_go) == (["ana@example.org"], False)
    assert (Letter.objects.count(), PromisedPlace.objects.count()) == (0, 0)


def test_look_at_list_leaves_out_who_needs_nothing():
    cohort = make_cohort()
    for email in ("here@example.org", "trainer@example.org"):
        part = Part.TRAINER if email.startswith("trainer") else Part.TRAINEE
        make_membership(cohort=cohort, person=make_user(email=email), part=part)
    make_promised(cohort, email="asked@example.org")
    make_promised(make_cohort(), email="new@example.org")

    looked = look(
        cohort,
        ("here@example.org", ""),
        ("trainer@example.org", "trainee"),
        ("asked@example.org", ""),
        ("new@example.org", "interpreter"),
        ("new@example.org", "interpreter"),
    )

    assert [(line.number, line.why) for line in looked.left_out] == [
        (2, "Is in the cohort already."),
        (3, "Is in the cohort already, as Trainer; a list changes nobody's part."),
        (6, "The same address stands in line 5."),
    ]
    assert [(line.email, line.part, line.why) for line in looked.invited] == [
        ("asked@example.org", Part.TRAINEE, "Was invited before; the new letter replaces that one."),
        ("new@example.org", Part.INTERPRETER, ""),
    ]
    assert looked.may_go


def test_look_at_list_invites_anew_who_had_left():
    cohort = make_cohort()
    make_membership(cohort=cohort, person=make_user(email="gone@example.org"), ended_at="2026-01-01T00:00Z")

    assert [line.email for line in look(cohort, ("gone@example.org", "")).invited] == ["gone@example.org"]


def test_look_at_list_asks_the_same_questions_of_any_number(django_assert_num_queries):
    cohort = make_cohort()

    with django_assert_num_queries(2):
        look(cohort, *[(f"person{number}@example.com", "") for number in range(200)])


def test_invite_list_invites_all_with_one_press_and_once(coordinator):
    cohort, client_id = make_cohort(), uuid.uuid4()
    given = {"actor": coordinator, "cohort": cohort, "otherwise": Part.TRAINEE, "client_id": client_id}
    rows = table(("ana@example.org", ""), ("bo@example.org", "Trainer"))

    first, again = (invite_list(table=rows, **given) for _ in range(2))

    assert (first.pk, first.letters, InvitedList.objects.count()) == (again.pk, 2, 1)
    places = PromisedPlace.objects.pending().order_by("pk").values_list("invitation__email", "part", "invitation__invited_by")
    assert list(places) == [("ana@example.org", Part.TRAINEE, coordinator.pk), ("bo@example.org", Part.TRAINER, coordinator.pk)]
    assert sorted(Letter.objects.values_list("to", flat=True)) == ["ana@example.org", "bo@example.org"]


@pytest.mark.parametrize("rows", [[("ana@example.org", ""), ("bo", "")], [("here@example.org", "")]])
def test_invite_list_does_all_or_nothing(coordinator, rows):
    """Looked at again under the cohort's lock: what was right a minute ago may be wrong now."""
    cohort = make_cohort()
    add_member(cohort=cohort, person=make_user(email="here@example.org"), part=Part.TRAINEE)

    with pytest.raises(Refused) as refusal:
        invite_list(actor=coordinator, cohort=cohort, table=table(*rows), otherwise=Part.TRAINEE, client_id=uuid.uuid4())

    assert (refusal.value.code, Letter.objects.count(), Invitation.objects.count(), InvitedList.objects.count()) == ("list", 0, 0, 0)


def test_invite_list_leaves_nothing_behind_if_it_breaks_off(coordinator, monkeypatch):
    from courses.actions import invited_lists

    ask_in, asked = invited_lists.ask_in, []

    def breaks(**given):
        asked.append(given["email"])
        if len(asked) == 2:
            raise RuntimeError
        return ask_in(**given)

    monkeypatch.setattr(invited_lists, "ask_in", breaks)
    rows = read_text("email\nana@example.org\nbo@example.org\n")
    with pytest.raises(RuntimeError):
        invite_list(actor=coordinator, cohort=make_cohort(), table=rows, otherwise=Part.TRAINEE, client_id=uuid.uuid4())

    assert (len(asked), Letter.objects.count(), Invitation.objects.count(), InvitedList.objects.count()) == (2, 0, 0, 0)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_invites_a_list(part):
    membership = make_membership(cohort=make_cohort(), part=part)

    with pytest.raises(Refused):
        invite_list(
            actor=membership.person,
            cohort=membership.cohort,
            table=table(("ana@example.org", "")),
            otherwise=Part.TRAINEE,
            client_id=uuid.uuid4(),
        )

    assert Letter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_list_pressed_many_times_at_once_is_invited_once(coordinator):
    cohort, client_id = make_cohort(), uuid.uuid4()
    given = {"actor": coordinator, "cohort": cohort, "otherwise": Part.TRAINEE, "client_id": client_id}

    done = together(6, lambda _number: invite_list(table=table(("ana@example.org", ""), ("bo@example.org", "")), **given).pk)

    assert (len(set(done)), InvitedList.objects.count(), Letter.objects.count(), Invitation.objects.count()) == (1, 1, 2, 2)
