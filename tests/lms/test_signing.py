import base64
import json
import stat

import pytest

from lms import signing

# RFC 8037, appendix A: its key, the name of that key (RFC 7638), and what it signs.
SEED = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
NAME = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
SAID = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.SIGNING_KEYS_FILE = tmp_path / "signing.keys"
    signing._read.cache_clear()
    yield settings.SIGNING_KEYS_FILE
    signing._read.cache_clear()


def test_the_key_of_the_standard_has_its_public_part_and_its_name(keys):
    keys.write_text(f"{SEED}=\n")

    (key,) = signing.signing_keys()

    assert (key.public["x"], key.name) == (PUBLIC, NAME)


def test_the_key_of_the_standard_signs_as_it_says(keys):
    keys.write_text(f"{SEED}=\n")

    assert base64.urlsafe_b64decode(SIGNATURE + "==") == signing.signing_keys()[0].private.sign(SAID.encode())


def test_sign_token_keeps_letters_as_they_are():
    (key,) = signing.signing_keys()

    head, claims, _sign = signing.sign_token({"name": "Õie"}, key=key, header={"kid": "k"}).split(".")

    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "EdDSA", "typ": "JWT", "kid": "k"}
    assert base64.urlsafe_b64decode(claims + "==").decode() == '{"name":"Õie"}'


def test_signing_keys_are_made_once_where_no_server_gave_any(keys):
    made = signing.signing_keys()
    signing._read.cache_clear()

    assert [key.name for key in signing.signing_keys()] == [key.name for key in made]
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_signing_keys_come_in_the_order_of_the_lines(keys):
    keys.write_text(f"{signing.new_key_line()}\n{SEED}=\n")

    assert [key.name for key in signing.signing_keys()][1:] == [NAME]


@pytest.mark.parametrize("content", ["", "\n", "not a key", "c2hvcnQ=\n", f"{SEED}=\nbroken\n"])
def test_signing_keys_are_none_where_the_file_holds_none(keys, content):
    keys.write_text(content)

    assert signing.signing_keys() == []


def test_a_server_that_was_given_none_signs_nothing(settings, keys):
    settings.TESTING, settings.EMBEDDED = False, False

    assert (signing.signing_keys(), keys.exists()) == ([], False)


def test_write_new_keys_never_replaces_a_file(keys):
    keys.write_text("here")

    with pytest.raises(FileExistsError):
        signing.write_new_keys(keys)

    assert keys.read_text() == "here"
    assert list(keys.parent.iterdir()) == [keys]
