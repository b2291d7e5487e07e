#!/usr/bin/env python3
"""Draws what `sparkspan show` prints of an event log as an SVG: the picture in the README.

    python3 tools/picture.py SPARKSPAN LOG > docs/images/show.svg
"""

import os
import re
import subprocess
import sys
from html import escape

COLUMNS = 112
CELL_WIDTH, CELL_HEIGHT = 7.8, 18
MARGIN = 16
BACKGROUND, FOREGROUND = "#0d1117", "#e6edf3"
# Select Graphic Rendition: what `show` uses of it.
COLOURS = {31: "#ff7b72", 32: "#3fb950", 33: "#d29922", 34: "#58a6ff", 35: "#bc8cff", 36: "#39c5cf"}
# The part of a cell that a block fills, from left and to right, and how strongly.
BLOCKS = {"█": (0, 1, 1), "▌": (0, 0.5, 1), "▐": (0.5, 1, 1), "░": (0, 1, 0.35)}


def runs(line: str):
    """Pieces of one style: the column where each begins, its text, and its style."""
    column, bold, dim, colour = 0, False, False, FOREGROUND
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not piece.startswith("\x1b"):
            if piece:
                yield column, piece, bold, dim, colour
            column += len(piece)
            continue
        for code in (int(code or 0) for code in piece[2:-1].split(";")):
            if code == 0:
                bold, dim, colour = False, False, FOREGROUND
            elif code == 1:
                bold = True
            elif code == 2:
                dim = True
            elif code in COLOURS:
                colour = COLOURS[code]


def block(x: float, y: float, piece: str, colour: str, dim: bool):
    for match in re.finditer(r"[█▌▐░]+", piece):
        first, last = match.group()[0], match.group()[-1]
        left = x + (match.start() + BLOCKS[first][0]) * CELL_WIDTH
        right = x + (match.end() - 1 + BLOCKS[last][1]) * CELL_WIDTH
        opacity = BLOCKS[first][2] * (0.6 if dim else 1)
        yield (
            f'<rect x="{left:.1f}" y="{y - CELL_HEIGHT * 0.68:.1f}" width="{right - left:.1f}" height="{CELL_HEIGHT * 0.72:.1f}" '
            f'rx="2" fill="{colour}" opacity="{opacity:.2g}"/>'
        )


def text(x: float, y: float, piece: str, bold: bool, dim: bool, colour: str):
    """Words apart: a viewer's font may be wider or narrower, and each word still begins in its column."""
    for match in re.finditer(r"\S+(?: \S+)*", re.sub(r"[█▌▐░]", " ", piece)):
        style = (' font-weight="bold"' if bold else "") + (' opacity="0.65"' if dim else "")
        width = len(match.group()) * CELL_WIDTH
        yield (
            f'<text x="{x + match.start() * CELL_WIDTH:.1f}" y="{y:.1f}" textLength="{width:.1f}" '
            f'lengthAdjust="spacingAndGlyphs" fill="{colour}"{style}>{escape(match.group())}</text>'
        )


def main() -> None:
    sparkspan, log = sys.argv[1:]
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": str(COLUMNS)}
    command = [sparkspan, "show", "--color", "always", log]
    lines = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout.rstrip("\n").split("\n")
    width, height = 2 * MARGIN + COLUMNS * CELL_WIDTH, 2 * MARGIN + len(lines) * CELL_HEIGHT
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-family="ui-monospace, monospace" font-size="13">')
    print("<title>A Spark application as sparkspan show draws it</title>")
    print(f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>')
    for row, line in enumerate(lines):
        y = MARGIN + (row + 0.75) * CELL_HEIGHT
        for column, piece, bold, dim, colour in runs(line):
            x = MARGIN + column * CELL_WIDTH
            print(*block(x, y, piece, colour, dim), *text(x, y, piece, bold, dim, colour), sep="", end="")
        print()
    print("</svg>")


if __name__ == "__main__":
    main()
