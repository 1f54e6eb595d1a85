"""`python tests/fuzz_wire.py [RUNS]`: the trusted side against a hostile sandbox, led by coverage.

The same conversations as in test_wire_fuzz.py, but libFuzzer chooses: what reaches code that was
not reached before is kept, and built upon. Of the tools that do this for Python, atheris (Google's;
releases in 2025 and 2026; one wheel, for CPython on Linux, that needs nothing else) takes our
conversations as they are, and watches time and memory; HypoFuzz brings a web server and its like.
`make test` needs neither: there Hypothesis spoils some hundred conversations, led by chance.

Prints how many branches of the kit have been reached after how many conversations. Exit status 1
if an exception got out, a conversation took 10 s, or memory came to 1 GiB; 2 without atheris.
"""

import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 50_000
SEEDS = 300
"""Conversations to begin with, of random numbers."""
_LINE = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)")


def main() -> int:
    """Start the fuzzer as a process of its own, as it ends its own; tell what it tells in short."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for seed in range(SEEDS):
            (Path(folder) / f"seed-{seed}").write_bytes(random.Random(seed).randbytes(600))
        limits = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=2000", "-seed=1"]
        command = [sys.executable, __file__, "inside", folder, f"-runs={runs}", *limits]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
        ) as fuzzer:
            assert fuzzer.stdout is not None
            last = _follow(fuzzer.stdout)
        if fuzzer.returncode:
            print(*last, sep="\n")
            for path in Path(folder).glob("*-*[0-9a-f]"):
                if not path.name.startswith("seed-"):
                    print(f"reproduce with: {path.read_bytes()!r}")
        return {0: 0, 2: 2}.get(fuzzer.returncode, 1)


def _follow(lines) -> list[str]:
    """Print a row of figures as often as conversations double; the last lines that are no row."""
    print("conversations  branches  with counts  kept inputs", flush=True)
    last, shown = [], 0
    row = ""
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            last = [*last[-20:], line.rstrip()]
            continue
        done, *rest = map(int, match.groups())
        row = f"{done:13}  {rest[0]:8}  {rest[1]:11}  {rest[2]:11}"
        if done >= 2 * shown:
            print(row, flush=True)
            shown, row = done, ""
    if row:
        print(row, flush=True)
    return last


def fuzz() -> None:
    """Hand conversation after conversation to the trusted side; never returns."""
    try:
        import atheris
    except ImportError:
        told = "atheris is missing (a wheel for CPython on Linux): `make fuzz` installs it."
        print(told, file=sys.stderr)
        sys.exit(2)
    with atheris.instrument_imports(include=["autograder", "wire_peer"]):
        import wire_peer

    def one(data: bytes) -> None:
        chosen = atheris.FuzzedDataProvider(data)
        wire_peer.converse(wire_peer.spoilt(lambda n: chosen.ConsumeIntInRange(0, n - 1)))

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz() if sys.argv[1:2] == ["inside"] else sys.exit(main())
