"""A real Jupyter server and a real browser for tests; neither touches anything of the user's."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parent.parent
SCREENSHOTS = REPO / "screenshots"
TOKEN = "only-for-this-test"

chromium = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    chromium is None, reason="needs Chromium: sudo apt-get install chromium"
)
in_a_browser = [pytest.mark.slow, needs_chromium]


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


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Chromium, of which `playwright` opens pages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def answer(route: Any) -> None:
    """Nothing leaves this machine; the formulas' program comes from a package instead."""
    import jupyter_server_mathjax

    url = route.request.url
    files = Path(jupyter_server_mathjax.__file__).parent / "static"
    name = url.partition("/mathjax/2.7.7/")[2].partition("?")[0]
    if name == "latest.js":
        start = url.replace("latest.js", "MathJax.js")
        script = f"document.write('<script src=\"{start}\"></' + 'script>')"
        route.fulfill(body=script, content_type="text/javascript")
    elif name == "config/TeX-AMS_CHTML-full.js":
        like = (files / "config" / "TeX-AMS-MML_HTMLorMML-full.js").read_text(encoding="utf-8")
        body = like.replace("TeX-AMS-MML_HTMLorMML-full", "TeX-AMS_CHTML-full")
        route.fulfill(body=body, content_type="text/javascript")
    elif name and (files / name).is_file():
        route.fulfill(path=files / name)
    elif re.match(r"file:|data:|http://127\.0\.0\.1:(?!9/)", url):
        route.continue_()
    else:
        route.abort()
