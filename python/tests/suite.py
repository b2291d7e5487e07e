"""Runs test modules in the Python that runs it; its last line counts as cargo does."""

import sys
import unittest

if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:]))
    failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
    passed = max(result.testsRun - failed - skipped, 0)
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed; {skipped} ignored")
    sys.exit(bool(failed))
