"""Reference values of special functions, from mpmath with 60 digits; scipy must agree.

    pip install numpy scipy==1.17.1 mpmath==1.4.1
    python special_functions.py          # writes special_functions.json beside itself
"""
import json, pathlib
import mpmath as mp
import scipy, scipy.special as sp, scipy.stats as st

mp.mp.dps = 60
rows = []


def add(function, arguments, exact, peer, tolerance=1e-9):
    exact = float(exact)
    assert abs(peer - exact) <= tolerance * abs(exact), (function, arguments, exact, peer)
    rows.append({"function": function, "arguments": arguments, "value": exact})


def gamma_p(a, x):
    """P(a, x) by its series of positive terms; exact to all digits."""
    a, x = mp.mpf(a), mp.mpf(x)
    term = total = mp.mpf(1)
    k = a
    while term > total * mp.eps:
        k += 1
        term *= x / k
        total += term
    return total * mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))


def beta_i(x, a, b):
    """I_x(a, b) by the series of positive terms DLMF 8.17.8, in the half that converges fast."""
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)
    if x > a / (a + b):
        return 1 - beta_i(1 - x, b, a)
    term = total = mp.mpf(1)
    k = mp.mpf(0)
    while term > total * mp.eps:
        term *= (a + b + k) / (a + 1 + k) * x
        k += 1
        total += term
    log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    return total * mp.exp(a * mp.log(x) + b * mp.log(1 - x) - log_beta) / a


for x in [1e-3, 0.3, 0.5, 1.5, 2.5, 10.0, 123.25, 1e5, 1e9]:
    add("logGamma", [x], mp.loggamma(x).real, sp.gammaln(x))

for a in [1e-4, 0.03, 0.5, 1.0, 2.5, 10.0, 47.0, 300.5, 1e4, 1e5]:
    for r in [1e-3, 0.1, 0.5, 0.9, 0.99, 1.0, 1.01, 1.2, 2.0, 5.0, 20.0]:
        if a > 1000 and r >= 2:
            continue
        x = a * r
        with mp.workdps(360):
            p = gamma_p(a, x)
            q = 1 - p
        if p > mp.mpf("1e-290"):
            add("regularizedGammaP", [a, x], p, sp.gammainc(a, x), 1e-6)
        if q > mp.mpf("1e-290"):
            add("regularizedGammaQ", [a, x], q, sp.gammaincc(a, x), 1e-6)

for a, b in [(0.2, 0.3), (0.5, 0.5), (1, 1), (2.5, 1.0), (3, 40), (40, 3), (161.4, 1440.6),
             (5000, 95000), (5e4, 5e4)]:
    mean, sd = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
    for k in [-6, -3, -1, -0.1, 0, 0.5, 1, 3, 6]:
        x = mean + k * sd
        if 0 < x < 1:
            value = beta_i(x, a, b)
            if value > mp.mpf("1e-290"):
                add("regularizedBeta", [x, a, b], value, sp.betainc(a, b, x), 1e-6)
    for p in [1e-6, 0.01, 0.1586553, 0.5, 0.8413447, 0.999]:
        guess = st.beta.ppf(p, a, b)
        exact = mp.mpf(guess)
        if 1e-30 < guess < 1 - 1e-9:
            # Newton steps in 60 digits from scipy's value.
            for _ in range(6):
                value = beta_i(exact, a, b)
                density = exact ** (a - 1) * (1 - exact) ** (b - 1) * mp.exp(
                    mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))
                exact -= (value - mp.mpf(p)) / density
            add("inverseRegularizedBeta", [p, a, b], exact, guess, 1e-8)

for x in [-37.5, -30.1, -20.3, -8.2, -5.0, -3.3, -1.0, -1e-3, 0.0, 0.4, 2.1, 6.7]:
    add("normalCDF", [x], mp.ncdf(x), st.norm.cdf(x))
    add("normalSurvival", [-x], mp.ncdf(x), st.norm.sf(-x))
for p in [1e-300, 1e-100, 1e-20, 2.8665157187919391e-07, 1e-3, 0.02, 0.0749, 0.0751, 0.3, 0.4999,
          0.75, 0.95, 0.999999]:
    exact = mp.mpf(st.norm.ppf(p))
    for _ in range(6):
        exact -= (mp.ncdf(exact) - mp.mpf(p)) / mp.npdf(exact)
    add("normalQuantile", [p], exact, st.norm.ppf(p))

for dof in [1, 2, 3, 7, 94, 1000]:
    for p in [1e-12, 1e-3, 0.1, 0.5, 0.6826894921370859, 0.9545, 0.9973, 0.999999]:
        guess = st.chi2.ppf(p, dof)
        exact = mp.mpf(guess)
        for _ in range(8):
            value = gamma_p(mp.mpf(dof) / 2, exact / 2)
            h = mp.mpf(dof) / 2
            density = exact ** (h - 1) * mp.exp(-exact / 2) / 2 ** h / mp.gamma(h)
            exact -= (value - mp.mpf(p)) / density
        add("chiSquaredQuantile", [p, dof], exact, guess)

for x in [0.04, 0.1, 0.2, 0.35, 0.5, 0.8276, 1.0, 1.17, 1.19, 1.36, 2.0, 3.5, 8.0]:
    if x < 1.5:
        s = mp.nsum(lambda j: mp.exp(-(2 * j - 1) ** 2 * mp.pi ** 2 / (8 * mp.mpf(x) ** 2)), [1, 40],
                    method="direct")
        exact = 1 - mp.sqrt(2 * mp.pi) / mp.mpf(x) * s
    else:
        exact = 2 * mp.nsum(lambda j: (-1) ** (int(j) - 1) * mp.exp(-2 * j * j * mp.mpf(x) ** 2),
                            [1, 40], method="direct")
    add("kolmogorovSurvival", [x], exact, st.kstwobign.sf(x))

out = {"origin": f"mpmath {mp.__version__}, 60 digits; agrees with scipy {scipy.__version__}",
       "values": rows}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, indent=0) + "\n")
print(len(rows), "values")
