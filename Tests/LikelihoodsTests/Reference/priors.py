"""Reference values for priors of parameters, from scipy.

    pip install numpy==2.4.6 scipy==1.17.1 mpmath==1.4.1
    python priors.py       # writes priors.json beside itself

The normalisation of truncated distributions is computed with mpmath (60 digits), because
scipy loses digits in the tails.
"""
import json, pathlib
import mpmath as mp, numpy as np, scipy, scipy.stats as st

mp.mp.dps = 60
entries = []


def add(family, numbers, points, logpdf, lower=None, upper=None):
    entries.append({"family": family, "numbers": numbers, "lower": lower, "upper": upper,
                    "points": [float(x) for x in points],
                    "values": [float(logpdf(x)) for x in points]})


def normal_mass(a, b):
    phi = lambda z: mp.erfc(-z / mp.sqrt(2)) / 2
    if a > 0: return phi(-a) - (phi(-b) if b is not None else 0)
    return (phi(b) if b is not None else 1) - (phi(a) if a is not None else 0)


def gamma_mass(k, a, b):
    return mp.gammainc(k, a, mp.inf if b is None else b, regularized=True)


for mean, sd in [(0, 1), (1.0, 0.02), (-3.5, 12)]:
    add("normal", [mean, sd], [mean - 4 * sd, mean, mean + 0.3 * sd, mean + 30 * sd],
        lambda x: st.norm.logpdf(x, mean, sd))
for mean, sd in [(0, 1), (0.7, 0.1), (-2, 3)]:
    add("log-normal", [mean, sd], np.exp(np.array([-3.1, -0.2, 0, 1.5, 6]) * sd + mean),
        lambda x: st.lognorm.logpdf(x, sd, scale=np.exp(mean)))
for shape, rate in [(0.3, 2), (1, 0.5), (1.7, 1), (2, 3), (40, 8), (1e6, 1e3)]:
    m, s = shape / rate, shape ** 0.5 / rate
    points = [m, 0.5 * m, m + s, m + 6 * s] if shape < 100 else [m - 4 * s, m, m + 5 * s]
    add("gamma", [shape, rate], points, lambda x: st.gamma.logpdf(x, shape, scale=1 / rate))
# scipy's difference of large terms is worth 1e-9 for the large shape: mpmath instead.
entries[-1]["values"] = [
    float(mp.mpf(10) ** 6 * mp.log(1000) + (mp.mpf(10) ** 6 - 1) * mp.log(mp.mpf(x))
          - 1000 * mp.mpf(x) - mp.loggamma(mp.mpf(10) ** 6)) for x in entries[-1]["points"]]
for sd in [0.5, 2]:
    add("half-normal", [sd], [0, 0.1, sd, 4 * sd], lambda x: st.halfnorm.logpdf(x, scale=sd))
for mean, sd, a, b in [(0, 1, 0.5, 2), (1, 0.02, 0, None), (0, 1, 6, None), (0, 1, 35, 36),
                       (0, 1, 50, None), (2, 1, None, -8), (0, 1, 1, 1 + 2 ** -20), (0, 1, -8, 9),
                       (0, 1, 20, 20.001)]:
    za = None if a is None else (mp.mpf(a) - mean) / sd
    zb = None if b is None else (mp.mpf(b) - mean) / sd
    if za is None:
        mass = normal_mass(-zb, None)
    else:
        mass = normal_mass(za, zb)
    low = a if a is not None else b - 1
    high = b if b is not None else low + 1
    points = [low, 0.5 * (low + high), high]
    add("normal", [mean, sd], points,
        lambda x: -((mp.mpf(x) - mean) / sd) ** 2 / 2 - mp.log(mp.sqrt(2 * mp.pi) * sd)
        - mp.log(mass), a, b)
for mean, sd, a, b in [(0, 1, 0.5, 2), (0.7, 0.1, 3, None), (0, 0.5, None, 0.25)]:
    za = None if a is None else (mp.log(mp.mpf(a)) - mp.mpf(mean)) / mp.mpf(sd)
    zb = None if b is None else (mp.log(mp.mpf(b)) - mp.mpf(mean)) / mp.mpf(sd)
    mass = normal_mass(-zb, None) if za is None else normal_mass(za, zb)
    low = a if a is not None else b / 3
    high = b if b is not None else 2 * low
    add("log-normal", [mean, sd], [low, 0.5 * (low + high), high],
        lambda x: -((mp.log(mp.mpf(x)) - mp.mpf(mean)) / mp.mpf(sd)) ** 2 / 2
        - mp.log(mp.sqrt(2 * mp.pi) * mp.mpf(sd)) - mp.log(mp.mpf(x)) - mp.log(mass), a, b)
for k, rate, a, b in [(2, 3, 0.5, 2), (0.3, 2, 0.01, None), (40, 8, None, 1), (3, 1, 100, None)]:
    mass = gamma_mass(mp.mpf(k), mp.mpf(rate) * (a or 0), None if b is None else mp.mpf(rate) * b)
    low = a if a is not None else b / 3
    high = b if b is not None else 2 * low
    add("gamma", [k, rate], [low, 0.5 * (low + high), high],
        lambda x: mp.mpf(k) * mp.log(rate) + (mp.mpf(k) - 1) * mp.log(mp.mpf(x))
        - rate * mp.mpf(x) - mp.loggamma(mp.mpf(k)) - mp.log(mass), a, b)

mean, cov = [0.5, -1, 3], [[1, 0.3, -0.4], [0.3, 2, 0.1], [-0.4, 0.1, 0.5]]
points = [[0.5, -1, 3], [0, 0, 0], [2, -3, 4.5]]
block = {"mean": mean, "covariance": cov, "points": points,
         "values": [float(st.multivariate_normal.logpdf(p, mean, cov)) for p in points]}
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mp.__version__},
    "priors": entries, "block": block}, indent=1) + "\n")
