"""Reference values for samples, weighted and not, from numpy, scipy and ArviZ.

    pip install arviz==0.23.4 numpy==2.4.6 scipy==1.17.1
    python statistics_reference.py       # writes statistics_reference.json beside itself

Integer weights are checked by repeating the points in programs that know no weights.
"""
import json, pathlib
import arviz as az, numpy as np, scipy, scipy.stats as st

rng = np.random.default_rng(20191108)
x = np.round(rng.normal(size=73), 6)
y = np.round(rng.normal(0.4, 1.3, size=58), 6)
y[:4] = x[:4]  # values in common
wx = rng.integers(1, 6, size=73).astype(float)
wy = rng.integers(0, 4, size=58).astype(float)
weights = np.round(rng.gamma(1.5, size=73), 6)
bimodal = np.round(np.concatenate([rng.normal(-3, 0.5, 400), rng.normal(2, 1, 600)]), 6)
probabilities = [0.0, 0.01, 0.05, 0.1586553, 0.25, 0.5, 0.75, 0.9, 0.9545, 1.0]


def paper_quantiles(v, w, p):
    """arXiv:1911.03305: centred cumulative weights, shifted to 0 and scaled to 1."""
    order = np.argsort(v)
    v, w = v[order], w[order]
    position = np.cumsum(w) - 0.5 * w
    position = (position - position[0]) / (position[-1] - position[0])
    return np.interp(p, position, v).tolist()


def ks(a, b, n1, n2):
    d = st.ks_2samp(a, b, method="asymp")
    return {"distance": d.statistic, "location": d.statistic_location,
            "p": float(st.kstwobign.sf(d.statistic * np.sqrt(n1 * n2 / (n1 + n2))))}


def kish(w):
    return float(w.sum() ** 2 / (w * w).sum())


rx, ry = np.repeat(x, wx.astype(int)), np.repeat(y, wy.astype(int))
m = np.column_stack([x[:58], y, 0.6 * x[:58] - y + rng.normal(size=58)])
out = {
    "origin": f"numpy {np.__version__}, scipy {scipy.__version__}, ArviZ {az.__version__}",
    "x": x.tolist(), "y": y.tolist(), "wx": wx.tolist(), "wy": wy.tolist(),
    "weights": weights.tolist(), "bimodal": bimodal.tolist(), "probabilities": probabilities,
    "quantiles": np.quantile(x, probabilities).tolist(),
    "weighted_quantiles": paper_quantiles(x, weights, probabilities),
    "mean": float(np.average(x, weights=weights)),
    "variance": float(np.cov(x, aweights=weights)),
    "unweighted_variance": float(x.var(ddof=1)),
    "kish": kish(weights),
    "hdi": {str(p): az.hdi(x, hdi_prob=p).tolist() for p in [0.5, 0.6827, 0.9545]},
    "hdi_repeated": {str(p): az.hdi(rx, hdi_prob=p).tolist() for p in [0.5, 0.6827, 0.9545]},
    "ks": ks(x, y, len(x), len(y)),
    "ks_weighted": ks(rx, ry, kish(wx), kish(wy[wy > 0])),
    "matrix": m.tolist(),
    "matrix_weights": weights[:58].tolist(),
    "covariance": np.cov(m, rowvar=False, aweights=weights[:58]).tolist(),
    "correlation": np.corrcoef(m, rowvar=False).tolist(),
    "histogram": np.histogram(x, bins=9, range=(-1.5, 2.0), weights=weights)[0].tolist(),
    "sigmas": [[k, float(st.chi2.cdf(k * k, 1)), float(st.chi2.sf(k * k, 1))]
               for k in [0.5, 1.0, 2.0, 3.0, 5.0, 8.0]],
    "delta_chi2": [[p, dof, float(st.chi2.isf(1 - p, dof))]
                   for p in [0.68, 0.9, 0.95, 0.99] for dof in [1, 2, 5, 94]],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.stat().st_size, "bytes")
