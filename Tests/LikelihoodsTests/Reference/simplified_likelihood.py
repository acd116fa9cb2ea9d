"""Reference numbers of simplified likelihoods: the equations of arXiv:1809.05548 (2.6 to 2.14) as
printed, in 60 digits with mpmath, and the same likelihoods computed by spey.

    pip install mpmath==1.4.1 spey==0.2.7 numpy==2.4.6 scipy==1.17.1
    python simplified_likelihood.py simplified_likelihood.json
"""
import importlib.metadata
import json
import logging
import sys

import numpy as np
from mpmath import atan, cos, log, loggamma, matrix, mp, mpf, pi, quad, sqrt
import spey
from spey.backends.default_pdf.third_moment import third_moment_expansion

logging.disable(logging.CRITICAL)
mp.dps = 60


def coefficients(mean, covariance, third):
    """Eqs. 2.9 to 2.12; the linear limit where the third moment is 0."""
    n = len(mean)
    m2 = [mpf(covariance[i][i]) for i in range(n)]
    c, b, a = [], [], []
    for i in range(n):
        m3 = mpf(third[i])
        if m3 == 0 or m2[i] == 0:
            c.append(mpf(0))
        else:
            sign = 1 if m3 > 0 else -1
            root = sqrt(8 * m2[i] ** 3 / m3**2 - 1)
            c.append(-sign * sqrt(2 * m2[i]) * cos(4 * pi / 3 + atan(root) / 3))
        b.append(sqrt(m2[i] - 2 * c[i] ** 2))
        a.append(mpf(mean[i]) - c[i])
    rho = matrix(n, n)
    for i in range(n):
        for j in range(n):
            v = mpf(covariance[i][j])
            bb, cc = b[i] * b[j], c[i] * c[j]
            if i == j:
                rho[i, j] = mpf(1)
            elif cc == 0:
                rho[i, j] = v / bb
            else:
                rho[i, j] = (sqrt(bb**2 + 8 * cc * v) - bb) / (4 * cc)
    return a, b, c, rho


def log_parts(observed, signal, a, b, c, rho, point):
    """Log of the Poisson factors and of the normal factor of eq. 2.14."""
    mu, theta = mpf(point[0]), [mpf(x) for x in point[1:]]
    n = len(observed)
    poisson = mpf(0)
    for i in range(n):
        rate = mu * mpf(signal[i]) + a[i] + b[i] * theta[i] + c[i] * theta[i] ** 2
        if rate <= 0:
            return None
        k = mpf(observed[i])
        poisson += k * log(rate) - rate - loggamma(k + 1)
    x = matrix(theta)
    normal = -(x.T * (rho**-1) * x)[0] / 2 - log(mp.det(rho)) / 2 - n * log(2 * pi) / 2
    return poisson, normal


def random_case(name, seed, n, scale, skewness, correlated=True):
    rng = np.random.default_rng(seed)
    mean = scale * rng.uniform(0.5, 2.0, n)
    sigma = mean * rng.uniform(0.05, 0.35, n)
    corr = np.eye(n)
    if correlated:
        factors = rng.normal(size=(n, n + 3))
        corr = factors @ factors.T
        unit = np.sqrt(np.diag(corr))
        corr = 0.5 * np.eye(n) + 0.5 * corr / np.outer(unit, unit)
    cov = corr * np.outer(sigma, sigma)
    cov = (cov + cov.T) / 2
    third = skewness * rng.uniform(-1 if skewness < 0.5 else 0.3, 1, n) * sigma**3
    signal = 0.3 * sigma * rng.uniform(0, 2, n)
    observed = np.round(rng.poisson(mean)).astype(float)
    if n > 3:
        observed[1] += 0.25  # counts may be real numbers
    points = [[float(rng.uniform(0, 3))] + list(rng.normal(size=n) * 0.8) for _ in range(4)]
    points.append([1.0] + [0.0] * n)
    return dict(name=name, mean=mean.tolist(), covariance=cov.tolist(), third=third.tolist(),
                signal=signal.tolist(), observed=observed.tolist(), points=points)


