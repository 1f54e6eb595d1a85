"""A real Jupyter server for tests in a browser, which touches nothing of the user's."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SCREENSHOTS = REPO / "screenshots"
TOKEN = "only-for-this-test"

chromium = shutil.which("chromium")
in_a_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium is None, reason="needs Chromium: sudo apt-get install chromium"),
]


@contextlib.contextmanager
def jupyter(program: str, folder: Path, own: Path) -> Iterator[str]:
    """The address of `jupyter server` or `jupyter lab` in `folder`, on a free port of loopback.

    Its settings, data and home are in `own`. Whoever comes needs `TOKEN`.
    """
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
              "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "HOME")  # fmt: skip
    with (own / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", program, "--no-browser", "--allow-root",
             "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
             f"--IdentityProvider.token={TOKEN}"],
            cwd=folder, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **dict.fromkeys(places, str(own)), "PYTHONPATH": str(REPO)},
        )  # fmt: skip
    try:
        yield _address(process, own)
    finally:
        process.terminate()  # it ends its kernels, which are in groups of their own
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(process: subprocess.Popen[bytes], own: Path) -> str:
    while process.poll() is None:
        for path in own.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError, KeyError):
                port = json.loads(path.read_text())["port"]
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/api")
                if connection.getresponse().status == 200:
                    return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise AssertionError((own / "log").read_text())
