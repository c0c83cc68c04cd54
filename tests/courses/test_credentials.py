"""The credential, looked at with libraries that are not ours: PyJWT for the signature, jsonschema for its form."""

import datetime
import json
import uuid
from pathlib import Path

import jsonschema
import jwt
import pytest
from django.urls import reverse

from courses import credentials
from courses.actions.certificates import revoke_certificate
from courses.models import Certificate
from lms import signing
from tests.courses.factories import make_certificate
from tests.factories import make_cohort, make_user

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "openbadges"
SCHEMAS = sorted(FOLDER.glob("*schema.json"))


@pytest.fixture
def certificate() -> Certificate:
    cohort = make_cohort(starts_on=datetime.date(2026, 1, 8), ends_on=datetime.date(2026, 11, 20))
    return make_certificate(make_user(display_name="Õie Tamm"), cohort)


@pytest.fixture
def own_keys(settings, tmp_path):
    settings.SIGNING_KEYS_FILE = tmp_path / "signing.keys"
    signing._read.cache_clear()
    yield settings.SIGNING_KEYS_FILE
    signing._read.cache_clear()


def checked(token: str, key_set: dict) -> dict:
    """What a stranger does: the key by its name out of the published ones, then the signature."""
    name = jwt.get_unverified_header(token)["jwk"]["kid"]
    key = next(key for key in jwt.PyJWKSet.from_dict(key_set).keys if key.key_id == name)
    return jwt.decode(token, key=key.key, algorithms=["EdDSA"], options={"require": ["iss", "jti", "nbf", "sub"]})


def test_signed_credential_is_checked_by_a_library_that_is_not_ours(certificate):
    claims = checked(credentials.signed_credential(certificate), credentials.key_set())

    assert claims == credentials.claims_of(certificate)


def test_signed_credential_changed_by_a_letter_is_refused(certificate):
    head, said, sign = credentials.signed_credential(certificate).split(".")
    other = credentials.signed_credential(make_certificate(make_user(), certificate.cohort)).split(".")[1]

    for changed in (f"{head}.{other}.{sign}", f"{head}.{said}.{sign[:-4]}AAAA"):
        with pytest.raises(jwt.InvalidSignatureError):
            checked(changed, credentials.key_set())


def test_signed_credential_has_the_header_that_the_specification_lets_it_have(certificate):
    header = jwt.get_unverified_header(credentials.signed_credential(certificate))

    assert set(header) == {"alg", "typ", "kid", "jwk"}
    assert (header["alg"], header["typ"]) == ("EdDSA", "JWT")
    assert "d" not in header["jwk"]  # the private part


def test_the_key_that_the_header_names_is_where_it_says(certificate, client, settings):
    header = jwt.get_unverified_header(credentials.signed_credential(certificate))

    found = client.get(header["kid"].removeprefix(settings.SITE_URL)).json()

    assert found == header["jwk"]


def test_the_claims_say_what_the_credential_says(certificate):
    claims = credentials.claims_of(certificate)

    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"] == f"urn:uuid:{certificate.pk}"
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["nbf"] == datetime.datetime.fromisoformat(claims["validFrom"]).timestamp()
    assert "vc" not in claims


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.name)
def test_credential_has_the_form_of_the_schema(certificate, schema):
    validator = jsonschema.Draft201909Validator(json.loads(schema.read_text()), format_checker=jsonschema.FormatChecker())

    assert [error.message for error in validator.iter_errors(credentials.credential_of(certificate))] == []


def test_every_property_is_a_term_of_the_published_context(certificate):
    """What the context does not define means nothing to who reads a credential as linked data."""
    context = json.loads((FOLDER / "context-3.0.3.json").read_text())["@context"]
    of_the_data_model = {"id", "type", "name", "description"}  # credentials/v2

    unknown = []
    for thing in things_in(credentials.credential_of(certificate)["issuer"], credentials.credential_of(certificate)["credentialSubject"]):
        (kind,) = [thing["type"]] if isinstance(thing["type"], str) else thing["type"]
        unknown += [f"{kind}.{name}" for name in set(thing) - set(context[kind]["@context"]) - set(context) - of_the_data_model]

    assert unknown == []


