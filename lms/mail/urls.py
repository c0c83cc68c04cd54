"""The outbox, which exists in embedded mode only, and the letters that did not arrive."""

from django.urls import path

from lms.mail import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<uuid:letter_id>/", views.outbox_letter, name="outbox-letter"),
    path("letters/", views.letters, name="letters"),
    path("letters/again/", views.letter_again, name="letter-again"),
]
