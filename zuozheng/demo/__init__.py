"""A fictitious district: its register of units and an inbox of real files; the same bytes at every run."""
