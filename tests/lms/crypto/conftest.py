import base64

import pytest

from lms import crypto


@pytest.fixture
def keys_file(tmp_path, settings):
    settings.SITE_KEYS_FILE = tmp_path / "keys" / "site.keys"
    return settings.SITE_KEYS_FILE


@pytest.fixture
def put_above(keys_file):
    """Puts a new key above the others, as whoever runs the server does; returns its id. What a process remembers stays."""

    def put_above() -> bytes:
        crypto.site_keys()
        line = base64.urlsafe_b64encode(crypto.new_key()).decode()
        keys_file.write_text(f"{line}\n{keys_file.read_text()}")
        return next(iter(crypto.site_key_lines()))

    return put_above
