"""Measuring in turns, and the table that comes of it."""

import statistics
from dataclasses import dataclass, field


def in_turns(rounds, measures):
    """Calls each of the named functions once a round, so that what else the machine does hits all of them alike.

    Every other round goes backwards: none always comes behind the same other. Gives the results by name.
    """
    results = {name: [] for name in measures}
    for number in range(rounds):
        for name in list(measures) if number % 2 == 0 else reversed(measures):
            results[name].append(measures[name]())
    return results


def ratios(ours, theirs):
    """Round by round."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]


@dataclass
class Row:
    """One line of the table: what is compared, the value of each round, and the target that their median has."""

    what: str
    values: list
    unit: str = "×"
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    def median(self):
        return statistics.median(self.values)

    def target(self):
        if self.at_least is not None:
            return f"≥ {self.at_least:g} {self.unit}"
        return f"≤ {self.at_most:g} {self.unit}" if self.at_most is not None else "–"

    def verdict(self):
        if self.at_least is None and self.at_most is None:
            return ""
        met = self.median() >= self.at_least if self.at_least is not None else self.median() <= self.at_most
        return "met" if met else "missed"

    def cells(self):
        return [
            self.what,
            f"{self.median():.2f} {self.unit}",
            f"{min(self.values):.2f}–{max(self.values):.2f}",
            self.target(),
            self.verdict(),
            self.note,
        ]


@dataclass
class Table:
    """The rows of all parts."""

    heads: tuple = ("part", "what is compared", "median", "from–to", "target", "", "medians")
    rows: list = field(default_factory=list)

    def add(self, part, row):
        self.rows.append([part, *row.cells()])

    def text(self):
        lines = [list(self.heads), *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.heads))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )
