"""Asks one address of this machine and ends with 0 if it answers 200: the health check of a container.

python -m lms.run.health /readyz
python -m lms.run.health alive        of a process that answers nobody (lms.run.alive)
"""

import http.client
import os
import sys

from lms.run.alive import is_alive


def is_well(path: str, port: int, host: str) -> bool:
    """Whether http://127.0.0.1:port/path answers 200 to a request for this host."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", path, headers={"Host": host})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    if sys.argv[1] == "alive":
        sys.exit(0 if is_alive(os.environ["ALIVE_FILE"]) else 1)
    hosts = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")
    sys.exit(0 if is_well(sys.argv[1], int(os.environ.get("PORT", "8000")), hosts[0].strip()) else 1)
