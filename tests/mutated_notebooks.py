"""Notebooks changed at random, the same for the same seed: in their JSON, then in their bytes."""

import contextlib
import copy
import json
import random
from typing import Any

from broken_notebooks import Notebook, output, role, solved

ODD: list[Any] = [
    None, True, False, 0, -1, 10**30, 1e308, float("nan"), float("-inf"), "", " ", "\0", "x" * 5000,
    "\ud800", "\u202e\u2066\x1b[31m", "<script>alert(1)</script>", "$\\href{javascript:x}{y}$",
    "code", "markdown", "raw", "stream", "error", "display_data", "execute_result", "shapes",
    "accuracy", "solution-fit", [], [[]], {}, [None], {"": {"": []}}, {"nbgrader": 3}, ["a\n", 3],
]  # fmt: skip
KEYS = [
    "cells", "cell_type", "source", "outputs", "metadata", "data", "text", "text/html", "name",
    "id", "output_type", "traceback", "nbgrader", "grade_id", "grade", "solution", "locked",
    "points", "schema_version", "attachments", "worksheets", "input", "nbformat",
    "nbformat_minor",
]  # fmt: skip
OUTPUTS: list[Any] = [
    output({"text/plain": "10.0"}),
    output({"text/html": "<table><tr><td>1<svg onload=x>", "image/png": "iVBORw0KGgo="}),
    output({"application/vnd.jupyter.widget-view+json": '{"model_id": 3}', "text/latex": "$x$"}),
    {"output_type": "stream", "name": "stderr", "text": ["a\r", "b\x1b[0m\n"] * 50},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mno\x1b[0m"]},
    {"output_type": "update_display_data", "data": {"text/markdown": "# hi"}, "metadata": {}},
    {"output_type": "pyout", "text": "1", "prompt_number": 3},
]


def mutated(seed: int) -> bytes:
    """The right solution of hello_rnn after some accidents."""
    chance = random.Random(seed)
    notebook: Any = _with_outputs(solved())
    for _ in range(chance.choice([1, 2, 3, 5, 8, 30])):
        with contextlib.suppress(RecursionError):  # too deep to be copied
            notebook = _change(notebook, chance)
    data = json.dumps(notebook, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
    for _ in range(chance.choice([0, 0, 0, 1, 1, 3])):
        data = _damage(data, chance)
    return data


def _with_outputs(notebook: Notebook) -> Notebook:
    role(notebook, "solution-fit")["outputs"] = copy.deepcopy(OUTPUTS)
    picture = {"a.png": {"image/png": "iVBORw0KGgo="}}
    notebook["cells"].append(
        {"cell_type": "markdown", "id": "mine", "metadata": {}, "attachments": picture,
         "source": "# Mine\n\n![](attachment:a.png) <b>bold</b> $x$"}
    )  # fmt: skip
    return notebook


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a tree."""
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict | list):
            pairs = list(at.items()) if isinstance(at, dict) else list(enumerate(at))
            found += [(at, key) for key, _ in pairs]
            waiting += [value for _, value in pairs]
    return found


def _change(notebook: Any, chance: random.Random) -> Any:
    """The tree with one change in it; now and then to the whole of it."""
    places = _places(notebook)
    if not places or chance.random() < 0.005:
        return chance.choice([*ODD, [notebook], {"cells": notebook}])
    at, key = chance.choice(places)
    match chance.randrange(9):
        case 0:
            del at[key]
        case 1:
            at[key] = copy.deepcopy(chance.choice(ODD))
        case 2:
            other, place = chance.choice(places)
            at[key], other[place] = copy.deepcopy(other[place]), copy.deepcopy(at[key])
        case 3 if isinstance(at, list):
            at.insert(chance.randrange(len(at) + 1), copy.deepcopy(at[key]))
        case 4 if isinstance(at, list):
            chance.shuffle(at)
        case 5 if isinstance(at, dict):
            at[chance.choice(KEYS)] = at.pop(key)
        case 6:
            for _ in range(chance.choice([3, 100])):
                at[key] = [at[key]] if chance.random() < 0.5 else {chance.choice(KEYS): at[key]}
        case 7 if isinstance(at, dict):
            at[chance.choice(KEYS)] = copy.deepcopy(chance.choice([*ODD, *OUTPUTS]))
        case _:
            at[key] = copy.deepcopy(chance.choice(OUTPUTS))
    return notebook


def _damage(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    match chance.randrange(6):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + chance.randbytes(chance.choice([1, 4, 64])) + data[place:]
        case 2:
            return data[:place] + data[place + chance.choice([1, 20, 500]) :]
        case 3:
            return data[:place] + data[place - 300 : place] + data[place:]
        case 4:
            changed = bytearray(data)
            for spot in chance.sample(range(len(data)), min(len(data), 3)):
                changed[spot] ^= 1 << chance.randrange(8)
            return bytes(changed)
    return data.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32", "cp1252"]),
                                                 "replace")  # fmt: skip
