"""A good memory is taken to be always right.
Loses: ceiling_of_five, ceiling_at_random, ceiling_at_the_edges"""

def best_possible_accuracy(bits, targets):
    return 1.0
