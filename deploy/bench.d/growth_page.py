"""Tables and plots in one HTML file, without scripts and without anything from elsewhere."""

import html
import math
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 64, 36
COLOURS = ("#1b6ac9", "#c0392b", "#1e8449", "#8e44ad", "#b9770e", "#117a8b")
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: .5rem 0 2rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #ccc; padding: .2rem .7rem; text-align: right; }
svg { width: 100%; height: auto; background: #fafafa; }
svg text { font: 11px system-ui, sans-serif; fill: #444; }
"""


@dataclass
class Series:
    name: str
    # Pairs of an amount of work and a value.
    points: list


@dataclass
class Plot:
    title: str
    work: str
    unit: str
    series: list


def page(title, plots):
    """The whole document."""
    parts = "".join(section(plot) for plot in plots if any(one.points for one in plot.series))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{html.escape(title)}</h1>\n{parts}</body></html>\n"
    )


def section(plot):
    return f"<h2>{html.escape(plot.title)}</h2>\n{drawing(plot)}\n{table(plot)}\n"


def table(plot):
    works = sorted({work for one in plot.series for work, _ in one.points})
    head = "".join(f"<th>{html.escape(one.name)}, {html.escape(plot.unit)}</th>" for one in plot.series)
    rows = []
    for work in works:
        cells = "".join(f"<td>{number(dict(one.points).get(work))}</td>" for one in plot.series)
        rows.append(f"<tr><th>{work:,}</th>{cells}</tr>")
    return f"<table><tr><th>{html.escape(plot.work)}</th>{head}</tr>\n" + "\n".join(rows) + "</table>"


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def drawing(plot):
    """Both axes are logarithmic: what grows with the work is a line of slope one, what is flat is flat."""
    points = [point for one in plot.series for point in one.points]
    across = Axis([work for work, _ in points], LEFT, WIDTH - 16)
    up = Axis([value for _, value in points], HEIGHT - BOTTOM, 16)
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(plot.title)}">']
    for tick in across.ticks():
        x = across.place(tick)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 20}" text-anchor="middle">{tick:,.10g}</text>')
    for tick in up.ticks():
        y = up.place(tick)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:,.10g}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">{html.escape(plot.work)}</text>')
    for index, one in enumerate(plot.series):
        colour = COLOURS[index % len(COLOURS)]
        places = " ".join(f"{across.place(work):.1f},{up.place(value):.1f}" for work, value in one.points)
        parts.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + 8}" y="{30 + 14 * index}" style="fill:{colour}">{html.escape(one.name)}</text>')
    return "".join(parts) + "</svg>"


class Axis:
    """A logarithmic axis from a power of ten to another one."""

    def __init__(self, values, start, end):
        logarithms = [math.log10(max(value, 1e-3)) for value in values]
        self.low, self.high = math.floor(min(logarithms)), math.ceil(max(logarithms))
        self.high = max(self.high, self.low + 1)
        self.start, self.end = start, end

    def place(self, value):
        share = (math.log10(max(value, 1e-3)) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]
