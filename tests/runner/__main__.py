"""Runs parts of the suite one after the other and sums them up.

python -m tests.runner sqlite postgres browser faults
"""

import os
import signal
import sys
import time

from tests.runner.parts import PARTS, Result, run


def say(words: str = "") -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def table(results: list[Result], seconds: float) -> list[str]:
    width = max(len(result.part.title) for result in results)
    lines = [f"  {result.part.title:<{width}}  {result.seconds:6.1f} s  {result.words}" for result in results]
    lines += [f"  {'Together':<{width}}  {seconds:6.1f} s"]
    lines += [f"  Passed only at a second try, alone: {name}" for result in results for name in result.second_try]
    return lines + [f"  Left out: {result.left_out}" for result in results if result.left_out]


def main(names: list[str]) -> int:
    """0 if everything that ran went well, and, with CI=true, if everything ran."""
    # An ordinary end lets `finally` stop the servers we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    must_run = os.environ.get("CI", "").lower() in {"1", "true"}
    began = time.monotonic()
    results = []
    for name in names:
        say(f"\n--- {PARTS[name].title}")
        results.append(run(PARTS[name]))
        say(results[-1].left_out or f"--- took {results[-1].seconds:.1f} s")
    say()
    for line in table(results, time.monotonic() - began):
        say(line)
    say()
    say(f"Tests: {sum(r.passed for r in results)} passed, {sum(r.failed for r in results)} failed")
    return 0 if all(result.is_good(must_run=must_run) for result in results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
