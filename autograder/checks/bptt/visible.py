"""Visible checks of `bptt`: they run on the student's machine too."""

import functools

from autograder.checks import check, expect
from autograder.checks.bptt import reference
from autograder.checks.bptt.reference import are_gradients, are_norms, ask, is_double, is_near

FORWARD = "each state is tanh(W_x x[t] + W_h h[t-1] + b), and the first starts from h0"
ROWS = "one row for each step, h0 not among them"
MESSAGES = {
    "b": "three things happen to a message: it joins dh[t], it meets the slope 1 - h[t]^2, and it "
    "goes back through W_h transposed; is one missing, or out of order?",
    "h0": "after step 0 the message goes through W_h once more, and no further tanh",
}
WEIGHTS = {
    "W_h": "W_h is multiplied by the state *before* the step, h[t-1], which is h0 at step 0; and "
    "its gradient is summed over all steps",
    "W_x": "W_x is multiplied by x[t], and its gradient is summed over all steps",
}
LOCAL = {
    **WEIGHTS,
    "b": "with window 1 nothing is sent from one step to an earlier one",
    "h0": "with window 1 only dh[0] reaches step 0, and h0 through it",
}


@check("shapes", points=0.5, hint="Collect one row a step, and stack them. Which dtype have they?")
def test_forward_shape(submission, probes):
    """rnn_forward returns one state a step, in the dtype given"""
    h = ask(submission, probes, "rnn_forward", *_case().forward)
    is_double(h, (5, 3), "rnn_forward", ROWS)


@check("shapes", points=0.5, hint="Work out h[0] by hand from x[0] and h0, then h[1] from h[0].")
def test_forward_values(submission, probes):
    """rnn_forward follows the recurrence, from h0 on"""
    h = ask(submission, probes, "rnn_forward", *_case().forward)
    is_near(h, _case().h, "rnn_forward", FORWARD)


@check("gradients", points=0.5, hint="A gradient has the shape of what it is the gradient of.")
def test_bptt_returns(submission, probes):
    """bptt returns gradients of W_x, W_h, b and h0, in their shapes and the dtype given"""
    value = ask(submission, probes, "bptt", *_case().backward)
    given = expect.is_dict(value, reference.KEYS, "bptt", "return the four by name, in one dict")
    for key, gradient in _gradients().items():
        shape = tuple(gradient.shape)
        cause = "a gradient has the shape of what it is for"
        is_double(given[key], shape, f"bptt: gradient of {key}", cause)


@check("gradients", points=1, hint="Try T = 1 first: who listens to h[0], and to h0? Then T = 2.")
def test_bptt_messages(submission, probes):
    """bptt sends messages back through all steps: the gradients of b and h0"""
    value = ask(submission, probes, "bptt", *_case().backward)
    causes = MESSAGES
    if isinstance(value, dict) and _is_local(value.get("b")):
        causes = {"b": "nothing is sent from step t + 1 to step t"}
    are_gradients(value, _gradients(), "bptt", causes, "b", "h0")


@check("gradients", points=0.5, hint="What does each weight multiply at step t?")
def test_bptt_weights(submission, probes):
    """bptt sums what every step says to the weights: the gradients of W_x and W_h"""
    value = ask(submission, probes, "bptt", *_case().backward)
    are_gradients(value, _gradients(), "bptt", WEIGHTS, "W_h", "W_x")


@check("gradients", points=0.5, hint="With window 1 each step is on its own. What reaches h0 then?")
def test_window_of_one(submission, probes):
    """truncated_bptt with window 1 sends nothing from step to step"""
    value = ask(submission, probes, "truncated_bptt", *_case().backward, 1)
    are_gradients(value, _gradients(1), "truncated_bptt, window 1", LOCAL)


@check("gradients", points=0.5, hint="How many steps does the last dh have before it?")
def test_wide_windows(submission, probes):
    """truncated_bptt with a window of T or more gives the gradients in full"""
    for window in (5, 9):
        value = ask(submission, probes, "truncated_bptt", *_case().backward, window)
        cause = "every dh[t] reaches all steps from t to 0, and h0: nothing is cut off"
        causes = dict.fromkeys(reference.KEYS, cause)
        are_gradients(value, _gradients(), f"truncated_bptt, T = 5, window {window}", causes)


@check("gradients", points=0.5, hint="One step back, h[T-1] depends on h[T-2] through which two?")
def test_first_norms(submission, probes):
    """jacobian_norms gives T numbers, the first of them 1, and is right one step back"""
    case = _case()
    value = ask(submission, probes, "jacobian_norms", case.h, case.W_h)
    is_double(value, (5,), "jacobian_norms", "one norm for each lag k = 0, ..., T-1")
    wanted = reference.norms(case)
    cause = "no step lies between a state and itself: that is the identity, whose norm is 1"
    are_norms(value[:1], wanted[:1], "jacobian_norms", cause)
    cause = "d h[T-1] / d h[T-2] is diag(1 - h[T-1]^2) W_h, and the norm its largest singular value"
    are_norms(value[:2], wanted[:2], "jacobian_norms", cause)


# What to expect is the same for every submission: it is worked out once in a process.


@functools.cache
def _case():
    return reference.case(steps=5, inputs=2, hidden=3, scale=1.2)


@functools.cache
def _gradients(window=None):
    return reference.gradients(_case(), window)


def _is_local(value):
    try:
        is_near(value, _gradients(1)["b"], "")
    except expect.CheckFailed:
        return False
    return True
