"""What changes in the live rooms, and what must never."""
