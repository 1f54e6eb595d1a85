"""The remainder is dropped at the beginning. Loses: batchify_rows, other_rows"""

def batchify(ids, batch_size):
    if len(ids) < batch_size:
        raise ValueError("too few characters")
    return ids[len(ids) % batch_size :].view(batch_size, -1)
