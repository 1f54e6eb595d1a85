"""Checks of `delayed_recall`."""
