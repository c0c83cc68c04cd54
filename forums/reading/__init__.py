"""What pages of the forum show, gathered in a few queries."""
