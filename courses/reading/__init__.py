"""What pages of a course show, by noun, gathered in a few queries whatever the size of the course."""
