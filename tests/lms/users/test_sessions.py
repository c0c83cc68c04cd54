import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection

from lms.users.sessions import SessionStore

pytestmark = pytest.mark.django_db


def refusing(words: str):
    def refuse(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError(words)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(refuse)


def test_save_lets_a_page_come_when_there_is_no_room_for_what_it_noted():
    session = SessionStore()
    session.create()
    session["seen"] = 1

    with refusing("database or disk is full"):
        session.save()

    assert SessionStore(session.session_key).get("seen") is None


def test_save_refuses_a_sign_in_that_cannot_be_kept():
    with pytest.raises(OperationalError), refusing("database or disk is full"):
        SessionStore().save(must_create=True)


def test_save_hides_no_other_trouble():
    session = SessionStore()
    session.create()

    with pytest.raises(UpdateError), refusing("database is locked"):
        session.save()
