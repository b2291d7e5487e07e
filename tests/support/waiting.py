"""Waiting for what has to become true; tests never sleep for a time instead."""

import time


def wait_until(what, look, seconds=300):
    """What `look` finds, once that is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return found
