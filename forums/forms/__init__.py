"""What comes in, one file per noun."""
