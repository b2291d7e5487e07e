"""What the package promises of itself: the Python that it runs on, its types, and that it needs nothing."""

import ast
import subprocess
import sys
import unittest
from pathlib import Path

import sparkspan

PACKAGE = Path(sparkspan.__file__).parent


class Language(unittest.TestCase):
    def test_every_module_is_python_3_8(self):
        modules = sorted(PACKAGE.glob("*.py"))
        self.assertTrue(modules)
        for module in modules:
            with self.subTest(module.name):
                ast.parse(module.read_text(encoding="utf-8"), module.name, feature_version=(3, 8))

    def test_it_is_marked_as_typed(self):
        self.assertTrue((PACKAGE / "py.typed").is_file())

    def test_importing_it_imports_neither_spark_nor_opentelemetry(self):
        """Guarantees: importing costs what its own few modules cost, in a worker and on the driver."""
        code = "import sparkspan, sys; print([name for name in sys.modules if name.partition('.')[0] in ('pyspark', 'opentelemetry')])"
        imported = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True)
        self.assertEqual(imported.stdout.strip(), "[]")

    def test_the_command_is_installed_with_it(self):
        command = [str(Path(sys.executable).with_name("sparkspan")), "--version"]
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        self.assertRegex(told.stdout, r"^sparkspan \d")

    def test_the_jar_is_installed_with_it(self):
        self.assertEqual(Path(sparkspan.jar()).parent, PACKAGE)


if __name__ == "__main__":
    unittest.main()
