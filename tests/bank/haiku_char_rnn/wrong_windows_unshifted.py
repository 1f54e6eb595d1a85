"""Targets are the inputs themselves. Loses: windows_meet, other_windows, better_than_bigrams, held_back_poems"""

def windows(stream, window):
    if window < 1:
        raise ValueError("window below 1")
    inputs = stream[:, :-1]
    starts = range(0, inputs.shape[1], window)
    return [(inputs[:, i : i + window], inputs[:, i : i + window]) for i in starts]
