"""A certificate as an Open Badges 3.0 credential, signed as a JSON Web Token, which others can check without asking us.

The payload is the OpenBadgeCredential itself with the claims iss, jti, nbf and sub beside its properties (Open Badges 3.0, section
8.2.4: "The JWT Payload is the JSON object of the OpenBadgeCredential with the following properties"); the older form with everything
inside `vc` belongs to version 1.1 of the data model for credentials. The header has alg, kid, jwk and typ, and may have no others.

The specification asks for RS256 "as a minimum" and permits others; ours is EdDSA with Ed25519, which every current library knows.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from courses.models import Certificate
from lms.signing import SigningKey, sign_token, signing_keys

CRITERIA = gettext_lazy(
    "Attendance of the live sittings, the meetings of a peer group and a closing statement. Decided by a trainer; there are no grades."
)
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
Json = dict[str, Any]


def is_possible() -> bool:
    """Whether this site has a key to sign with."""
    return bool(signing_keys())


def signed_credential(certificate: Certificate) -> str:
    """The compact token. Raises LookupError where the site has no key."""
    keys = signing_keys()
    if not keys:
        raise LookupError("no key for signing")
    key = keys[0]
    return sign_token(claims_of(certificate), key=key, header={"kid": _key_address(key), "jwk": key.public})


def claims_of(certificate: Certificate) -> Json:
    """The credential with the claims of the token. Its `sub` names the holder by a number that stands nowhere else."""
    credential = credential_of(certificate)
    return credential | {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(certificate.given_at.timestamp()),
        "sub": credential["credentialSubject"]["id"],
    }


def credential_of(certificate: Certificate) -> Json:
    """An OpenBadgeCredential (Open Badges 3.0, appendix B). Needs the certificate's cohort with its programme."""
    cohort = certificate.cohort
    zone = ZoneInfo(cohort.time_zone)
    return {
        "@context": CONTEXT,
        "id": credential_id(certificate),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": cohort.programme.title,
        "issuer": issuer_profile(),
        "validFrom": _instant(certificate.given_at),
        "credentialSubject": {
            "id": uuid.uuid5(certificate.pk, "holder").urn,
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "identityHash": certificate.name, "identityType": "name", "hashed": False}],
            "activityStartDate": _instant(datetime.datetime.combine(cohort.starts_on, datetime.time(), zone)),
            "activityEndDate": _instant(datetime.datetime.combine(cohort.ends_on, datetime.time(), zone)),
            "achievement": _achievement(certificate),
        },
        "credentialStatus": {"id": settings.SITE_URL + reverse("certificates-revoked"), "type": "1EdTechRevocationList"},
    }


def credential_id(certificate: Certificate) -> str:
    return certificate.pk.urn


def _achievement(certificate: Certificate) -> Json:
    programme = certificate.cohort.programme
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/programmes/{programme.slug}").urn,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": programme.title,
        "description": programme.summary,
        "inLanguage": programme.language,
        "criteria": {"narrative": str(CRITERIA)},
    }


def issuer_profile() -> Json:
    """Who issues: a Profile, published at its own id."""
    return {
        "id": settings.SITE_URL + reverse("certificate-issuer"),
        "type": ["Profile"],
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "email": settings.CONTACT_EMAIL,
    }


def key_set() -> Json:
    """All keys by which this site has signed (RFC 7517): what an older one signed can still be checked."""
    return {"keys": [key.public for key in signing_keys()]}


def public_key(name: str) -> Json | None:
    """One of them, as the `kid` of a token leads to it."""
    return next((key.public for key in signing_keys() if key.name == name), None)


def revocation_list(revoked: Iterable[Certificate]) -> Json:
    """What is no longer valid: numbers, without reasons or names (1EdTech Verifiable Credentials Revocation List)."""
    return {
        "id": settings.SITE_URL + reverse("certificates-revoked"),
        "issuer": settings.SITE_URL + reverse("certificate-issuer"),
        "revokedCredentials": [{"id": credential_id(one), "revoked": True} for one in revoked],
    }


def _key_address(key: SigningKey) -> str:
    return settings.SITE_URL + reverse("certificate-key", args=[key.name])


def _instant(moment: datetime.datetime) -> str:
    """In whole seconds, as `nbf` is."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
