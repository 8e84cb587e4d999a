"""What the user sees: steps with their time, and problems with their remedy."""

import sys
import time


class Problem(Exception):
    """Something the user can mend: one clear sentence that names the remedy."""


def say(text=""):
    """Tell the user something; results go to stdout, what we are doing to stderr."""
    print(text, file=sys.stderr, flush=True)


class Step:
    """One line per piece of work: its name first, its time when it is done.

    ``detail`` shows how far it is: in place on a terminal, otherwise a line every
    ten seconds, so that a log file stays readable.
    """

    def __init__(self, title):
        self.title = title
        self.live = sys.stderr.isatty()

    def __enter__(self):
        self.start = self.spoken = time.monotonic()
        self._write(f"  … {self.title}", end="" if self.live else "\n")
        return self

    def detail(self, text):
        now = time.monotonic()
        if self.live:
            self._write(f"\r\033[K  … {self.title}: {text[:60]}", end="")
        elif now - self.spoken > 10:
            self.spoken = now
            self._write(f"    {text[:80]}")

    def __exit__(self, kind, error, trace):
        mark = "✗" if kind else "✓"
        seconds = time.monotonic() - self.start
        line = f"  {mark} {self.title} ({seconds:.1f} s)"
        self._write(f"\r\033[K{line}" if self.live else line)

    def _write(self, text, end="\n"):
        print(text, end=end, file=sys.stderr, flush=True)
