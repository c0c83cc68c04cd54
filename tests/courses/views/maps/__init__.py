"""The pages of relational maps, and what may stand on one."""