def with_reference(case):
    a, b, c, rho = coefficients(case["mean"], case["covariance"], case["third"])
    n = len(a)
    case["A"], case["B"], case["C"] = ([float(x) for x in v] for v in (a, b, c))
    case["rho"] = [[float(rho[i, j]) for j in range(n)] for i in range(n)]
    case["logLikelihood"], case["logNormal"] = [], []
    for point in case["points"]:
        parts = log_parts(case["observed"], case["signal"], a, b, c, rho, point)
        case["logLikelihood"].append(float(parts[0]))
        case["logNormal"].append(float(parts[1]))
    return case


def with_spey(case):
    """What spey has for A, B, C and for differences of the log-density between points.

    spey adds 1e-5 to every C in the equation of rho, so that its correlations differ from those
    of the paper by about 1e-5/C: the case has to have large C.
    """
    if min(abs(x) for x in case["third"]) == 0:
        return case
    mean, cov = np.array(case["mean"]), np.array(case["covariance"])
    third = np.array(case["third"])
    a, b, c, rho = third_moment_expansion(mean, cov, third, True)
    model = spey.get_backend("default.third_moment_expansion")(
        signal_yields=np.array(case["signal"]), background_yields=mean,
        data=np.array(case["observed"]), covariance_matrix=cov, third_moment=third)
    function = model.backend.get_logpdf_func()
    values = [float(function(np.array(p))) for p in case["points"]]
    case["spey"] = dict(A=a.tolist(), B=b.tolist(), C=c.tolist(), rho=rho.tolist(), logpdf=values)
    return case


def split_normal(upper, lower):
    """Mean about the peak, variance and third central moment by numerical integration."""
    norm = 2 / (sqrt(2 * pi) * (mpf(upper) + mpf(lower)))

    def integral(function):
        def below(x):
            return function(x) * mp.exp(-((x / mpf(lower)) ** 2) / 2)

        def above(x):
            return function(x) * mp.exp(-((x / mpf(upper)) ** 2) / 2)

        return norm * (quad(below, [-40 * mpf(lower), -5 * mpf(lower), 0])
                       + quad(above, [0, 5 * mpf(upper), 40 * mpf(upper)]))

    mean = integral(lambda x: x)
    return dict(upper=upper, lower=lower, shift=float(mean),
                variance=float(integral(lambda x: (x - mean) ** 2)),
                third=float(integral(lambda x: (x - mean) ** 3)))


def poisson_term(n, rate=None, excess=None):
    k = mpf(n)
    x = k * (1 + mpf(excess)) if rate is None else mpf(rate)
    value = (k * log(x) if n > 0 else 0) - x - loggamma(k + 1)
    return dict(n=n, rate=rate, excess=excess, value=float(value))


cases = [
    random_case("skewed", 1, 3, 40, 0.8),
    random_case("strongly skewed", 2, 5, 30, 1.5),
    random_case("mixed signs", 3, 6, 200, 0.3),
    random_case("nearly linear", 4, 4, 50, 1e-7),
    random_case("linear", 5, 4, 50, 0),
    random_case("uncorrelated", 6, 8, 15, 1.2, correlated=False),
    random_case("large counts", 7, 4, 3e7, 0.9),
]
for case in cases:
    with_spey(with_reference(case))

json.dump(
    dict(
        versions={p: importlib.metadata.version(p) for p in ("mpmath", "spey", "numpy", "scipy")},
        cases=cases,
        splitNormals=[split_normal(u, d) for u, d in
                      [(1.0, 1.0), (2.0, 1.0), (1.0, 3.0), (0.4, 0.39), (5.0, 0.1)]],
        poisson=[poisson_term(n, rate=r) for n, r in
                 [(0, 0.5), (0, 30.0), (3, 2.5), (7.5, 1e-3), (999.0, 1010.0), (1000.0, 1000.0),
                  (1000.5, 1200.0), (1e5, 1.0003e5), (2e11, 2.0000001e11), (2e11, 1.9e11),
                  (5e3, 1.0), (1e4, 1e5)]]
        + [poisson_term(n, excess=x) for n, x in
           [(2e11, 1e-9), (2e11, -3e-6), (4e3, 0.01), (50.0, 0.1), (1e6, 0.3)]],
    ),
    open(sys.argv[1], "w"))
