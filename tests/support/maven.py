"""Jars from Maven Central, by way of the cache."""

import subprocess
import sys

import environment

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def copy(artifact, directory):
    """Copies one jar, named by group, artifact and version, into a directory."""
    run(f"{PLUGIN}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={directory}")


def copy_dependencies(project, directory, *options):
    """Copies what a project depends on into a directory."""
    run("--file", project, f"{PLUGIN}:copy-dependencies", f"-DoutputDirectory={directory}", *options)


def run(*arguments):
    command = ["mvn", "--batch-mode", "--quiet", "--no-transfer-progress", f"-Dmaven.repo.local={environment.cache() / 'maven'}", *arguments]
    subprocess.run(command, stdout=sys.stderr, check=True)
