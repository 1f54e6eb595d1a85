"""Returns a dict whose keys all have the same hash, which takes hours to fill again.

Earns: 9
Says: next_char_pairs|the submission
"""


def next_char_pairs(text, vocab):
    return {number * (2**61 - 1) for number in range(7)}, {
        n * (2**61 - 1) % 2**63: 0 for n in range(4)
    }, dict.fromkeys(float(n) for n in range(5))
