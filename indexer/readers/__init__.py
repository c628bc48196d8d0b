"""One module per format; each holds one function from a path to a Reading."""
