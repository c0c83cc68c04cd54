"""A person's own account."""

from django.urls import path

from lms.users import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/sign-ins/", views.sign_ins, name="sign-ins"),
    path("account/sign-ins/others/end/", views.sign_ins_end_others, name="sign-ins-end-others"),
    path("account/sign-ins/<int:sign_in_id>/end/", views.sign_in_end, name="sign-in-end"),
    path("theme/", views.theme_set, name="theme-set"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
