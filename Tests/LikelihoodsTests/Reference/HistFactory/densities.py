"""Reference values of HistFactory densities: small workspaces written by hand, and random ones.

    python3 -m venv v && v/bin/pip install pyhf==0.7.6 numpy==2.4.6 scipy==1.17.1 mpmath==1.3.0
    v/bin/python densities.py > densities.json

Names, orders, defaults and expected data are pyhf's. Log densities are sums over pyhf's expected
data in 40 digits (mpmath), because pyhf's own double precision loses digits at large counts; they
are compared with pyhf's where it does not.
"""

import json
import math
import random
import sys

import mpmath
import pyhf

mpmath.mp.dps = 40


def poisson(n, mean):
    n, mean = mpmath.mpf(n), mpmath.mpf(mean)
    if n == 0:
        return -mean
    return n * mpmath.log(mean) - mean - mpmath.loggamma(n + 1)


def normal(x, mean, width):
    x, mean, width = mpmath.mpf(x), mpmath.mpf(mean), mpmath.mpf(width)
    return -((x - mean) / width) ** 2 / 2 - mpmath.log(width * mpmath.sqrt(2 * mpmath.pi))


def point(model, data, pars):
    main = [float(x) for x in model.expected_actualdata(pars)]
    main_value = sum(poisson(n, m) for n, m in zip(data, main))
    constraint_value = mpmath.mpf(0)
    position = model.config.nmaindata
    for name in model.config.auxdata_order:
        parameters = model.config.param_set(name)
        values = pars[model.config.par_slice(name)]
        for i, value in enumerate(values):
            if parameters.pdf_type == "normal":
                width = parameters.sigmas[i] if hasattr(parameters, "sigmas") else 1
                constraint_value += normal(data[position], value, width)
            else:
                constraint_value += poisson(data[position], mpmath.mpf(parameters.factors[i]) * mpmath.mpf(value))
            position += 1
    value = float(main_value + constraint_value)
    own = float(model.logpdf(pars, data)[0])
    largest = max(max(data), 1)
    assert math.isclose(own, value, rel_tol=1e-10, abs_tol=1e-14 * largest * math.log(largest + 2)), (own, value)
    return {"pars": pars, "logpdf": value, "main_logpdf": float(main_value),
            "constraint_logpdf": float(constraint_value), "expected_main": main}


def case(name, spec, rng, points=2, settings=None, spread=1.0):
    options = {"modifier_settings": {"normsys": {"interpcode": settings["normsys"]},
                                     "histosys": {"interpcode": settings["histosys"]}}} if settings else {}
    workspace = pyhf.Workspace(spec)
    model = workspace.model(**options)
    data = [float(x) for x in workspace.data(model)]
    config = model.config
    init = [float(x) for x in config.suggested_init()]
    widths = []
    for parameter in config.par_order:
        parameters = config.param_set(parameter)
        widths += list(parameters.width()) if parameters.constrained else [0.2] * parameters.n_parameters
    chosen = [init]
    while len(chosen) < points:
        pars = []
        for x, w, (lo, hi) in zip(init, widths, config.suggested_bounds()):
            y = x + spread * w * rng.gauss(0, 1)
            pars.append(min(max(float(f"{y:.3g}") if w > 1e-3 else y, lo), hi))
        if min(model.expected_actualdata(pars)) > 0:
            chosen.append(pars)
    return {
        "name": name, "workspace": spec, "settings": settings, "measurement": workspace.get_measurement()["name"],
        "par_names": config.par_names, "par_order": config.par_order, "auxdata_order": config.auxdata_order,
        "channels_order": config.channels, "suggested_init": init,
        "suggested_bounds": [[float(a), float(b)] for a, b in config.suggested_bounds()],
        "suggested_fixed": [bool(x) for x in config.suggested_fixed()],
        "poi": config.poi_name, "poi_index": config.poi_index, "data": data,
        "points": [point(model, data, pars) for pars in chosen],
    }


def modifier(name, kind, data=None):
    return {"name": name, "type": kind, "data": data}


def workspace(channels, observations, parameters=(), poi="mu"):
    return {
        "channels": [{"name": c, "samples": [{"name": s, "data": d, "modifiers": m} for s, d, m in samples]}
                     for c, samples in channels],
        "observations": [{"name": c, "data": d} for c, d in observations],
        "measurements": [{"name": "measurement", "config": {"poi": poi, "parameters": list(parameters)}}],
        "version": "1.0.0",
    }


LUMI = {"name": "lumi", "auxdata": [1.0], "sigmas": [0.025], "inits": [1.0], "bounds": [[0.8, 1.2]]}


