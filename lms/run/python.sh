#!/bin/sh
# Runs what follows with a good enough Python: $PYTHON if it is given, else the first of these that is 3.11 or newer.
# The name alone proves nothing (a shim may stand there without a Python behind it), so each is asked.
good() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
    good "$PYTHON" && exec "$PYTHON" "$@"
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer. Leave PYTHON away, or name a newer one." >&2
    exit 1
fi
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
    good "$python" && exec "$python" "$@"
done
echo "Python 3.11 or newer is needed and was not found. Install it (on Debian and Ubuntu: apt-get install python3 python3-venv), or name one: make run PYTHON=/path/to/python3" >&2
exit 1
