"""No return in recall_far. Loses: recalls_twenty"""

def recall_far(delay, length, vocab_size, seed=0):
    RecallRNN(vocab_size, 16, 64)
