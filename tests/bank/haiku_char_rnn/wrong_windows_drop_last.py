"""A shorter last window is dropped. Loses: windows_meet, other_windows"""

def windows(stream, window):
    if window < 1:
        raise ValueError("window below 1")
    starts = range(0, stream.shape[1] - window, window)
    return [(stream[:, i : i + window], stream[:, i + 1 : i + 1 + window]) for i in starts]