def by_hand():
    mu = modifier("mu", "normfactor")
    lumi = modifier("lumi", "lumi")
    yield "all_modifiers", workspace(
        [("SR", [
            ("signal", [3.0, 5.5, 1.2], [mu, lumi, modifier("acc", "normsys", {"hi": 1.1, "lo": 0.92})]),
            ("top", [30.0, 22.0, 11.0], [
                lumi, modifier("jes", "histosys", {"hi_data": [32.0, 22.5, 10.0], "lo_data": [27.0, 21.8, 12.5]}),
                modifier("jes", "normsys", {"hi": 1.05, "lo": 0.97}),
                modifier("stat", "staterror", [1.5, 1.3, 0.9]), modifier("mc", "shapesys", [3.0, 2.5, 2.0])]),
            ("fake", [10.0, 8.0, 6.0], [modifier("shape", "shapefactor"), modifier("stat", "staterror", [1.0, 0.8, 0.7])]),
        ]), ("CR", [
            ("top", [120.0, 90.0], [lumi, modifier("ktop", "normfactor"), modifier("acc", "normsys", {"hi": 0.9, "lo": 1.2})]),
        ])], [("SR", [47, 33, 21.5]), ("CR", [125, 83])], [LUMI]), None
    yield "shared_across_channels", workspace(
        [("a", [("s", [5.0, 4.0, 3.0], [mu, modifier("free", "shapefactor"), modifier("st", "staterror", [0.5, 0.4, 0.3])]),
                ("b", [50.0, 40.0, 30.0], [modifier("x", "histosys", {"hi_data": [55.0, 40.0, 29.0], "lo_data": [46.0, 41.0, 32.0]}),
                                           modifier("st", "staterror", [2.5, 2.4, 0.0])])]),
         ("b", [("s", [2.0, 1.0], [mu, modifier("free", "shapefactor"), modifier("st", "staterror", [0.5, 0.0])]),
                ("b", [60.0, 70.0], [modifier("x", "normsys", {"hi": 1.2, "lo": 0.85}), modifier("st", "staterror", [2.0, 0.0])])])],
        [("b", [59, 77]), ("a", [61, 40, 28])]), None
    yield "zero_bins", workspace(
        [("c", [("s", [0.0, 0.0, 2.0, 0.0], [mu, modifier("ss", "shapesys", [0.0, 1.0, 0.5, 0.0])]),
                ("b", [0.0, 4.0, 9.0, 1e-6], [modifier("bb", "shapesys", [1.0, 0.0, 2.0, 1e-7]),
                                             modifier("st", "staterror", [0.0, 0.3, 0.0, 0.0]),
                                             modifier("h", "histosys", {"hi_data": [0.0, 4.0, 9.5, 1e-6], "lo_data": [0.0, 4.0, 8.0, 1e-6]})]),
                ("plain", [1.0, 0.0, 0.0, 0.5], [])])],
        [("c", [0, 5, 14, 1e-8])]), None
    yield "large_counts", workspace(
        [("c", [("s", [10.0, 1e6], [mu]),
                ("b", [2e5, 3e7], [modifier("ss", "shapesys", [0.4472135955, 300.0]), modifier("n", "normsys", {"hi": 1.001, "lo": 0.999})])])],
        [("c", [200013, 30998877])]), None
    yield "huge_auxiliary_counts", workspace(
        [("c", [("s", [1.0], [mu]), ("b", [9.0], [modifier("ss", "shapesys", [2e-5])])]),
         ("d", [("b", [4.0, 2.0], [modifier("tt", "shapesys", [1e-5, 0.3])])])],
        [("c", [12]), ("d", [3, 2])]), None
    yield "negative_sample", workspace(
        [("c", [("s", [1.0, 2.0], [mu]), ("interference", [-2.0, -0.5], [mu, modifier("k", "normsys", {"hi": 1.3, "lo": 0.8}),
                                                                     modifier("st", "staterror", [0.3, 0.2])]),
                ("b", [9.0, 8.0], [modifier("st", "staterror", [0.8, 0.7]), modifier("h", "histosys", {"hi_data": [10.0, 7.0], "lo_data": [8.5, 9.5]})])])],
        [("c", [7, 11])]), None
    yield "settings", workspace(
        [("c", [("s", [4.0, 3.0], [mu, lumi]),
                ("b", [25.0, 16.0], [lumi, modifier("ss", "shapesys", [5.0, 0.0]), modifier("st", "staterror", [2.0, 0.0]),
                                     modifier("a", "normsys", {"hi": 1.1, "lo": 0.9}), modifier("sf", "shapefactor")])])],
        [("c", [33, 18])],
        [dict(LUMI, fixed=True),
         {"name": "mu", "inits": [0.5], "bounds": [[-3.0, 4.0]]},
         {"name": "ss", "inits": [0.9, 1.1], "bounds": [[0.1, 2.0], [0.2, 3.0]], "auxdata": [24.0, 1.5], "factors": [26.0, 2.0], "fixed": False},
         {"name": "st", "sigmas": [0.1, 0.3], "auxdata": [1.02, 0.98], "fixed": True},
         {"name": "a", "auxdata": [0.3], "inits": [0.25], "bounds": [[-2.0, 2.0]]},
         {"name": "sf", "inits": [1.0, 1.2], "bounds": [[0.0, 5.0], [0.5, 5.0]]},
         {"name": "absent", "inits": [7.0]}]), None
    yield "no_parameter_of_interest", workspace(
        [("c", [("b", [9.0, 8.0], [modifier("st", "staterror", [0.8, 0.7])])])], [("c", [7, 11])], poi=""), None
    kinks = workspace(
        [("c", [("s", [4.0, 6.0], [mu, modifier("a", "normsys", {"hi": 1.3, "lo": 0.9})]),
                ("b", [30.0, 20.0], [modifier("a", "histosys", {"hi_data": [33.0, 19.0], "lo_data": [28.0, 24.0]}),
                                     modifier("n", "normsys", {"hi": 0.8, "lo": 1.3})])])], [("c", [36, 30])])
    for normsys in ("code1", "code4"):
        for histosys in ("code0", "code4p"):
            yield f"interpolation_{normsys}_{histosys}", kinks, {"normsys": normsys, "histosys": histosys}


