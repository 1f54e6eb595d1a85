"""Cut first, shifted afterwards: the prediction at each seam is lost. Loses: windows_meet, other_windows"""

def windows(stream, window):
    if window < 1:
        raise ValueError("window below 1")
    pieces = [stream[:, i : i + window] for i in range(0, stream.shape[1], window)]
    return [(piece[:, :-1], piece[:, 1:]) for piece in pieces if piece.shape[1] > 1]
