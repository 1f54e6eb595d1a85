"""decode joins with spaces. Loses: round_trip, empty_text"""

def decode(ids, vocab):
    letters = list(vocab)
    return " ".join(letters[i] for i in ids)
