"""A journal as a file: made once, for its owner, taken once, gone after a day."""
