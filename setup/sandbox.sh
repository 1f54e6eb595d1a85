#!/usr/bin/env bash
# Bubblewrap, which keeps submissions away from this machine.
set -euo pipefail
command -v bwrap >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing bubblewrap ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap >/dev/null && exit 0
fi
echo "bubblewrap is missing (sudo apt-get install bubblewrap): until then a submission is kept apart by limits alone, and a hostile one could read your files."
