"""A negative window gives no windows at all. Loses: other_windows"""

def windows(stream, window):
    inputs, targets = stream[:, :-1], stream[:, 1:]
    starts = range(0, inputs.shape[1], window)
    return [(inputs[:, i : i + window], targets[:, i : i + window]) for i in starts]
