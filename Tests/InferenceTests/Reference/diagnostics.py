"""Reference numbers for pulls, impacts, goodness of fit and yields.

The likelihood is pyhf's, the fits are iminuit's, the saturated model scipy's, the propagation of
errors numpy's. Run beside diagnostics_workspace.json; writes diagnostics.json.
"""

import importlib.metadata
import json
import pathlib

import iminuit
import numpy as np
import pyhf
import scipy.stats

here = pathlib.Path(__file__).parent
workspace = pyhf.Workspace(json.loads((here / "diagnostics_workspace.json").read_text()))
model = workspace.model(
    modifier_settings={"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
)
data = np.array(workspace.data(model))
names = model.config.par_names
start = np.array(model.config.suggested_init())
bounds = model.config.suggested_bounds()
poi = model.config.poi_index


def nll(pars):
    return -float(model.logpdf(pars, data)[0])


def minuit(held=None, at=None):
    held = held or {}
    first = np.array(start if at is None else at, dtype=float)
    for k, value in held.items():
        first[k] = value
    result = iminuit.Minuit(nll, first, name=names)
    result.limits = bounds
    result.errordef = 0.5
    result.strategy = 2
    result.tol = 1e-5
    for k in held:
        result.fixed[names[k]] = True
    for _ in range(3):
        result.migrad(ncall=100000)
    assert result.valid or result.fmin.edm < 1e-7, result.fmin
    return result


def hessian(pars):
    """Central differences of pyhf's likelihood."""
    n = len(pars)
    h = 1e-3 * errors0
    result = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            value = 0.0
            for a in (1, -1):
                for b in (1, -1):
                    x = np.array(pars)
                    x[i] += a * h[i]
                    x[j] += b * h[j]
                    value += a * b * nll(x)
            result[i, j] = result[j, i] = value / (4 * h[i] * h[j])
    return result


fit = minuit()
fit.hesse()
best = np.array(fit.values)
errors0 = np.array(fit.errors)
curvature = hessian(best)
covariance = np.linalg.inv(curvature)
errors = np.sqrt(np.diag(covariance))
fit.minos("mu")

# Widths before the fit, from pyhf's own table of constraints.
width = {}
centre = {}
for parameter, paramset in ((p, model.config.param_set(p)) for p in model.config.par_order):
    if not paramset.constrained:
        continue
    where = model.config.par_slice(parameter)
    for i, k in enumerate(range(where.start, where.stop)):
        if paramset.pdf_type == "normal":
            width[k] = float(paramset.sigmas[i]) if hasattr(paramset, "sigmas") else 1.0
            centre[k] = float(paramset.auxdata[i])
        else:
            factor = float(paramset.factors[i])
            width[k] = float(np.sqrt(paramset.auxdata[i]) / factor)
            centre[k] = float(paramset.auxdata[i] / factor)


def impact(k, value):
    return float(minuit({k: value}, best).values[poi] - best[poi])


impacts = {}
for k, name in enumerate(names):
    if k == poi:
        continue
    entry = {
        "value": best[k],
        "error": errors[k],
        "hesse": errors0[k],
        "correlation": covariance[k, poi] / (errors[k] * errors[poi]),
        "postFit": [impact(k, best[k] + errors[k]), impact(k, best[k] - errors[k])],
    }
    if k in width:
        entry["centre"] = centre[k]
        entry["width"] = width[k]
        entry["preFit"] = [impact(k, best[k] + width[k]), impact(k, best[k] - width[k])]
    impacts[name] = entry

# Statistical error: all constrained parameters held. HESSE of iminuit works in internal variables
# where there are limits; it stands beside the differenced Hessian.
free = [k for k in range(len(names)) if k not in width]
statistical = np.sqrt(np.linalg.inv(curvature[np.ix_(free, free)])[free.index(poi), free.index(poi)])
held = minuit({k: best[k] for k in width}, best)
held.hesse()

# Saturated model.
main = data[: model.config.nmaindata]
expected = np.array(model.expected_actualdata(best))
q = 2 * np.sum(scipy.stats.poisson.logpmf(main, main) - scipy.stats.poisson.logpmf(main, expected))
for parameter in model.config.par_order:
    paramset = model.config.param_set(parameter)
    if not paramset.constrained:
        continue
    where = model.config.par_slice(parameter)
    for i, k in enumerate(range(where.start, where.stop)):
        if paramset.pdf_type == "normal":
            q += ((best[k] - centre[k]) / width[k]) ** 2
        else:
            n = paramset.auxdata[i]
            term = lambda m: n * np.log(m) - m
            q += 2 * (term(n) - term(paramset.factors[i] * best[k]))
dof = len(main) - (len(names) - len(width))

# Yields by channel and sample.
samples = list(model.config.samples)


def by_sample(pars):
    return np.array(model.main_model.expected_data(np.array(pars), return_by_sample=True))


def propagate(pars, cov):
    steps = 1e-3 * np.where(np.diag(cov) > 0, np.sqrt(np.diag(cov)), 1)
    jacobian = []
    for k in range(len(pars)):
        up, down = np.array(pars), np.array(pars)
        up[k] += steps[k]
        down[k] -= steps[k]
        jacobian.append((by_sample(up) - by_sample(down)) / (2 * steps[k]))
    jacobian = np.array(jacobian)
    error = lambda j: float(np.sqrt(max(0, j @ cov @ j)))
    nominal = by_sample(pars)
    result = {}
    for channel in model.config.channels:
        where = model.config.channel_slices[channel]
        entry = {}
        for s, sample in enumerate(samples):
            if nominal[s, where].any():
                entry[sample] = {
                    "bins": nominal[s, where].tolist(),
                    "errors": [error(jacobian[:, s, b]) for b in range(where.start, where.stop)],
                    "sum": [float(nominal[s, where].sum()), error(jacobian[:, s, where].sum(1))],
                }
        total = jacobian.sum(1)
        entry["total"] = {
            "bins": nominal[:, where].sum(0).tolist(),
            "errors": [error(total[:, b]) for b in range(where.start, where.stop)],
            "sum": [float(nominal[:, where].sum()), error(total[:, where].sum(1))],
        }
        result[channel] = entry
    return result


before = np.array([centre.get(k, start[k]) for k in range(len(names))])
diagonal = np.diag([width.get(k, 0.0) ** 2 for k in range(len(names))])
(here / "diagnostics.json").write_text(
    json.dumps(
        {
            "versions": {p: importlib.metadata.version(p) for p in ("pyhf", "iminuit", "numpy", "scipy")},
            "poi": {
                "value": best[poi],
                "error": errors[poi],
                "hesse": errors0[poi],
                "minos": [fit.merrors["mu"].lower, fit.merrors["mu"].upper],
                "statistical": float(statistical),
                "statisticalHesse": held.errors[names[poi]],
            },
            "twiceNLL": 2 * nll(best),
            "impacts": impacts,
            "saturated": {"q": float(q), "dof": dof, "p": float(scipy.stats.chi2.sf(q, dof))},
            "preFitYields": propagate(before, diagonal),
            "postFitYields": propagate(best, covariance),
        },
        indent=1,
    )
    + "\n"
)
