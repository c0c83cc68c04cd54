"""What is sealed opens in its own place and nowhere else."""
