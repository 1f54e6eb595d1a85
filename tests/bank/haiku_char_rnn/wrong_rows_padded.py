"""The remainder is padded to a longer row instead of dropped. Loses: batchify_rows, other_rows"""

import torch.nn.functional as F


def batchify(ids, batch_size):
    if len(ids) < batch_size:
        raise ValueError("too few characters")
    length = -(-len(ids) // batch_size)
    return F.pad(ids, (0, length * batch_size - len(ids))).view(batch_size, length)
