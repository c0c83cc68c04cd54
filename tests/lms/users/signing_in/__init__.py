"""Coming in and going out: passwords, codes by mail, the second step, and what the pages say (S15-S18, S21)."""
