# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""The bars, the table and the plot."""
import html

DIRECTION_TITLES = {"up": "up", "down": "down", "copy": "within the store"}
MEMORY_MAX = 100 << 20


def bars(results):
    """(what is asked, whether it holds, the figures) of every bar that these results can tell about.

    `results` maps (shape, direction) to {tool: Cost}.
    """
    for (shape, direction), costs in results.items():
        ours = costs.get("godwit")
        peers = {name: cost for name, cost in costs.items() if name in ("s5cmd", "rclone", "aws")}
        if ours is None:
            continue
        title = f"{shape} {DIRECTION_TITLES[direction]}"
        for name, cost in costs.items():
            if name.startswith("godwit"):
                yield (f"{title}: {name} takes at most 100 MiB", cost.memory <= MEMORY_MAX, f"{cost.memory / 2**20:.0f} MiB")
        if shape == "small":
            if direction != "copy" and "s5cmd" in peers:
                ratio = ours.client / peers["s5cmd"].client
                yield (f"{title}: at most 0.4 times s5cmd's CPU", ratio <= 0.4, f"{ratio:.2f}")
            for name, cost in peers.items():
                yield (f"{title}: less wall time than {name}", ours.wall < cost.wall,
                       f"{ours.wall:.2f} s against {cost.wall:.2f} s")
            continue
        for name, cost in peers.items():
            # Downloads are compared at equal verification: s5cmd and aws verify nothing.
            unverified = direction == "down" and name != "rclone"
            mine = costs.get("godwit --verify none") if unverified else ours
            if mine is not None:
                yield (f"{title}: no more CPU than {name}" + (" (neither verifies)" if unverified else ""),
                       mine.client <= cost.client, f"{mine.client:.2f} s against {cost.client:.2f} s")


def table(results, shapes, floors):
    """The results as a Markdown table."""
    lines = ["| load | program | client CPU s | wall s | peak memory MiB | server CPU s |",
             "|---|---|---:|---:|---:|---:|"]
    for (shape, direction), costs in results.items():
        title = f"{shapes[shape].title} {DIRECTION_TITLES[direction]}"
        for name, cost in list(costs.items()) + list(floors.get((shape, direction), {}).items()):
            lines.append(f"| {title} | {name} | {cost.client:.2f} | {cost.wall:.2f} | {cost.memory / 2**20:.0f} "
                         f"| {cost.server:.2f} |")
    return "\n".join(lines) + "\n"


COLOURS = {"godwit": "#1f6f54", "godwit --verify none": "#6fb79a", "s5cmd": "#c8702a", "rclone": "#3d6fb4",
           "aws": "#b59b2c", "floor": "#8a8a8a"}


def plot(results, shapes, floors):
    """The results as an SVG: a panel a load, client CPU dark and wall time light, each relative to the panel's most."""
    row, label, width, gap = 17, 150, 420, 34
    height = gap
    pieces = []
    for (shape, direction), costs in results.items():
        shown = list(costs.items()) + list(floors.get((shape, direction), {}).items())
        most = max(max(cost.client, cost.wall) for _, cost in shown) or 1
        title = html.escape(f"{shapes[shape].title} {DIRECTION_TITLES[direction]}")
        pieces.append(f'<text x="12" y="{height}" font-weight="bold">{title}</text>')
        height += 8
        for name, cost in shown:
            colour = COLOURS.get(name, "#555")
            pieces.append(f'<text x="{label - 6}" y="{height + 12}" text-anchor="end">{html.escape(name)}</text>')
            for offset, value, opacity in ((1, cost.client, 1), (8, cost.wall, 0.45)):
                pieces.append(f'<rect x="{label}" y="{height + offset}" width="{max(1, width * value / most):.1f}" '
                              f'height="6" fill="{colour}" opacity="{opacity}"/>')
            pieces.append(f'<text x="{label + width * max(cost.client, cost.wall) / most + 6:.1f}" y="{height + 12}">'
                          f"{cost.client:.2f} s CPU, {cost.wall:.2f} s</text>")
            height += row
        height += gap
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="white"/>'
            f'<text x="12" y="14" fill="#555">client CPU (dark) and wall time (light), medians; less is better</text>'
            + "".join(pieces) + "</svg>\n")
