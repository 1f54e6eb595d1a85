"""Pairs without the batch axis in front. Loses: pairs_of_hello, pairs_of_other_words"""


def next_char_pairs(text, vocab):
    tokens = encode(text, vocab)
    return tokens[:-1], tokens[1:]
