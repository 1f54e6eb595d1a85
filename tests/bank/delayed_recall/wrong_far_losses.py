"""Returns the losses instead of the model. Loses: recalls_twenty"""

def recall_far(delay, length, vocab_size, seed=0):
    model = RecallRNN(vocab_size, 16, 64)
    return train_recall(model, delay, length, vocab_size, 2, seed=seed)
