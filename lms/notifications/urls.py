"""What waits for a person, and how they hear of it."""

from django.urls import path

from lms.notifications import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.notices_read, name="notices-read"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("account/notifications/", views.preferences, name="notification-preferences"),
    path("account/notifications/push/on/", views.push_on, name="push-on"),
    path("account/notifications/push/off/", views.push_off, name="push-off"),
    path("push-worker.js", views.push_worker, name="push-worker"),
]
