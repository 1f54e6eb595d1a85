"""Checks of `haiku_char_rnn`."""
