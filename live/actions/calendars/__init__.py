"""What calendar programs are told: the feed's address, dates as they move, invitations by letter."""
