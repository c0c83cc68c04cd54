"""Where sockets lead."""

from django.urls import path

from live import consumers

websocket_urlpatterns = [
    path("ws/me/", consumers.own_socket),  # type: ignore[arg-type]
    path("ws/room/<uuid:room>/", consumers.room_socket),  # type: ignore[arg-type]  # an ASGI application, no view
]
