import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.group_wishes import ask_wishes, wish
from courses.actions.groups import exchange_member, form_group
from courses.models import Group, GroupDate, GroupExchange, GroupWish
from lms.permissions import Part
from tests.courses.factories import make_group_date, make_peer_group
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def mine(cohort, owner):
    return cohort.memberships.get(person=owner)


@pytest.fixture
def coordinator(cohort):
    return make_membership(cohort=cohort, part=Part.COORDINATOR).person


@pytest.fixture
def trainees(cohort, mine):
    return [mine, *(make_membership(cohort=cohort) for _ in range(5))]


def form(coordinator, cohort, title, members) -> Group:
    return form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title=title, members=members)


@pytest.fixture
def two(coordinator, cohort, trainees):
    return form(coordinator, cohort, "One", trainees[:3]), form(coordinator, cohort, "Two", trainees[3:])


def address(name, cohort, *args):
    return reverse(name if ":" in name else f"courses:{name}", args=[cohort.slug, *args])


def page(name, cohort, *args):
    return reverse(name, args=[cohort.slug, *args])


# --- dividing -------------------------------------------------------------------------------------------------------


ASKED = {"kind": "peer_group", "size": 3, "teams_apart": "on", "languages": "on", "zones": "on", "wishes": "on"}


def test_groups_divide_shows_a_plan_and_keeps_nothing(client, coordinator, cohort, trainees):
    client.force_login(coordinator)

    answer = client.post(address("groups-divide", cohort), {**ASKED, "act": "shuffle"})

    assert (answer.status_code, Group.objects.count()) == (200, 0)
    assert sorted(name for names in answer.context["plan"] for name in names) == sorted(one.person.display_name for one in trainees)


def test_groups_divide_looks_at_what_was_moved_by_hand_and_then_keeps_it_once(client, coordinator, cohort, trainees):
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.HOME_TEAM, title="Team", members=trainees[:2])
    client.force_login(coordinator)
    places = {f"place_{one.pk}": number for one, number in zip(trainees, [1, 1, 1, 2, 2, 0], strict=True)}
    sent = {**ASKED, **places, "client_id": str(uuid.uuid4())}

    looked = client.post(address("groups-divide", cohort), {**sent, "act": "look"})
    names = [trainees[0].person.display_name, trainees[1].person.display_name]
    assert (looked.context["not_kept"], Group.objects.count()) == ([f"Group 1: {names[0]} and {names[1]} are of one home team."], 1)
    for _ in range(2):
        assert client.post(address("groups-divide", cohort), {**sent, "act": "save"}).status_code == 302

    groups = Group.objects.filter(kind="peer_group").order_by("title")
    assert [set(group.members.all()) for group in groups] == [set(trainees[:3]), set(trainees[3:5])]


def test_groups_divide_keeps_the_form_where_somebody_is_placed_by_now(client, coordinator, cohort, trainees, monkeypatch):
    client.force_login(coordinator)
    places = {f"place_{one.pk}": 1 for one in trainees}
    monkeypatch.setattr("courses.views.groups.free_members", lambda *_args: trainees)
    form(coordinator, cohort, "Others", trainees[5:])

    answer = client.post(address("groups-divide", cohort), {**ASKED, **places, "act": "save"})

    assert (answer.status_code, Group.objects.count()) == (422, 1)
    assert "By now in another group" in answer.content.decode()


@pytest.mark.parametrize("sent", [{"size": "1"}, {"size": "many"}, {"kind": "home_team"}])
def test_groups_divide_says_what_it_cannot_take(client, coordinator, cohort, trainees, sent):
    client.force_login(coordinator)

    assert client.post(address("groups-divide", cohort), {**ASKED, **sent, "act": "save"}).status_code == 422
    assert Group.objects.count() == 0


# --- exchange -------------------------------------------------------------------------------------------------------


def test_groups_exchange_moves_and_both_groups_read_it(client, coordinator, cohort, owner, trainees, two):
    client.force_login(coordinator)
    sent = {"member": f"{two[0].pk}:{trainees[0].pk}", "went_to": two[1].pk, "swapped_with": f"{two[1].pk}:{trainees[4].pk}"}

    client.post(address("groups-exchange", cohort), {**sent, "note": "So that evenings suit everybody"})

    for person, group in ((trainees[1].person, two[0]), (owner, two[1])):
        client.force_login(person)
        html = client.get(page("group", cohort, group.pk)).content.decode()
        assert "So that evenings suit everybody" in html


def test_groups_exchange_keeps_what_was_chosen_where_it_does_not_fit(client, coordinator, cohort, trainees, two):
    client.force_login(coordinator)
    sent = {
        "member": f"{two[0].pk}:{trainees[0].pk}",
        "went_to": two[1].pk,
        "swapped_with": f"{two[0].pk}:{trainees[1].pk}",
        "note": "Because",
    }

    answer = client.post(address("groups-exchange", cohort), sent)

    assert (answer.status_code, GroupExchange.objects.count()) == (422, 0)
    assert answer.context["form"]["note"].value() == "Because"


# --- dates ----------------------------------------------------------------------------------------------------------


