"""Raises messages that are scripts to a browser, commands to a terminal and markup to a table.

Earns: 8.5
Says: raised Error
"""

HOSTILE = (
    "<script>document.title='hit'</script><img src=x onerror=alert(1)><svg onload=alert(1)>"
    "</td></tr></table><a href='javascript:alert(1)'>10 / 10</a> [bold red]passed[/] {{7*7}} $$\\x$$"
)


class Error(Exception):
    pass


def next_char_pairs(text, vocab):
    raise Error(HOSTILE)


def init_of(batch):
    raise Error(f"\x1b[2J\x1b]0;hit\x07\x1b[1A10 / 10\r{HOSTILE}")


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden

    def init_hidden(self, batch_size):
        if batch_size == 3:
            init_of(batch_size)
        return torch.zeros(1, batch_size, self.rnn.hidden_size)
