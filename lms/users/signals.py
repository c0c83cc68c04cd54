"""News from here, for those above."""

from django.dispatch import Signal

# sender: Invitation class; kwargs: invitation, person. Inside the transaction that accepted it.
invitation_accepted = Signal()
# sender: User class; kwargs: person, session_keys (list of session keys that ended, or None for all of the person's).
# Inside the transaction that ended them.
sessions_ended = Signal()