def rounded(x):
    return float(f"{x:.3g}")


def random_workspace(rng, large):
    """Channels, samples and modifiers of all kinds in numbers and sizes drawn at random."""
    channel_count = rng.randint(6, 14) if large else rng.randint(1, 5)
    alphas = [f"α{k}" if k % 7 == 0 else f"sys_{k}" for k in range(rng.randint(10, 60) if large else rng.randint(1, 8))]
    kinds = {a: rng.choice(["normsys", "histosys", "both"]) for a in alphas}
    factors = [f"k{k}" for k in range(rng.randint(1, 4))]
    names = rng.sample(["ttbar", "Wjets", "Zjets", "fakes", "diboson", "ttV", "Higgs"], rng.randint(2, 5))
    channels, observations, parameters = [], [], []
    for c in range(channel_count):
        channel = rng.choice(["SR", "CR", "VR"]) + f"_{rng.randint(0, 99)}_{c}"
        bins = rng.choice([1, 2, 3, 5, 8, 11] if large else [1, 2, 3, 4])
        samples = []
        for sample in ["signal"] + rng.sample(names, rng.randint(1, len(names))):
            scale = 10 ** rng.uniform(-0.5, 3) if sample != "signal" else 10 ** rng.uniform(-1, 1)
            data = [rounded(scale * rng.uniform(0.2, 1)) if rng.random() > 0.04 else 0.0 for _ in range(bins)]
            modifiers = [modifier("mu", "normfactor")] if sample == "signal" else []
            if rng.random() < 0.5:
                modifiers.append(modifier("lumi", "lumi"))
            if sample != "signal":
                if rng.random() < 0.3:
                    modifiers.append(modifier(rng.choice(factors), "normfactor"))
                if rng.random() < 0.7:
                    modifiers.append(modifier(f"staterror_{channel}", "staterror", [rounded(x * rng.uniform(0, 0.2)) for x in data]))
                if rng.random() < 0.2:
                    modifiers.append(modifier(f"shape_{channel}_{sample}", "shapesys",
                                              [rounded(x * rng.uniform(0.001, 0.4)) if rng.random() > 0.1 else 0.0 for x in data]))
                if rng.random() < 0.06:
                    modifiers.append(modifier(f"free_{channel}", "shapefactor"))
            for name in rng.sample(alphas, rng.randint(0, min(len(alphas), 7))):
                if kinds[name] in ("normsys", "both"):
                    u, d = rng.uniform(0.8, 1.3), rng.uniform(0.75, 1.2)
                    modifiers.append(modifier(name, "normsys", {"hi": rounded(u), "lo": rounded(d)}))
                if kinds[name] in ("histosys", "both"):
                    modifiers.append(modifier(name, "histosys", {
                        "hi_data": [rounded(x * rng.uniform(0.9, 1.15)) for x in data],
                        "lo_data": [rounded(x * rng.uniform(0.88, 1.1)) for x in data]}))
            rng.shuffle(modifiers)
            samples.append((sample, data, modifiers))
        # No bin is empty of all samples.
        samples.append(("rest", [rounded(rng.uniform(1, 20)) for _ in range(bins)], []))
        rng.shuffle(samples)
        channels.append((channel, samples))
        observations.append((channel, [float(round(sum(s[1][b] for s in samples) * rng.uniform(0.8, 1.2))) for b in range(bins)]))
    rng.shuffle(observations)
    parameters.append(LUMI)
    if rng.random() < 0.5:
        parameters.append({"name": rng.choice(factors), "inits": [1.1], "bounds": [[0.0, 3.0]], "fixed": rng.random() < 0.5})
    if rng.random() < 0.5:
        parameters.append({"name": alphas[0], "fixed": True, "auxdata": [0.1]})
    return workspace(channels, observations, parameters)


def main():
    rng = random.Random(20)
    cases = [case(name, spec, rng, points=3, settings=settings, spread=1.5) for name, spec, settings in by_hand()]
    for k in range(20):
        cases.append(case(f"random_{k}", random_workspace(rng, large=k % 4 == 3), rng, spread=[0.5, 1.0, 1.6][k % 3]))
    for c in cases:
        print(c["name"], len(c["par_names"]), len(c["points"][0]["expected_main"]), len(json.dumps(c)), file=sys.stderr)
    versions = {"pyhf": pyhf.__version__, "mpmath": mpmath.__version__, "python": sys.version.split()[0]}
    json.dump({"versions": versions, "cases": cases}, sys.stdout, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    main()
