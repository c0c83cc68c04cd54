"""What `make run` does: prepares one machine and keeps the site's processes going on it."""
