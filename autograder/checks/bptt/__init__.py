"""Checks of `bptt`."""
