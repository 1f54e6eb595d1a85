"""Checks of `memorization`."""