def things_in(*places) -> list[dict]:
    """What has a type, however deep."""
    found = []
    for place in places:
        inside = list(place.values()) if isinstance(place, dict) else place if isinstance(place, list) else []
        found += ([place] if isinstance(place, dict) and "type" in place else []) + things_in(*inside)
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("issuer",), {"name": "Nobody"}),
        (("validFrom",), "yesterday"),
        (("type",), ["VerifiableCredential"]),
        (("@context",), ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]),
        (("credentialSubject", "achievement", "criteria"), {}),
        (("credentialSubject", "achievement", "achievementType"), "Prize"),
        (("credentialSubject", "identifier", 0, "hashed"), "no"),
    ],
)
def test_the_schema_refuses_what_is_none(certificate, path, value):
    schema = json.loads((FOLDER / "achievementcredential.schema.json").read_text())
    jsonschema.Draft201909Validator.check_schema(schema)
    credential = credentials.credential_of(certificate)
    place = credential
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert list(jsonschema.Draft201909Validator(schema).iter_errors(credential)) != []


def test_credential_names_the_holder_as_they_chose_and_says_nothing_else_of_them(certificate):
    certificate.name = "Õ. T."

    said = json.dumps(credentials.claims_of(certificate), ensure_ascii=False)

    person = certificate.person
    assert "Õ. T." in said
    assert [words in said for words in (person.email, person.display_name, certificate.given_by.display_name)] == [False, False, False]


def test_credential_says_its_days_by_the_clock_of_the_course():
    summer = make_cohort(starts_on=datetime.date(2026, 6, 1), ends_on=datetime.date(2027, 1, 31), time_zone="Europe/Tallinn")

    subject = credentials.credential_of(make_certificate(make_user(), summer))["credentialSubject"]

    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2026-05-31T21:00:00Z", "2027-01-30T22:00:00Z")


def test_what_an_older_key_signed_is_still_checked_after_a_new_one(certificate, own_keys):
    before = credentials.signed_credential(certificate)
    own_keys.chmod(0o600)
    own_keys.write_text(signing.new_key_line() + own_keys.read_text())
    signing._read.cache_clear()

    after = credentials.signed_credential(certificate)

    names = [jwt.get_unverified_header(token)["jwk"]["kid"] for token in (before, after)]
    assert names == [key["kid"] for key in reversed(credentials.key_set()["keys"])]
    assert checked(before, credentials.key_set()) == checked(after, credentials.key_set())


def test_the_published_keys_hold_nothing_private():
    keys = credentials.key_set()["keys"]

    assert [set(key) for key in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}]


def test_signed_credential_needs_a_key(certificate, settings):
    settings.SIGNING_KEYS_FILE = ""

    with pytest.raises(LookupError):
        credentials.signed_credential(certificate)
    assert (credentials.is_possible(), credentials.key_set()) == (False, {"keys": []})


def test_issuer_stands_at_its_own_id(certificate, client, settings):
    issuer = credentials.credential_of(certificate)["issuer"]

    assert client.get(issuer["id"].removeprefix(settings.SITE_URL)).json() == issuer


def test_revoked_is_told_by_number_alone(certificate, client, settings):
    other = make_certificate(make_user(), certificate.cohort)
    status = credentials.credential_of(certificate)["credentialStatus"]
    revoke_certificate(actor=certificate.given_by, certificate=certificate, why="Given to the wrong person")

    answer = client.get(status["id"].removeprefix(settings.SITE_URL))

    assert answer.json() == {
        "id": status["id"],
        "issuer": settings.SITE_URL + reverse("certificate-issuer"),
        "revokedCredentials": [{"id": credentials.credential_id(certificate), "revoked": True}],
    }
    assert str(other.pk) not in answer.content.decode()


def test_the_holder_has_another_number_in_each_credential(certificate):
    other = make_certificate(certificate.person, make_cohort())

    subs = [credentials.claims_of(one)["sub"] for one in (certificate, other)]

    assert subs[0] != subs[1]
    assert all(uuid.UUID(sub.removeprefix("urn:uuid:")).version == 5 for sub in subs)
