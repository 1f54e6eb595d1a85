"""Windows start every half window. Loses: windows_meet, other_windows"""

def windows(stream, window):
    if window < 1:
        raise ValueError("window below 1")
    inputs, targets = stream[:, :-1], stream[:, 1:]
    starts = range(0, inputs.shape[1], max(1, window // 2))
    return [(inputs[:, i : i + window], targets[:, i : i + window]) for i in starts]
