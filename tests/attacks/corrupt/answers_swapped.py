"""Returns one function's results from another, and other types under the right names.

Earns: 5
Says: expected
"""


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        return "hell", {"hidden": [hidden]}, torch.zeros(2)

    def init_hidden(self, batch_size):
        return "0"

    def state_dict(self, *args, **kwargs):
        return [("embed.weight", 1), ("rnn.weight", 2), ("fc.weight", 3)]
