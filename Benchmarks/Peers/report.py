# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""The bars, the table and the plot."""
import html

DIRECTION_TITLES = {"up": "up", "down": "down", "copy": "within the store", "stream": "through this machine",
                    "same-up": "there already, from a directory", "same-copy": "there already, from a bucket",
                    "list": "listed"}
PEERS = ("s5cmd", "rclone", "aws")
MEMORY_MAX = 100 << 20
SMALL_MEMORY_MAX = 64 << 20


class Walls:
    """Whether a time by the clock is good enough. Server and client share the processors of one machine: nobody can be
    faster than the work of both takes."""

    def __init__(self, cores):
        self.cores = cores

    def bar(self, title, ours, peers, share, shown):
        best = min(peers.values(), key=lambda cost: cost.wall)
        least = 1.1 * (ours.server + ours.client) / self.cores
        holds = ours.wall <= max(share * best.wall, least)
        return (f"{title}: {shown} the best peer's wall time", holds,
                f"{ours.wall:.2f} s against {best.wall:.2f} s ({ours.wall / best.wall:.2f}); processors: {least:.2f} s")


def bars(results, floors, cores):
    """(what is asked, whether it holds, the figures) of every bar that these results can tell about.

    `results` and `floors` map (shape, direction) to {tool: Cost}.
    """
    walls = Walls(cores)
    for (shape, direction), costs in results.items():
        peers = {name: cost for name, cost in costs.items() if name in PEERS}
        ours = {name: cost for name, cost in costs.items() if name.startswith("godwit")}
        if not ours or not peers:
            continue
        title = f"{shape} {DIRECTION_TITLES[direction]}"
        for name, cost in ours.items():
            most = MEMORY_MAX if shape in ("large", "several") else SMALL_MEMORY_MAX
            yield (f"{title}: {name} takes at most {most >> 20} MiB", cost.memory <= most, f"{cost.memory / 2**20:.0f} MiB")
        if shape == "small":
            yield from small(title, direction, ours, peers, floors.get((shape, direction), {}), walls)
        elif shape == "medium":
            yield from unbarred(title, ours["godwit"], peers)
        elif shape == "flat":
            yield from flat(title, direction, ours, peers, walls)
        else:
            yield from large(title, direction, ours, peers, walls)


def small(title, direction, every, peers, floor, walls):
    ours = every["godwit"]
    for name, cost in peers.items():
        yield (f"{title}: less wall time than {name}", ours.wall < cost.wall, f"{ours.wall:.2f} s against {cost.wall:.2f} s")
    if "s5cmd" in peers:
        theirs = peers["s5cmd"].client
        if direction != "copy":
            yield (f"{title}: at most 0.4 times s5cmd's CPU", ours.client <= 0.4 * theirs, f"{ours.client / theirs:.2f}")
        # At equal verification: s5cmd proves nothing of what it reads, and the floor does not even keep it.
        equal = every.get("godwit --verify none", ours)
        note = "" if equal is ours else " (neither verifies)"
        most = max(0.25 * theirs, 1.3 * floor["floor"].client if floor else 0)
        yield (f"{title}: at most 0.25 times s5cmd's CPU or 1.3 times the floor's{note}", equal.client <= most,
               f"{equal.client / theirs:.2f}" + (f" and {equal.client / floor['floor'].client:.2f}" if floor else ""))
    yield walls.bar(title, ours, peers, 0.6, "at most 0.6 times")


def unbarred(title, ours, peers):
    """What the project asks of itself where nobody set a bar: to be the best."""
    for what, cost in (("CPU", lambda cost: cost.client), ("wall time", lambda cost: cost.wall)):
        best = min(map(cost, peers.values()))
        yield (f"{title}: no more {what} than the best peer", cost(ours) <= best, f"{cost(ours):.2f} s against {best:.2f} s")


def large(title, direction, ours, peers, walls):
    # Compared at equal verification: of downloads, s5cmd and aws verify nothing; of what passes from store to store, rclone
    # compares the digest that was written beside the source with the one that it has itself written beside the target.
    for verifies in {"down": (True, False), "stream": (False,)}.get(direction, (True,)):
        mine = ours["godwit"] if verifies else ours["godwit --verify none"]
        rivals = {name: cost for name, cost in peers.items() if direction != "down" or (name == "rclone") == verifies}
        if not rivals:
            continue
        note = "" if verifies else " (neither verifies)"
        for name, cost in rivals.items():
            yield (f"{title}: no more CPU than {name}{note}", mine.client <= cost.client,
                   f"{mine.client:.2f} s against {cost.client:.2f} s")
        best = min(rivals.values(), key=lambda cost: cost.client)
        yield (f"{title}: at most 0.9 times the best peer's CPU{note}", mine.client <= 0.9 * best.client,
               f"{mine.client:.2f} s against {best.client:.2f} s ({mine.client / best.client:.2f})")
        yield walls.bar(title + note, mine, rivals, 1, "at most")


def flat(title, direction, ours, peers, walls):
    share, of, wall = (0.3, "s5cmd", 0.6) if direction == "list" else (0.2, None, 0.5)
    theirs = peers[of] if of in peers else min(peers.values(), key=lambda cost: cost.client)
    for name, cost in ours.items():
        yield (f"{title}: {name} takes at most {share} times {of or 'the best peer'}'s CPU",
               cost.client <= share * theirs.client, f"{cost.client:.2f} s against {theirs.client:.2f} s "
               f"({cost.client / theirs.client:.2f})")
        yield walls.bar(f"{title}: {name}", cost, peers, wall, f"at most {wall} times")


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
           "aws": "#b59b2c", "floor": "#8a8a8a", "floor with files": "#b0b0b0"}


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
