"""Measurements. Absolute times mean little on a shared machine: read the ratios and the CPU seconds."""
