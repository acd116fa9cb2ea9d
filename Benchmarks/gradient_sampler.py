"""Effective draws per second of hmc and nuts on the toy search, beside NumPyro's NUTS.

    python3 -m venv /tmp/numpyro
    /tmp/numpyro/bin/pip install numpyro==0.19.0 "jax[cpu]==0.7.2" arviz==0.22.0 h5py==3.16.0
    swift build -c release --product dnnlik
    /tmp/numpyro/bin/python Benchmarks/gradient_sampler.py .build/release/dnnlik

Warm-up is included on both sides, writing the file on ours; the compilation of JAX is not (a run
that is not timed comes first). Both sides use the cores of the machine: NumPyro runs its chains
vectorised in float64, with the density of sampler.py and the signal strength mapped to the whole
line. The bulk effective size of mu is ArviZ's for both. Where others use the machine too, the
column of processor time is the one to compare: effective draws in a second of all cores.
"""

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time

CORES = os.cpu_count()
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count=1 intra_op_parallelism_threads={CORES}"
os.environ["JAX_ENABLE_X64"] = "1"
import arviz  # noqa: E402
import h5py  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import numpyro  # noqa: E402
import toy_search  # noqa: E402


def potential(density):
    """The density of coordinates without bounds, with the Jacobian, as NumPyro wants it."""

    def energy(y):
        near = jax.nn.sigmoid(y[0])
        x = y.at[0].set(-1 + 6 * near)
        jacobian = jnp.log(6.0) + jax.nn.log_sigmoid(y[0]) + jax.nn.log_sigmoid(-y[0])
        return -(density(x[None, :])[0] + jacobian)

    return energy


def used(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def show(name, draws, mu, seconds, processor):
    size = float(arviz.ess(mu[None] if mu.ndim == 1 else mu, method="bulk"))
    rate, fair = size / seconds, size / (processor / CORES)
    print(f"{name:26}{draws:9}{size:11.0f}{seconds:9.1f}{processor:9.1f}{rate:13.0f}{fair:13.0f}", flush=True)
    return fair


def run_numpyro(options):
    energy = potential(toy_search.density(jnp))
    kernel = numpyro.infer.NUTS(potential_fn=energy, target_accept_prob=0.8, dense_mass=options.dense)
    mcmc = numpyro.infer.MCMC(
        kernel, num_warmup=options.warm_up, num_samples=options.samples, num_chains=options.chains,
        chain_method="vectorized", progress_bar=False)
    start = np.random.default_rng(1).normal(0, 0.5, (options.chains, 95))
    start[:, 0] = -1.4
    # The same shapes, so that the second run finds everything compiled.
    mcmc.run(jax.random.PRNGKey(0), init_params=jnp.array(start))
    before, processor = time.perf_counter(), used(resource.RUSAGE_SELF)
    mcmc.run(jax.random.PRNGKey(1), init_params=jnp.array(start))
    y = np.asarray(mcmc.get_samples(group_by_chain=True))
    seconds, processor = time.perf_counter() - before, used(resource.RUSAGE_SELF) - processor
    mu = -1 + 6 / (1 + np.exp(-y[:, :, 0]))
    name = f"NumPyro NUTS {options.chains} chains"
    return show(name, mu.size, mu, seconds, processor)


def run_own(program, kind, draws, folder):
    path = os.path.join(folder, kind + ".h5")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS")}

    def timed(*arguments):
        before, processor = time.perf_counter(), used(resource.RUSAGE_CHILDREN)
        output = subprocess.run([program, *arguments, "--allow-unconverged", "--json"], env=environment,
                                check=True, capture_output=True, text=True).stdout
        json.loads(output)
        return time.perf_counter() - before, used(resource.RUSAGE_CHILDREN) - processor

    whole = timed("sample", "toy-lhc", "--sampler", kind, "--draws", str(draws), "-o", path)
    diagnostics = timed("diagnose", path)
    with h5py.File(path) as file:
        mu = file["mcmc/chain"][:, :, 0].T
    os.remove(path)
    fair = show(f"dnnlik {kind}", mu.size, mu, whole[0] - diagnostics[0], whole[1] - diagnostics[1])
    show("  with its diagnostics", mu.size, mu, *whole)
    return fair


def main(options):
    print(f"numpyro {numpyro.__version__}, jax {jax.__version__}; {CORES} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':26}{'draws':>9}{'ESS of mu':>11}{'seconds':>9}{'CPU s':>9}{'ESS/second':>13}{'ESS/CPU':>13}")
    with tempfile.TemporaryDirectory() as folder:
        rates = {kind: run_own(options.program, kind, options.draws[kind], folder) for kind in options.draws}
    peer = run_numpyro(options)
    for kind, rate in rates.items():
        print(f"{kind} over NumPyro, by processor time: {rate / peer:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--hmc-draws", type=int, default=1_000_000)
    parser.add_argument("--nuts-draws", type=int, default=100_000)
    parser.add_argument("--chains", type=int, default=32)
    parser.add_argument("--warm-up", type=int, default=500)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--dense", action="store_true", help="dense mass matrix for NumPyro")
    options = parser.parse_args()
    options.draws = {"hmc": options.hmc_draws, "nuts": options.nuts_draws}
    main(options)
