"""Targets are the inputs themselves. Loses: pairs_of_hello, pairs_of_other_words"""


def next_char_pairs(text, vocab):
    tokens = encode(text, vocab)[None]
    return tokens[:, :-1], tokens[:, :-1]
