"""A programme: what can be learned here."""

from __future__ import annotations

from django.db import models


class Programme(models.Model):
    """A course of study, such as the one-year foundation training. Its texts are loaded from a folder."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    language = models.CharField(max_length=10, default="en")
    html = models.TextField()  # cleaned by lms.richtext when loaded
    # With what a cohort's agreement begins: [{"title", "words", "covers"}, …]; empty: with an empty page.
    agreement = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    def __str__(self) -> str:
        return self.title
