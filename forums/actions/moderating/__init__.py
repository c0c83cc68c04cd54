"""What members and trainers do so that everybody can go on talking, one file per noun.

Locks are taken as in `forums.actions.posting`: who acts, then the thread. Whatever is done to somebody's words is told to them in
full (`forums.actions.telling`).
"""
