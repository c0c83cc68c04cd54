import base64

import pytest
from django.core.management import CommandError, call_command


def test_make_signing_key_prints_a_line(capsys):
    call_command("make_signing_key")

    assert len(base64.urlsafe_b64decode(capsys.readouterr().out.strip())) == 32


def test_make_signing_key_writes_a_new_file_and_leaves_one_that_is_there(tmp_path):
    file = tmp_path / "signing.keys"
    call_command("make_signing_key", str(file))
    first = file.read_text()

    with pytest.raises(CommandError, match="left alone"):
        call_command("make_signing_key", str(file))

    assert file.read_text() == first


def test_make_signing_key_says_so_where_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        call_command("make_signing_key", str(tmp_path / "nowhere" / "signing.keys"))
