"""The people of the demo, all plainly made up."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress

from courses.actions.introductions import introduce
from courses.models import Membership
from lms.permissions import Part
from lms.users.models import User

PASSWORD = "open-dialogue"  # noqa: S105  printed by `make run`; these accounts exist nowhere else


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    part: Part
    zone: str = "Europe/London"
    country: str = "GB"
    signs_in: bool = True


COORDINATOR = Person("coordinator@example.org", "Coordinator A", Part.COORDINATOR)
PEOPLE = [
    Person("trainee@example.org", "Trainee A", Part.TRAINEE, "Europe/Tallinn", "EE"),
    Person("trainee2@example.org", "Trainee B", Part.TRAINEE),
    Person("trainer@example.org", "Trainer A", Part.TRAINER),
    Person("aftercare@example.org", "Trainer B", Part.AFTERCARE),
    Person("interpreter@example.org", "Interpreter A", Part.INTERPRETER, "Europe/Paris", "FR"),
    Person("trainee3@example.org", "Trainee C", Part.TRAINEE, signs_in=False),
    Person("trainee4@example.org", "Trainee D", Part.TRAINEE, "Australia/Melbourne", "AU", signs_in=False),
    Person("trainee5@example.org", "Trainee E", Part.TRAINEE, "Europe/Brussels", "BE", signs_in=False),
]
INTRODUCTIONS = {
    "Trainee A": "A demo nurse on nights. I write more easily than I speak before noon.",
    "Trainee B": "A demo peer worker. Please just call me B.",
    "Trainee D": "From a demo service far away: when you have breakfast, I go to bed.",
    "Trainer A": "A demo trainer.\n\nI am slow to answer and glad to be asked again.",
}
OUTSIDER = Person("outsider@example.org", "Trainee X", Part.TRAINEE)


def make_person(person: Person, *, coordinates: bool = False) -> User:
    user = User.objects.create_user(
        email=person.email,
        password=PASSWORD if person.signs_in else None,
        display_name=person.name,
        time_zone=person.zone,
        country=person.country,
        coordinates=coordinates,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def introduce_them(places: dict[str, Membership]) -> None:
    """What a few of them say of themselves; the others say nothing, as one may."""
    for name, words in INTRODUCTIONS.items():
        place = places[name]
        introduce(actor=place.person, membership=place, words=words, alt="", upload=None, remove_face=False)
