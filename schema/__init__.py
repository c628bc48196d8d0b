"""The language of the archive: what a point, a unit, a document and a gap are. Pure values and rules, standard library only."""
