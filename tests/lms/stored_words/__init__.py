"""S10: attacks through every text field of every form, looked at on each page that shows them."""
