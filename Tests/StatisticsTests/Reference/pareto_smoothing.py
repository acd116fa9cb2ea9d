"""Pareto-smoothed importance weights of ArviZ (arviz.psislw) for log ratios of several tails.

Run with the versions printed into the file: numpy, scipy, arviz. Writes pareto_smoothing.json.
"""

import json
import pathlib

import arviz
import numpy
import scipy

rng = numpy.random.default_rng(20260101)
n = 300
normal = rng.normal(size=n)
cases = {
    "mild": (0.3 * normal, 1.0),
    "correlated": (0.8 * normal - 2, 0.25),
    "far": (3.0 * rng.normal(size=n), 0.7),
    "cauchy": (numpy.abs(rng.standard_cauchy(size=n)), 1.0),
    "huge": (-1e4 + 1.5 * rng.normal(size=n), 1.0),
    "bounded": (numpy.log(rng.uniform(size=n)), 1.0),
    "vanishing": (numpy.where(normal > 1, -numpy.inf, 0.5 * normal), 1.0),
    "efficient": (0.5 * rng.normal(size=n), 1.0),
    "few": (rng.normal(size=12), 1.0),
}
result = {
    "versions": {"arviz": arviz.__version__, "numpy": numpy.__version__, "scipy": scipy.__version__},
    "cases": {},
}
for name, (ratios, reff) in cases.items():
    smoothed, shape = arviz.psislw(ratios.copy(), reff=reff)
    result["cases"][name] = {
        "logRatios": [None if numpy.isinf(r) else float(r) for r in ratios],
        "relativeEfficiency": reff,
        "weights": [float(w) for w in numpy.exp(smoothed)],
        "shape": None if numpy.isinf(shape) else float(shape),
    }
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
for name, case in result["cases"].items():
    print(name, case["shape"])
