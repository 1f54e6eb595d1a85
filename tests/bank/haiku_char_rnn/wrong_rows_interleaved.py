"""Rows hold every B-th character instead of stretches. Loses: batchify_rows, other_rows, better_than_bigrams, held_back_poems"""

def batchify(ids, batch_size):
    length = len(ids) // batch_size
    if length == 0:
        raise ValueError("too few characters")
    return ids[: batch_size * length].view(length, batch_size).t().contiguous()
