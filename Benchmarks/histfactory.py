"""Times HistFactoryBenchmark beside pyhf on the same workspaces and prints the ratios.

    python3 -m venv /tmp/pyhf && /tmp/pyhf/bin/pip install "pyhf==0.7.6" "jax[cpu]==0.7.2"
    swift build -c release --package-path Benchmarks --product HistFactoryBenchmark
    /tmp/pyhf/bin/python Benchmarks/histfactory.py Benchmarks/.build/release/HistFactoryBenchmark WORKSPACE.json ...

One core: DNNLIK_THREADS=1 here, single-threaded numpy and XLA there. The jax columns are empty where
jax is not installed; its times do not contain compilation. Workspaces are published ones, or the
one of histfactory_synthetic.py.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import pyhf  # noqa: E402

try:
    import jax
except ImportError:
    jax = None


def microseconds(body, seconds=1.0):
    body()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return 1e6 * statistics.median(times)


def pyhf_times(path):
    spec = json.loads(pathlib.Path(path).read_text())
    pyhf.set_backend("numpy", precision="64b")
    workspace = pyhf.Workspace(spec)
    model = workspace.model()
    data, point = workspace.data(model), pyhf.tensorlib.astensor(model.config.suggested_init())
    value = microseconds(lambda: model.logpdf(point, data))
    if jax is None:
        return value, None
    pyhf.set_backend("jax", precision="64b")
    model = workspace.model()
    point = pyhf.tensorlib.astensor(model.config.suggested_init())
    observed = pyhf.tensorlib.astensor(data)
    both = jax.jit(jax.value_and_grad(lambda x: model.logpdf(x, observed)[0]))
    return value, microseconds(lambda: jax.block_until_ready(both(point)))


def main(program, workspaces):
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment["DNNLIK_THREADS"] = "1"
    print("workspace                      par  bins | value µs  pyhf numpy  ratio | +gradient µs  one point"
          "  pyhf jax  ratio | Hessian µs")
    for path in workspaces:
        output = subprocess.run([program, path], env=environment, check=True, capture_output=True, text=True)
        own = json.loads(output.stdout)
        value, both = pyhf_times(path)
        jax_part = f"{both:9.0f} {both / own['gradient_us']:6.0f}" if both else f"{'-':>9} {'-':>6}"
        print(f"{pathlib.Path(path).stem:28} {own['parameters']:5} {own['bins']:5} |{own['value_us']:9.2f} {value:11.0f}"
              f" {value / own['value_us']:6.0f} |{own['gradient_us']:13.2f} {own['single_gradient_us']:10.2f} {jax_part}"
              f" |{own['hessian_us']:11.0f}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
