"""The agreement: writing its text together (`text`, `proposals`), freezing and signing it (`versions`)."""
