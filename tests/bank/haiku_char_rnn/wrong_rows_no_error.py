"""Too few characters give empty rows. Loses: other_rows"""

def batchify(ids, batch_size):
    length = len(ids) // batch_size
    return ids[: batch_size * length].reshape(batch_size, length)
