"""How this package says that it cannot do what it was asked to."""

import warnings


class SparkspanWarning(UserWarning):
    """Something is not traced as it was meant to be. Whatever it is, the application runs on."""


def warn(message: str) -> None:
    """Warns at the line that called a public function of this package."""
    warnings.warn(message, SparkspanWarning, stacklevel=3)
