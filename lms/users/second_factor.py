"""The second step of signing in: what allauth keeps of it is sealed, so that a copy of the database opens no account."""

import base64
from collections import Counter
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms import crypto
from lms.users.models import User

PLACE = "mfa.secret"


def second_steps() -> QuerySet[Authenticator]:
    """Passkeys and authenticator apps. Recovery codes alone are no second step."""
    steps: QuerySet[Authenticator] = Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN))
    return steps


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes under the site's key; names in our voice."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("This has to stay: your part on the course needs a second step."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up a passkey or an authenticator app first."),
        "incorrect_code": gettext_lazy("This code does not fit. Wait for the next one in your app and try again."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal_under_site_key(text.encode(), place=PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal_under_site_key(base64.b64decode(encrypted_text), place=PLACE).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("My passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}


# --- changing the site's key ----------------------------------------------------------------------------------------


def secrets_by_site_key() -> Counter[bytes]:
    """How many sealed secrets stand under which site key, by its id."""
    return Counter(key_id for data in _all_data().values() for key_id in _key_ids(data))


def older_second_factors() -> list[int]:
    """The authenticators with a secret that another than the newest site key sealed."""
    newest = crypto.newest_key_id()
    return sorted(pk for pk, data in _all_data().items() if any(key_id != newest for key_id in _key_ids(data)))


def resealed(data: dict[str, Any]) -> dict[str, Any]:
    """What allauth keeps of an authenticator, with the same secrets under the newest site key. Raises crypto.Unreadable."""

    def again(text: str) -> str:
        plain = crypto.unseal_under_site_key(base64.b64decode(text), place=PLACE)
        return base64.b64encode(crypto.seal_under_site_key(plain, place=PLACE)).decode()

    return _each_secret(data, again)


def _all_data() -> dict[int, dict[str, Any]]:
    """Of every authenticator that has secrets of ours; a passkey has none, its secret never leaves the person's device."""
    return dict(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", "data"))


def _key_ids(data: dict[str, Any]) -> list[bytes]:
    found: list[bytes] = []

    def note(text: str) -> str:
        found.append(crypto.key_id_of(base64.b64decode(text)))
        return text

    _each_secret(data, note)
    return found


def _each_secret(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """allauth seals an app's `secret`, the `seed` of recovery codes, and each of the codes that came from elsewhere."""
    changed: dict[str, Any] = {name: change(data[name]) for name in ("secret", "seed") if name in data}
    if "migrated_codes" in data:
        changed["migrated_codes"] = [change(code) for code in data["migrated_codes"]]
    return {**data, **changed}
