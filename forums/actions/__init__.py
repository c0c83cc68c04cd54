"""Everything that writes in a forum, one file per noun."""
