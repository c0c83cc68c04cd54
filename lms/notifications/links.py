"""The link that ends letters by one press, without signing in (RFC 8058). Whoever holds the letter holds the link."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lms.users.models import User

SALT = "notifications.unsubscribe"


def unsubscribe_url(person: User) -> str:
    """The whole address, for a letter to this person. It does not age: a letter of last year must still let go."""
    return settings.SITE_URL + reverse("unsubscribe", args=[signing.dumps(person.pk, salt=SALT)])


def person_of(token: str) -> User | None:
    """Whose letters this link ends; None for a link we did not make, or of somebody who is gone."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk).first() if isinstance(pk, int) else None
