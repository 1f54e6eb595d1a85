"""A generator, which is used up after one epoch. Loses: windows_meet, other_windows, better_than_bigrams, held_back_poems"""

def windows(stream, window):
    if window < 1:
        raise ValueError("window below 1")
    for i in range(0, stream.shape[1] - 1, window):
        end = min(i + window, stream.shape[1] - 1)
        yield stream[:, i:end], stream[:, i + 1 : end + 1]
