#!/bin/sh
# Sets up a fresh machine.
#   setup.sh packages run|test|dist|wine   system packages listed in installer/linux/packages-*.txt (Debian, Ubuntu)
#   setup.sh python PYTHON VENV            virtual environment with everything pyproject.toml names
# On macOS and Windows there are no system packages: every library comes with its wheel.
set -eu

packages() {
    list="installer/linux/packages-$1.txt"
    [ "$(uname -s)" = Linux ] || return 0
    wanted=$(sed 's/#.*//' "$list")
    missing=
    for name in $wanted; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Please install what corresponds to these Debian packages:$missing" >&2
        return 0
    fi
    root=
    [ "$(id -u)" = 0 ] || root=sudo
    echo "Installing:$missing"
    $root apt-get update -q
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

python() {
    interpreter=$1 venv=$2
    "$interpreter" - <<'CHECK'
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit("softphone needs Python 3.11 or 3.12; choose one with: make PYTHON=python3.11")
CHECK
    [ -x "$venv/bin/python" ] || "$interpreter" -m venv "$venv"
    "$venv/bin/pip" install --disable-pip-version-check -q -c installer/constraints.txt -e '.[dev]'
}

case $1 in
    packages) packages "$2" ;;
    python) python "$2" "$3" ;;
    *) echo "usage: setup.sh packages run|test|dist|wine | python PYTHON VENV" >&2; exit 2 ;;
esac
