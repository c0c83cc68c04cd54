"""What `make test`, `make check` and their relatives do."""
