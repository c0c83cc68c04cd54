"""Files that people send: what they are, how they are called, how they come in and how they are given out. Of whom and where they are
kept, this knows nothing."""
