from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "lms.users"
    label = "users"

    def ready(self) -> None:
        from lms.users import receivers  # noqa: F401  (connects them)
