"""Reading, tagging and search: everything that looks inside a document."""
