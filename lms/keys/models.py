"""The wrapped key of each person. Only lms.crypto reads or writes here."""

from django.db import models


class PersonKey(models.Model):
    """A person's data key, wrapped by the site's key. Deleting the row makes everything under it unreadable."""

    person_id = models.BigIntegerField(primary_key=True)  # no foreign key: people live in the other database
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Key of person {self.person_id}"
