"""Intake, storage and catalogue: the archive tree is the truth, the catalogue its list."""
