"""Finding posts by their words: what the database keeps for it, and which posts are wanted."""
