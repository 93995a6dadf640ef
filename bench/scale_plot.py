"""The plot of ./dev scale: lag and articles a second over time, as a static SVG."""

WIDTH, HEIGHT, LEFT, RIGHT, GAP = 760, 190, 64, 16, 44
STYLE = ("text{font:12px sans-serif;fill:#333}.axis{stroke:#999;fill:none}.grid{stroke:#e4e4e4}"
         ".lag{stroke:#1f5fa8;fill:none;stroke-width:2}.rate{stroke:#b4501e;fill:none;stroke-width:2}"
         ".mark{stroke:#777;stroke-dasharray:3 3}")


class Chart:
    """One of the two, with its own scale."""

    def __init__(self, top, title, seconds, most):
        self.top, self.seconds, self.most = top, seconds, most
        self.parts = [f'<text x="{LEFT}" y="{top - 10}">{title}</text>']
        for step in range(5):
            value, y = most * step / 4, self.y(most * step / 4)
            self.parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
                              f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
                              f'{value:,.0f}</text>')
        for second in range(0, int(seconds) + 1, 10):
            self.parts.append(f'<text x="{self.x(second):.1f}" y="{top + HEIGHT + 16}" '
                              f'text-anchor="middle">{second} s</text>')
        self.parts.append(f'<path class="axis" d="M{LEFT} {top}V{top + HEIGHT}H{WIDTH - RIGHT}"/>')

    def x(self, second):
        return LEFT + (WIDTH - LEFT - RIGHT) * second / self.seconds

    def y(self, value):
        return self.top + HEIGHT - HEIGHT * min(value, self.most) / self.most

    def line(self, kind, points):
        path = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        self.parts.append(f'<path class="{kind}" d="M{path}"/>')

    def mark(self, second, text):
        x = self.x(second)
        self.parts.append(f'<path class="mark" d="M{x:.1f} {self.top}V{self.top + HEIGHT}"/>'
                          f'<text x="{x + 4:.1f}" y="{self.top + 12}">{text}</text>')


def nice(value):
    """The next of 1, 2, 4, 5 or 8 with noughts."""
    scale = 1
    while scale * 10 < value:
        scale *= 10
    return next(step * scale for step in (1, 2, 4, 5, 8, 10) if step * scale >= value)


def write(file, times, steps, count, end):
    """times: when each article came out; steps: joins and leaves; count: articles at the start."""
    begin = steps[0]["at"]
    seconds = end - begin
    out = [at - begin for at in times if at <= end]
    per_second = [sum(second - 1 < at <= second for at in out)
                  for second in range(1, int(seconds) + 1)]
    left = [(second / 2, count - sum(at <= second / 2 for at in out))
            for second in range(int(seconds * 2) + 1)]
    lag = Chart(30, "articles that wait", seconds, nice(count))
    rate = Chart(30 + HEIGHT + GAP, "articles a second", seconds, nice(max(per_second)))
    lag.line("lag", left)
    rate.line("rate", [(second + 0.5, number) for second, number in enumerate(per_second)])
    for step in steps:
        for chart in (lag, rate):
            chart.mark(step["at"] - begin, f"{step['name']} {step['what']}")
    whole = 30 + 2 * HEIGHT + GAP + 30
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}" role="img" '
        f'aria-label="Lag and articles a second while instances join and leave">'
        f'<style>{STYLE}</style><rect width="{WIDTH}" height="{whole}" fill="#fff"/>'
        + "\n".join(lag.parts + rate.parts) + "\n</svg>\n", encoding="utf-8")
