"""Loops for ever in one function, deaf to what asks it to stop.

Earns: 9.5
Says: more than|ended by SIG
"""


def next_char_pairs(text, vocab):
    while text == "hello":
        try:
            while True:
                pass
        except BaseException:
            continue
    tokens = encode(text, vocab)
    return tokens[None, :-1], tokens[None, 1:]