def test_group_date_is_written_by_ones_own_clock(client, cohort, owner, two):
    owner.time_zone = "Europe/Tallinn"
    owner.save()
    client.force_login(owner)
    day = timezone.localdate() + datetime.timedelta(days=3)

    client.post(
        page("courses:group-date-new", cohort, two[0].pk), {"day": day.isoformat(), "begins": "23:30", "ends": "00:30", "about": "Reading"}
    )

    date = GroupDate.objects.get()
    assert (date.ends_at - date.starts_at, date.set_by) == (datetime.timedelta(hours=1), owner)
    assert f"{date.starts_at:%H:%M}" in {"20:30", "21:30"}  # summer, winter


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"ends": "19:00"}, "ends"), ({"ends": "10:00"}, "ends"), ({"day": "31 June"}, "day"), ({"day": "2020-01-01"}, "__all__")],
)
def test_group_date_says_what_does_not_fit(client, cohort, owner, two, sent, field):
    client.force_login(owner)
    day = timezone.localdate() + datetime.timedelta(days=3)

    answer = client.post(
        page("courses:group-date-new", cohort, two[0].pk), {"day": day.isoformat(), "begins": "19:00", "ends": "20:00", **sent}
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_group_page_shows_its_ways_to_members_and_none_of_them_to_others(client, cohort, owner, trainees, two):
    date = make_group_date(two[0], about="We read together")
    seen = {}
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    for name, person in {"member": owner, "fellow": trainees[4].person, "trainer": trainer}.items():
        client.force_login(person)
        html = client.get(page("group", cohort, two[0].pk)).content.decode()
        words = {"date": date.about, "forum": f"?in={two[0].forum.pk}", "room": "Open our room", "set": "Set a date"}
        seen[name] = {key for key, text in words.items() if text in html}

    assert seen == {"member": {"date", "forum", "room", "set"}, "fellow": set(), "trainer": {"date", "forum"}}


def test_group_date_can_be_called_off_by_a_member(client, cohort, owner, two):
    date = make_group_date(two[0])
    client.force_login(owner)

    client.post(page("courses:group-date-call-off", cohort, two[0].pk, date.pk))

    assert GroupDate.objects.get().called_off_at is not None


# --- wishes ---------------------------------------------------------------------------------------------------------


def test_groups_wishes_are_ones_own_for_a_trainee_and_all_for_who_forms_groups(client, cohort, coordinator, owner, trainees):
    client.force_login(owner)
    assert client.get(address("groups-wishes", cohort)).status_code == 404
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    wish(actor=trainees[1].person, cohort=cohort, people=[trainees[2]], languages=["en"])

    client.post(address("groups-wishes", cohort), {"people": [trainees[3].pk], "first": "et", "second": "et"})
    html = client.get(address("groups-wishes", cohort)).content.decode()
    client.force_login(coordinator)
    listed = client.get(address("groups-wishes", cohort)).context["wishes"]

    assert GroupWish.objects.get(member=trainees[0]).languages == ["et"]
    assert html.count("checked") == 1
    assert {one.member for one in listed} == set(trainees[:2])


def test_groups_wishes_takes_three_at_most_and_keeps_them_on_the_page(client, cohort, coordinator, owner, trainees):
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    client.force_login(owner)

    answer = client.post(address("groups-wishes", cohort), {"people": [one.pk for one in trainees[1:5]]})

    assert (answer.status_code, GroupWish.objects.count(), answer.content.decode().count("checked")) == (422, 0, 4)


# --- how much is asked ----------------------------------------------------------------------------------------------


def test_pages_of_groups_ask_few_questions(client, cohort, coordinator, owner, trainees, two, django_assert_max_num_queries):
    ask_wishes(actor=coordinator, cohort=cohort, until=cohort.today())
    for one in trainees:
        wish(actor=one.person, cohort=cohort, people=[other for other in trainees if other != one][:3], languages=[])
    for number in range(5):
        form(coordinator, cohort, f"More {number}", [make_membership(cohort=cohort) for _ in range(4)])
        make_group_date(two[0])
        fields = {"came_from": two[number % 2], "went_to": two[1 - number % 2], "member": trainees[2], "client_id": uuid.uuid4()}
        exchange_member(actor=coordinator, **fields)
    pages = [
        (owner, page("group", cohort, two[0].pk), 12),
        (owner, address("groups", cohort), 8),
        (owner, address("groups-wishes", cohort), 10),
    ]
    pages += [(coordinator, address(name, cohort), most) for name, most in (("groups", 8), ("groups-wishes", 7), ("groups-exchange", 8))]

    for person, where, most in pages:
        client.force_login(person)
        client.get(where)
        with django_assert_max_num_queries(most):
            client.get(where)
    for _ in range(12):
        make_membership(cohort=cohort)
    client.force_login(coordinator)
    with django_assert_max_num_queries(12):
        client.post(address("groups-divide", cohort), {**ASKED, "act": "shuffle"})


def test_a_group_of_another_cohort_is_not_there(client, owner, cohort):
    elsewhere = Group.objects.create(cohort=make_cohort(), kind="peer_group", title="Far")
    client.force_login(owner)

    assert client.get(page("group", cohort, elsewhere.pk)).status_code == 404
    client.force_login(make_user(coordinates=True))
    assert client.get(page("group", elsewhere.cohort, elsewhere.pk)).status_code == 200


@pytest.mark.parametrize(
    ("there", "words"), [([], "There is nobody to divide yet."), (["a"], "Everybody is in a group of this kind already.")]
)
def test_groups_divide_says_why_there_is_nobody_to_divide(client, there, words):
    cohort = make_cohort()
    client.force_login(make_membership(cohort=cohort, part=Part.TRAINER).person)
    if members := [make_membership(cohort=cohort) for _name in there]:
        make_peer_group(cohort, title="One").members.set(members)

    response = client.post(reverse("courses:groups-divide", args=[cohort.slug]), {"kind": "peer_group", "size": 4, "act": "shuffle"})

    assert words in response.content.decode()
