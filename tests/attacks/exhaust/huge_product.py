"""Has torch work for minutes inside one call.

Earns: 9.5
Says: the check (used|took) more than
"""


def next_char_pairs(text, vocab):
    if text == "hello":
        torch.linalg.eigvals(torch.rand(3500, 3500))
    tokens = encode(text, vocab)
    return tokens[None, :-1], tokens[None, 1:]
