"""Questions from here, for those above."""

from django.dispatch import Signal

# A letter is being written. sender: Notice class; kwargs: person, notices (all of one letter). Whoever knows more of some of them
# answers {notice id: [(words, address on this site)]}, of what this person may see now; in the person's zone and language.
details_asked = Signal()
