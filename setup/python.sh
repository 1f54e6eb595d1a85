#!/usr/bin/env bash
# Makes the virtual environment named by the first argument, with everything pinned.
set -euo pipefail
venv=$1
# Debian's own comes first: it is built with profiles, and runs a third faster than what pyenv
# builds unless told otherwise.
candidates=(/usr/bin/python3 python3)
[ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
recent=
python=
for candidate in "${candidates[@]}"; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    recent=${recent:-$candidate}
    "$candidate" -c 'import ensurepip, venv' 2>/dev/null || continue
    python=$candidate
    break
done
if [ -z "$recent" ]; then
    echo "Python 3.11 or later is needed: install python3, or set PYTHON to one." >&2
    exit 2
fi
if [ -z "$python" ]; then
    python=$recent
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Python's venv module is missing: sudo apt-get install python3-venv" >&2
        exit 2
    fi
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "Setting up $venv (a few minutes the first time) ..."
# torch first and by its exact version: a range would find a build for graphics cards.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$(grep '^torch==' constraints.txt)" \
    -c constraints.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
