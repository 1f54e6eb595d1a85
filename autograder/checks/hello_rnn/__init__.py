"""Checks of `hello_rnn`."""
