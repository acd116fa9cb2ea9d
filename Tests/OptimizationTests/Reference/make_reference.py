"""Minima of bounded problems by scipy's L-BFGS-B.

    python make_reference.py > minima.json

Made with numpy 2.4.6 and scipy 1.17.1.
"""

import json

import numpy as np
import scipy
from scipy.optimize import minimize


def quadratic(matrix, linear):
    return (
        lambda x: 0.5 * x @ matrix @ x - linear @ x,
        lambda x: matrix @ x - linear,
    )


def rosenbrock(x):
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def rosenbrock_gradient(x):
    g = np.zeros_like(x)
    residual = x[1:] - x[:-1] ** 2
    g[:-1] = -400 * x[:-1] * residual - 2 * (1 - x[:-1])
    g[1:] += 200 * residual
    return g


def minimum(f, g, start, lower, upper):
    # A second run from the end removes what a stop by the first tolerance may have left.
    x = np.array(start, float)
    for _ in range(3):
        result = minimize(
            f, x, jac=g, method="L-BFGS-B", bounds=list(zip(lower, upper)),
            options=dict(ftol=0, gtol=1e-12, maxiter=20000, maxfun=20000, maxcor=20),
        )
        x = result.x
    return [float(v) for v in x], float(result.fun)


rng = np.random.default_rng(20191108)
quadratics = []
for dimension in (2, 5, 12):
    for _ in range(3):
        factor = rng.normal(size=(dimension, dimension))
        matrix = factor @ factor.T / dimension + 0.2 * np.eye(dimension)
        linear = 2 * rng.normal(size=dimension)
        lower, upper = np.full(dimension, -0.5), np.full(dimension, 0.7)
        start = rng.uniform(-0.4, 0.6, size=dimension)
        x, value = minimum(*quadratic(matrix, linear), start, lower, upper)
        quadratics.append(
            dict(
                matrix=matrix.tolist(), linear=linear.tolist(), lower=lower.tolist(),
                upper=upper.tolist(), start=start.tolist(), point=x, value=value,
                active=[i for i in range(dimension) if x[i] <= lower[i] or x[i] >= upper[i]],
            )
        )

valleys = []
for lower, upper in ((-5.0, 5.0), (-0.3, 0.8), (0.2, 0.6)):
    d = 20
    start = [max(lower, -1.0 if i % 2 == 0 else 0.5) for i in range(d)]
    start = [min(upper, v) for v in start]
    x, value = minimum(rosenbrock, rosenbrock_gradient, start, [lower] * d, [upper] * d)
    valleys.append(dict(lower=lower, upper=upper, start=start, point=x, value=value))

print(
    json.dumps(
        dict(
            program=f"scipy {scipy.__version__}, numpy {np.__version__}",
            quadratics=quadratics, rosenbrock=valleys,
        ),
        indent=1,
    )
)
