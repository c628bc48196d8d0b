"""What is read of a package whose files hung or ended the process: their names."""

from indexer.readers.bundle import read_names as read

__all__ = ["read"]
