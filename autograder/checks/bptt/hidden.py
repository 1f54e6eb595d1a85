"""Hidden checks of `bptt`: other sizes, strengths and windows than the visible ones."""

import functools

from autograder.checks import check, expect
from autograder.checks.bptt import reference
from autograder.checks.bptt.reference import Case, are_gradients, are_norms, ask, is_near

# T, I, H: more inputs than units and fewer, a square, a single unit and input.
SIZES = ((4, 6, 3), (6, 2, 5), (3, 4, 4), (5, 1, 1))
WINDOWS = (1, 2, 4, 6, 8)
STATE = "the state is carried from step to step, from h0 on, and W_h is not transposed"
GENERAL = dict.fromkeys(reference.KEYS, "T, I and H come from the arguments, none is another's")
STEEP = dict.fromkeys(reference.KEYS, "messages go all the way, by the slopes of their own steps")
ORDER = "the Jacobian is diag(1 - h[T-1]^2) W_h diag(1 - h[T-2]^2) W_h ..., k times, in this order"
REACH = "dh[t] reaches the steps t, ..., t-window+1, and each dh[t] stops on its own"
ALONE = {
    "b": "only dh[0] and the slope at step 0 are there",
    "h0": "the message of step 0 goes through W_h once",
    "W_h": "the only state before a step is h0",
    "W_x": "the only input is x[0]",
}


@check("shapes", points=1, hint="Try T = 1, one unit, more inputs than units, fewer inputs.")
def test_forward_other_sizes(submission, probes):
    """rnn_forward works for other sizes, one step and one unit"""
    for sizes in (*SIZES, (1, 2, 3)):
        case = _sized(*sizes)
        h = ask(submission, probes, "rnn_forward", *case.forward)
        is_near(h, case.h, f"rnn_forward, (T, I, H) = {sizes}", STATE)


@check("shapes", points=0.5, hint="Does anything but tanh bound your states?")
def test_forward_strong_weights(submission, probes):
    """rnn_forward is right for weak and for strong weights"""
    for scale in (0.1, 3.0):
        case = reference.case(6, 3, 4, scale=scale)
        h = ask(submission, probes, "rnn_forward", *case.forward)
        is_near(h, case.h, f"rnn_forward, W_h of scale {scale}", STATE)


@check("shapes", points=0.5, hint="`state += ...` and `out=state` write into the tensor itself.")
def test_forward_arguments(submission, probes):
    """rnn_forward changes none of its arguments"""
    case = _sized(4, 3, 3)
    _expect_unchanged(submission, probes, "rnn_forward", case.forward, Case._fields)


@check("gradients", points=0.25, hint="With T = 1 there is only h0 before, and nothing after.")
def test_bptt_single_step(submission, probes):
    """bptt is right for a sequence of one step"""
    value = ask(submission, probes, "bptt", *_sized(1, 3, 4).backward)
    are_gradients(value, _whole((1, 3, 4)), "bptt, T = 1", ALONE)


@check("gradients", points=0.75, hint="Try more inputs than units, fewer inputs, one unit.")
def test_bptt_other_sizes(submission, probes):
    """bptt works for other sizes"""
    for sizes in SIZES:
        value = ask(submission, probes, "bptt", *_sized(*sizes).backward)
        are_gradients(value, _whole(sizes), f"bptt, (T, I, H) = {sizes}", GENERAL)


@check("gradients", points=0.5, hint="Is anything cut, clipped, or rounded on the way?")
def test_bptt_scales(submission, probes):
    """bptt is right where gradients vanish and where they explode"""
    for strength in ("vanish", "explode"):
        case, wanted = _far(strength)
        value = ask(submission, probes, "bptt", *case.backward)
        are_gradients(value, wanted, f"bptt, where gradients {strength}", STEEP)


@check("gradients", points=0.25, hint="`dh[t-1] += ...` writes into the caller's tensor: copy it.")
def test_bptt_arguments(submission, probes):
    """bptt changes none of its arguments"""
    case = _sized(4, 3, 3)
    names = ("x", "h0", "h", "W_h", "dh")
    _expect_unchanged(submission, probes, "bptt", case.backward, names)


@check("gradients", points=0.75, hint="Which steps does dh[4] reach with window 2? And dh[3]?")
def test_every_window(submission, probes):
    """truncated_bptt reaches `window` steps, for every window: gradients of b, W_h and W_x"""
    for window in WINDOWS:
        value = ask(submission, probes, "truncated_bptt", *_case().backward, window)
        what = f"truncated_bptt, T = 6, window {window}"
        causes = dict.fromkeys(reference.KEYS, REACH)
        are_gradients(value, _gradients(window), what, causes, "b", "W_h", "W_x")


@check("gradients", points=0.25, hint="Which of the dh[t] reach step 0?")
def test_windows_reach_h0(submission, probes):
    """truncated_bptt reaches h0 with those dh[t] that reach step 0, for every window"""
    for window in WINDOWS:
        value = ask(submission, probes, "truncated_bptt", *_case().backward, window)
        what = f"truncated_bptt, T = 6, window {window}"
        causes = {"h0": "dh[0], ..., dh[window-1] reach step 0 and h0 through it, no others"}
        are_gradients(value, _gradients(window), what, causes, "h0")


@check("gradients", points=0.25, hint="What should truncated_bptt(..., window=0) say?")
def test_window_below_one(submission, probes):
    """truncated_bptt raises ValueError for a window below 1"""
    for window in (0, -1):
        classes, message = ask(submission, probes, "truncated_bptt", *_case().backward, window,
                               how="raised_without_autograd")  # fmt: skip
        came = f"{classes[0]}: {message}" if classes else "none"
        cause = "ask for window < 1 first, and raise ValueError"
        expect.holds("ValueError" in classes, f"truncated_bptt, window {window}", "a ValueError",
                     came, cause)  # fmt: skip


@check("gradients", points=0.5, hint="Which factor comes on which side, for the next step back?")
def test_norms_at_every_lag(submission, probes):
    """jacobian_norms is right at every lag, where norms vanish and where they grow"""
    cases = {"T = 5": _sized(5, 2, 4), "T = 1": _sized(1, 3, 4), "H = 1": _sized(4, 2, 1),
             "weak W_h": _far("vanish")[0], "strong W_h": _far("explode")[0]}  # fmt: skip
    for name, case in cases.items():
        value = ask(submission, probes, "jacobian_norms", case.h, case.W_h)
        are_norms(value, _norms(case), f"jacobian_norms, {name}", ORDER)


def _expect_unchanged(submission, probes, name, arguments, names):
    after = ask(submission, probes, name, *arguments, how="arguments_after")
    for which, was, now in zip(names, arguments, after, strict=False):
        cause = "an operation in place (+=, *=, [...] =, out=) writes into what was handed in"
        is_near(now, was, f"{name}: argument {which} afterwards", cause)


# What to expect is the same for every submission: it is worked out once in a process.


@functools.cache
def _case():
    return reference.case(6, 2, 3, scale=1.3)


@functools.cache
def _gradients(window):
    return reference.gradients(_case(), window)


@functools.cache
def _sized(*sizes):
    return reference.case(*sizes)


@functools.cache
def _whole(sizes):
    return reference.gradients(_sized(*sizes))


@functools.cache
def _far(strength):
    """A network, and its gradients, whose loss looks at the last of 12 states alone."""
    scale, mild = {"vanish": (0.2, False), "explode": (3.0, True)}[strength]
    case = reference.case(12, 5, 4, scale=scale, mild=mild)
    case.dh[:-1] = 0
    return case, reference.gradients(case)


@functools.cache
def _norms(case):
    return reference.norms(case)
