"""The ends of Arenstorf's orbit and of the Pleiades, to 20 digits, for `arenstorf.rs` and `pleiades.rs`.

By Taylor series in 40 digits: nothing of it is shared with the solves that are measured against it. The initial values and
masses are the doubles of those files, not the decimals they were rounded from. Each problem is integrated twice, with series
of 30 and of 36 terms, and the digits in which the two agree are printed.

    pip install mpmath
    python3 reference.py
"""

from mpmath import mp, mpf

mp.dps = 40


def product(a, b, k):
    """Coefficient k of the product of two series."""
    return sum((a[i] * b[k - i] for i in range(k + 1)), mpf(0))


def power(s, p, out, k):
    """Coefficient k of s^p, from those before it: s q' = p s' q."""
    if k == 0:
        return s[0] ** p
    total = sum(((p * (k - i) - i) * s[k - i] * out[i] for i in range(k)), mpf(0))
    return total / (k * s[0])


def gravity(positions, masses, k, memory):
    """Coefficient k of the pull on every body from every other."""
    pull = [[mpf(0)] * 2 for _ in positions]
    for i in range(len(positions)):
        for j in range(len(positions)):
            if i == j:
                continue
            near, far = min(i, j), max(i, j)
            pair = memory.setdefault((near, far), {"d": ([], []), "s": [], "q": [], "done": -1, "w": ([], [])})
            if pair["done"] < k:
                for axis in range(2):
                    pair["d"][axis].append(positions[far][axis][k] - positions[near][axis][k])
                dx, dy = pair["d"]
                pair["s"].append(product(dx, dx, k) + product(dy, dy, k))
                pair["q"].append(power(pair["s"], mpf(-3) / 2, pair["q"], k))
                for axis in range(2):
                    pair["w"][axis].append(product(pair["d"][axis], pair["q"], k))
                pair["done"] = k
            sign = 1 if j > i else -1
            for axis in range(2):
                pull[i][axis] += sign * masses[j] * pair["w"][axis][k]
    return pull


def pleiades(y, k, memory):
    positions = [(y[i], y[7 + i]) for i in range(7)]
    pull = gravity(positions, range(1, 8), k, memory)
    velocities = [y[14 + i][k] for i in range(14)]
    return velocities + [p[0] for p in pull] + [p[1] for p in pull]


MOON = mpf(0.012277471)
# Rounded to a double, as in the field: what the rounding takes away is 3e-11 after one period.
EARTH = mpf(1.0 - 0.012277471)


def arenstorf(y, k, memory):
    x, z, vx, vz = y
    terms = []
    for at, mass in [(MOON, EARTH), (-EARTH, MOON)]:
        body = memory.setdefault(at, {"x": [], "s": [], "q": []})
        body["x"].append(x[k] + (at if k == 0 else 0))
        body["s"].append(product(body["x"], body["x"], k) + product(z, z, k))
        body["q"].append(power(body["s"], mpf(-3) / 2, body["q"], k))
        terms.append((mass * product(body["x"], body["q"], k), mass * product(z, body["q"], k)))
    return [
        vx[k],
        vz[k],
        x[k] + 2 * vz[k] - terms[0][0] - terms[1][0],
        z[k] - 2 * vx[k] - terms[0][1] - terms[1][1],
    ]


def solve(field, y0, t1, terms):
    t, y, t1 = mpf(0), [mpf(v) for v in y0], mpf(t1)
    steps = 0
    while t < t1:
        series, memory = [[v] for v in y], {}
        for k in range(terms):
            for s, d in zip(series, field(series, k, memory)):
                s.append(d / (k + 1))
        # The last two coefficients tell the radius of convergence; what is left out is then under 1e-34.
        radius = min(
            max(abs(s[n]) for s in series) ** (-mpf(1) / n) for n in (terms - 1, terms)
        )
        h = min(radius * mpf(10) ** (-mpf(34) / terms), t1 - t)
        y = [sum((c * h**n for n, c in enumerate(s)), mpf(0)) for s in series]
        t, steps = t + h, steps + 1
    return y, steps


PLEIADES = (
    [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4] + [0, 0, 0, 0, 0, 1.75, -1.5] + [0, 0, 0, -1.25, 1, 0, 0]
)
ARENSTORF = [0.994, 0.0, 0.0, -2.0015851063790825]

for name, field, y0, t1 in [
    ("Arenstorf", arenstorf, ARENSTORF, 17.065216560157964),
    ("Pleiades", pleiades, PLEIADES, 3.0),
]:
    (coarse, _), (fine, steps) = solve(field, y0, t1, 30), solve(field, y0, t1, 36)
    print(f"{name}: {steps} steps, the two differ by {float(max(abs(a - b) for a, b in zip(coarse, fine))):.1e}")
    for value in fine:
        print(f"    {mp.nstr(value, 20)},")
