import pytest

from courses import crisis, safeguarding
from courses.actions.care_pages import change_numbers, give_back_numbers, newest_numbers, write_safeguarding
from courses.models import CrisisNumbers, SafeguardingText
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db
LINE = {"name": "A line", "number": "0800 1", "hours": "always, free", "source": "https://example.org/", "text": ""}


@pytest.fixture
def coordinator() -> User:
    return make_user(coordinates=True)


def change(actor: User, code: str = "GB", emergency: str = "998", seen: int = 0) -> CrisisNumbers:
    return change_numbers(actor=actor, code=code, emergency=emergency, lines=[LINE], seen=seen)


def test_change_numbers_holds_for_everybody_over_what_was_delivered(coordinator: User, django_capture_on_commit_callbacks) -> None:
    before, france = crisis.of_country("GB"), crisis.of_country("FR")
    with django_capture_on_commit_callbacks(execute=True):
        change(coordinator)

    now = crisis.of_country("GB")
    assert before is not None and now is not None
    assert (before.emergency, before.changed_on) == ("999", None)
    assert (now.emergency, [line.name for line in now.lines], now.changed_on is not None) == ("998", ["A line"], True)
    assert crisis.of_country("FR") == france


def test_change_numbers_can_name_a_country_that_was_not_delivered(coordinator: User) -> None:
    change(coordinator, code="IS", emergency="112")

    assert [country.name for country in crisis.countries().values() if country.code == "IS"] == ["Iceland"]
    assert list(crisis.countries()) == sorted(crisis.countries(), key=lambda code: crisis.countries()[code].name)


def test_change_numbers_keeps_who_and_when_of_each_change(coordinator: User) -> None:
    first = change(coordinator)
    second = change(coordinator, emergency="997", seen=first.pk)
    give_back_numbers(actor=coordinator, code="GB", seen=second.pk)

    rows = CrisisNumbers.objects.order_by("pk")
    assert [(row.emergency, row.as_delivered, row.changed_by) for row in rows] == [
        ("998", False, coordinator),
        ("997", False, coordinator),
        ("", True, coordinator),
    ]
    assert crisis.of_country("GB") == crisis.delivered()["GB"]


def test_change_numbers_overwrites_nothing_that_was_not_seen(coordinator: User) -> None:
    other = make_user(coordinates=True)
    first = change(other)

    with pytest.raises(Refused, match="Somebody else has changed this"):
        change(coordinator, seen=0)
    with pytest.raises(Refused, match="Somebody else has changed this"):
        give_back_numbers(actor=coordinator, code="GB", seen=0)

    assert newest_numbers("GB") == first.pk


@pytest.mark.parametrize("who", [Part.TRAINER, Part.COORDINATOR, Part.AFTERCARE, Part.TRAINEE])
def test_only_who_coordinates_the_site_changes_these_pages(who: Part) -> None:
    person = make_membership(cohort=make_cohort(), part=who).person

    with pytest.raises(Refused):
        change(person)
    with pytest.raises(Refused):
        give_back_numbers(actor=person, code="GB", seen=0)
    with pytest.raises(Refused):
        write_safeguarding(actor=person, source="Words", seen=0)

    assert (CrisisNumbers.objects.count(), SafeguardingText.objects.count()) == (0, 0)


def test_numbers_cost_no_question_once_they_are_known(coordinator: User, django_assert_num_queries) -> None:
    change(coordinator)
    crisis.of_country("GB")

    with django_assert_num_queries(0):
        assert crisis.of_country("GB") is not None


def test_write_safeguarding_is_cleaned_and_kept_beside_those_before(coordinator: User) -> None:
    first = write_safeguarding(actor=coordinator, source="## One\n\n<script>alert(1)</script> and [here](javascript:1)", seen=0)
    second = write_safeguarding(actor=coordinator, source="Two", seen=first.pk)

    assert "<script" not in first.html and "javascript" not in first.html.split("href")[-1].split(">")[0]
    assert "<h2" in first.html
    assert (safeguarding.current().html, safeguarding.current().version) == ("<p>Two</p>\n", second.pk)
    assert SafeguardingText.objects.count() == 2


def test_write_safeguarding_overwrites_nothing_that_was_not_seen(coordinator: User) -> None:
    write_safeguarding(actor=make_user(coordinates=True), source="Theirs", seen=0)

    with pytest.raises(Refused, match="Somebody else has changed this"):
        write_safeguarding(actor=coordinator, source="Mine", seen=0)

    assert safeguarding.current().source == "Theirs"


def test_safeguarding_as_delivered_says_what_happens_who_is_told_and_how() -> None:
    html = safeguarding.current().html

    headings = ["What we mean", "What happens when you tell us", "Who is told", "When you are worried about somebody else"]
    assert [heading in html for heading in headings] == [True] * 4
    assert ("call the emergency service" in html, "Nobody decides alone" in html, "Nobody reads journals" in html) == (True, True, True)
