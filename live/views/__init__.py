"""The pages of the live rooms."""
