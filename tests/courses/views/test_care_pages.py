import pytest
from django.test import Client
from django.urls import reverse

from courses import crisis, safeguarding
from courses.actions.care_pages import change_numbers, write_safeguarding
from courses.models import CrisisNumbers, SafeguardingText
from lms.users.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LINE = {"name": "A line", "number": "0800 1", "text": "", "hours": "always", "source": "https://example.org/"}
EMPTY = dict.fromkeys(LINE, "")


@pytest.fixture
def coordinator(client) -> User:
    person = make_user(coordinates=True, display_name="Co Ordinator")
    client.force_login(person)
    return person


def sent(*lines, seen=0, emergency="998"):
    fields = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0, "seen": seen, "emergency": emergency}
    return fields | {f"lines-{number}-{name}": value for number, line in enumerate(lines) for name, value in line.items()}


@pytest.mark.parametrize("name", ["crisis", "safeguarding"])
def test_page_is_for_everybody_and_says_that_this_is_no_emergency_service(name, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(2):
        page = Client().get(reverse(name)).content.decode()

    assert "This site is not an emergency service, and nobody watches it around the clock." in page
    assert f'href="{reverse("safeguarding" if name == "crisis" else "contact-me")}"' in page


def test_emergency_sentence_stays_whatever_coordinators_write(coordinator) -> None:
    write_safeguarding(actor=coordinator, source="Only these words.", seen=0)

    page = Client().get(reverse("safeguarding")).content.decode()

    assert ("Only these words." in page, "This site is not an emergency service" in page) == (True, True)


@pytest.mark.parametrize("name", ["contact-me", "courses:entry-new", "courses:journal", "crisis"])
def test_safeguarding_is_linked_where_somebody_may_need_it(client, owner, name, settings) -> None:
    client.force_login(owner)

    assert f'href="{reverse("safeguarding")}"' in client.get(reverse(name)).content.decode()


def test_safeguarding_edit_keeps_and_shows_who_wrote_it(client, coordinator) -> None:
    address = reverse("safeguarding-edit")
    before = client.get(address).content.decode()

    answer = client.post(address, {"source": "## Ours\r\n\r\nNew words.", "seen": 0})

    record = client.get(address).content.decode()
    assert ("What happens when you tell us" in before, answer["Location"]) == (True, reverse("safeguarding"))
    assert "New words." in Client().get(reverse("safeguarding")).content.decode()
    assert "Co Ordinator" in record


def test_safeguarding_edit_shows_theirs_and_keeps_mine_when_two_write(client, coordinator) -> None:
    write_safeguarding(actor=make_user(coordinates=True), source="Theirs", seen=0)
    address = reverse("safeguarding-edit")

    refused = client.post(address, {"source": "Mine", "seen": 0})
    again = client.post(address, {"source": "Mine", "seen": refused.context["form"]["seen"].value()})

    page = refused.content.decode()
    assert (refused.status_code, "<p>Theirs</p>" in page, ">\nMine</textarea>" in page) == (422, True, True)
    assert (again.status_code, safeguarding.current().source) == (302, "Mine")


@pytest.mark.parametrize("source", ["", "   ", "\u200b"])
def test_safeguarding_edit_refuses_a_page_without_words(client, coordinator, source) -> None:
    answer = client.post(reverse("safeguarding-edit"), {"source": source, "seen": 0})

    assert (answer.status_code, SafeguardingText.objects.count()) == (422, 0)


def test_crisis_edit_country_keeps_lines_and_leaves_empty_ones_out(client, coordinator, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("crisis-edit-country", args=["gb"]), sent(LINE, EMPTY, {**LINE, "name": "Another", "text": "HELLO"}))

    now = crisis.of_country("GB")
    page = Client().get(reverse("crisis")).content.decode()
    assert now is not None
    assert (answer.status_code, [(line.name, line.text) for line in now.lines]) == (302, [("A line", ""), ("Another", "HELLO")])
    assert ('href="tel:08001"' in page, 'href="sms:08001"' in page, 'href="tel:998"' in page) == (True, True, True)
    assert "Co Ordinator" in client.get(reverse("crisis-edit")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "call me"},
        {"number": ""},
        {"source": "http://example.org/"},
        {"source": "javascript:alert(1)"},
        {"hours": ""},
        {"name": ""},
    ],
)
def test_crisis_edit_country_refuses_half_a_line_and_keeps_what_was_typed(client, coordinator, wrong) -> None:
    answer = client.post(reverse("crisis-edit-country", args=["gb"]), sent({**LINE, **wrong}))

    assert (answer.status_code, CrisisNumbers.objects.count()) == (422, 0)
    assert 'value="998"' in answer.content.decode()


def test_crisis_edit_country_takes_a_line_away(client, coordinator, django_capture_on_commit_callbacks) -> None:
    whole = sent(LINE, {**LINE, "name": "Another", "DELETE": "on"}) | {"lines-INITIAL_FORMS": 2}

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("crisis-edit-country", args=["gb"]), whole)

    now = crisis.of_country("GB")
    assert now is not None
    assert (answer.status_code, [line.name for line in now.lines]) == (302, ["A line"])


def test_crisis_edit_country_shows_theirs_when_two_change_it(client, coordinator) -> None:
    address = reverse("crisis-edit-country", args=["gb"])
    change_numbers(actor=make_user(coordinates=True), code="GB", emergency="997", lines=[], seen=0)

    refused = client.post(address, sent(LINE))
    again = client.post(address, sent(LINE, seen=refused.context["form"]["seen"].value()))

    assert (refused.status_code, 'href="tel:997"' in refused.content.decode(), again.status_code) == (422, True, 302)


def test_crisis_edit_country_goes_back_to_what_was_delivered(client, coordinator, django_capture_on_commit_callbacks) -> None:
    address = reverse("crisis-edit-country", args=["gb"])
    row = change_numbers(actor=coordinator, code="GB", emergency="998", lines=[], seen=0)
    client.post(address, {"as_delivered": "on", "seen": 0})
    too_early = crisis.of_country("GB")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"as_delivered": "on", "seen": row.pk})

    assert too_early is not None and too_early.emergency == "998"
    assert crisis.of_country("GB") == crisis.delivered()["GB"]


def test_crisis_edit_leads_to_another_country_and_to_none_that_is_not(client, coordinator) -> None:
    assert client.get(reverse("crisis-edit"), {"code": "IS"})["Location"] == reverse("crisis-edit-country", args=["is"])
    assert client.get(reverse("crisis-edit"), {"code": "XX"}).status_code == 200
    assert client.get(reverse("crisis-edit-country", args=["xx"])).status_code == 404


@pytest.mark.parametrize("name", ["crisis-edit", "safeguarding-edit"])
def test_changing_pages_is_for_coordinators(client, owner, name) -> None:
    client.force_login(owner)

    assert client.get(reverse(name)).status_code == 404
