"""Guesses the numbers of the requests to come and answers them all, in order, ahead of time.

Earns: 0
Says: expected|out of turn
On: stub
"""

from inside import host, wire

served = host._check


def answer_all(sock, module, seq, limits):
    guess = wire.plain([torch.zeros(1, 4, dtype=torch.int64)] * 2, None, 2**20)
    for number in range(seq, seq + 100):
        wire.send(sock, wire.Returned(number, guess))
    served(sock, module, seq, limits)


host._check = answer_all
