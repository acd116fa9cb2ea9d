"""Reference values of chain diagnostics on short draw sets, from ArviZ and emcee.

    pip install arviz==0.23.4 emcee==3.1.6 numpy==2.4.6 scipy==1.17.1
    python chain_diagnostics.py          # writes chain_diagnostics.json beside itself

R-hat, effective sample sizes and standard errors: ArviZ. Autocorrelation times: emcee. Nested
R-hat and Geweke's z: the published formulas, coded here with numpy and scipy.rankdata.
"""
import json, logging, pathlib
import arviz as az, emcee, numpy as np, scipy.stats as st
from arviz.stats import diagnostics as dg

logging.disable(logging.WARNING)
rng = np.random.default_rng(1911_03305)


def ar(a, chains, draws, shift=None):
    e = rng.normal(size=(chains, draws))
    x = np.empty_like(e)
    x[:, 0] = e[:, 0] / np.sqrt(1 - a * a)
    for t in range(1, draws):
        x[:, t] = a * x[:, t - 1] + e[:, t]
    return x + (0 if shift is None else np.asarray(shift)[:, None])


def nested(x, groups):
    def scores(y):
        r = st.rankdata(y, method="average").reshape(y.shape)
        return st.norm.ppf((r - 0.375) / (y.size + 0.25))

    def factor(z):
        z = z.reshape(groups, -1, z.shape[-1])
        means = z.mean(axis=2)
        between = means.mean(axis=1).var(ddof=1)
        within = (means.var(axis=1, ddof=1) + z.var(axis=2, ddof=1).mean(axis=1)).mean()
        return np.sqrt(1 + between / within)

    half = x.shape[1] // 2
    split = np.stack([x[:, :half], x[:, -half:]], axis=1).reshape(-1, half)
    return max(factor(scores(split)), factor(scores(abs(split - np.median(split)))))


def geweke(chain):
    def part(y):
        tau = emcee.autocorr.integrated_time(y, c=5, quiet=True)[0]
        tau = max(tau, 1 / np.log10(len(y)))
        return y.mean(), y.var(ddof=1) * tau / len(y)
    n = len(chain)
    (a, va), (b, vb) = part(chain[: int(0.1 * n)]), part(chain[n - int(0.5 * n):])
    return (a - b) / np.sqrt(va + vb)


sets = {
    "persistent": ar(0.8, 4, 120),
    "antithetic": ar(-0.6, 4, 80),
    "one_chain": ar(0.5, 1, 150),
    "shifted_odd": ar(0.3, 4, 81, shift=[0, 0, 0, 1.5]),
    "many_chains_ties": np.round(ar(0.6, 8, 50) * 3),
    "offset_1e6": ar(0.4, 4, 60) * 1e-3 + 1e6,
}
cases = []
for name, x in sets.items():
    x = np.round(x, 6)
    ref = {}
    for m in ["bulk", "tail", "mean", "sd", "median", "mad", "identity"]:
        ref["ess_" + m] = float(az.ess(x, method=m))
    ref["ess_quantile_0.1"] = float(az.ess(x, method="quantile", prob=0.1))
    if x.shape[0] > 1:
        for m in ["rank", "split", "folded", "z_scale", "identity"]:
            ref["rhat_" + m] = float(az.rhat(x, method=m))
    for m in ["mean", "sd", "median"]:
        ref["mcse_" + m] = float(az.mcse(x, method=m))
    ref["mcse_quantile_0.1"] = float(az.mcse(x, method="quantile", prob=0.1))
    walkers = x.T[:, :, None]
    ref["foreman_mackey"] = float(emcee.autocorr.integrated_time(walkers, c=5, quiet=True)[0])
    ref["goodman_weare"] = float(
        emcee.autocorr.integrated_time(x.mean(axis=0), c=5, quiet=True)[0])
    if x.shape[0] >= 4:
        ref["nested_two_groups"] = float(nested(x, 2))
    ref["geweke"] = [float(geweke(c)) for c in x]
    ref["quantiles_05_50_95"] = [float(q) for q in np.quantile(x, [0.05, 0.5, 0.95])]
    cases.append({"name": name, "draws": x.tolist(), "reference": ref})

out = {"origin": f"ArviZ {az.__version__}, emcee {emcee.__version__}, numpy {np.__version__}",
       "cases": cases}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out) + "\n")
print(path.stat().st_size, "bytes;", [c["name"] for c in cases])
