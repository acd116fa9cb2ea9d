"""Effective draws per second of the ensemble samplers on the toy search, beside emcee's.

    python3 -m venv /tmp/emcee && /tmp/emcee/bin/pip install emcee==3.1.6 "jax[cpu]==0.7.2" h5py
    swift build -c release --package-path Benchmarks --product SamplerBenchmark
    /tmp/emcee/bin/python Benchmarks/sampler.py Benchmarks/.build/release/SamplerBenchmark

One core and processor times on both sides, of the kept steps alone: DNNLIK_THREADS=1 here,
single-threaded XLA there (the density jitted in float64 and vectorised over half the walkers; numpy
where jax is not installed). Both start from the same over-dispersed points and write their chains;
SamplerBenchmark estimates the integrated autocorrelation time of the worst parameter from both
files. emcee's snooker is biased up to 3.1.6, so its mixture is not comparable and left out.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_ENABLE_X64"] = "1"
import emcee  # noqa: E402
import h5py  # noqa: E402
import numpy as np  # noqa: E402
import toy_search  # noqa: E402

try:
    import jax
    import jax.numpy as xp
except ImportError:
    jax, xp = None, np

def toy_density():
    """The log-posterior, rows of points; compiled if jax is there."""
    density = toy_search.density(xp)
    if jax is None:
        return density
    compiled = jax.jit(density)
    return lambda x: np.asarray(compiled(x))


def read(path):
    with h5py.File(path) as f:
        return f["mcmc/chain"][...], f["mcmc/log_prob"][...]


def write(path, sampler):
    chain, values = sampler.get_chain(), sampler.get_log_prob()
    with h5py.File(path, "w") as f:
        group = f.create_group("mcmc")
        group.attrs["version"] = emcee.__version__
        group.attrs["nwalkers"], group.attrs["ndim"] = chain.shape[1:]
        group.attrs["has_blobs"] = False
        group.attrs["iteration"] = len(chain)
        group["chain"], group["log_prob"] = chain, values
        group["accepted"] = sampler.backend.accepted.astype(float)


def run_emcee(move, density, start, path, options):
    np.random.seed(1)
    sampler = emcee.EnsembleSampler(*start.shape, density, moves=move, vectorize=True)
    state = sampler.run_mcmc(start, options.burn_in, store=False)
    before = time.process_time()
    sampler.run_mcmc(state, options.steps // options.thinning, thin_by=options.thinning)
    seconds = time.process_time() - before
    write(path, sampler)
    return seconds


def main(options):
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment["DNNLIK_THREADS"] = "1"

    def own(*arguments):
        command = [options.program, *map(str, arguments)]
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        return json.loads(output) if output.strip() else None

    with tempfile.TemporaryDirectory() as folder:
        first, path = os.path.join(folder, "start.h5"), os.path.join(folder, "chain.h5")
        own("start", first, options.walkers)
        chain, values = read(first)
        density = toy_density()
        difference = np.abs(density(chain[0]) - values[0]).max()
        assert difference < 1e-8, f"the densities differ by {difference}"
        print(f"emcee {emcee.__version__}, density by {'jax ' + jax.__version__ if jax else 'numpy'}; "
              f"{options.walkers} walkers, {options.steps} steps; load {os.getloadavg()[0]:.1f}")
        print("sampler              seconds  µs/evaluation     tau  worst      effective draws/s")

        def show(name, seconds, evaluations):
            result = own("time", path, options.thinning)
            os.remove(path)
            rate = options.walkers * options.steps / result["tau"] / seconds
            print(f"{name:20}{seconds:8.2f}{seconds / evaluations * 1e6:15.3f}{result['tau']:8.0f}  "
                  f"{result['parameter']:10}{rate:10.0f}", flush=True)
            return rate

        peers = {"stretch": emcee.moves.StretchMove(), "de": emcee.moves.DEMove()}
        best = 0
        for move in options.moves:
            result = own("run", move, first, path, options.burn_in, options.steps, options.thinning)
            rate = show(move, result["cpu_seconds"], result["evaluations"])
            print(f"{'':20}of which the density {result['density_us']:.3f} µs/evaluation")
            if move in peers:
                seconds = run_emcee(peers[move], density, chain[0], path, options)
                peer = show(f"emcee {move}", seconds, options.walkers * options.steps)
                best = max(best, peer)
                print(f"{'':20}ratio {rate / peer:.1f}")
            elif best:
                print(f"{'':20}ratio to the best of emcee {rate / best:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--walkers", type=int, default=200)
    parser.add_argument("--burn-in", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--thinning", type=int, default=20)
    parser.add_argument("--moves", nargs="+", default=["stretch", "de", "de+snooker", "walk", "slice"])
    main(parser.parse_args())
