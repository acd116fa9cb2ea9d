"""Times a full hypothesis test (five fits) beside pyhf on the same workspaces and prints the ratios.

    python3 -m venv /tmp/pyhf && /tmp/pyhf/bin/pip install "pyhf==0.7.6" "jax[cpu]==0.7.2"
    swift build -c release --package-path Benchmarks --product HypothesisTestBenchmark
    /tmp/pyhf/bin/python Benchmarks/hypotest.py Benchmarks/.build/release/HypothesisTestBenchmark WORKSPACE.json ...

The program may also be dnnlik itself, whose processor time then contains its start and the loading.
One core on both sides, processor times. pyhf runs with jax (its fastest backend for fits) where it is
installed, compilation included as a user meets it; `again` is a second test with the same model.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import pyhf  # noqa: E402

try:
    import jax  # noqa: F401

    BACKEND = "jax"
except ImportError:
    BACKEND = "numpy"


def pyhf_test(path):
    pyhf.set_backend(BACKEND, precision="64b")
    workspace = pyhf.Workspace(json.loads(pathlib.Path(path).read_text()))
    model = workspace.model()
    data = workspace.data(model)
    times = []
    for _ in range(2):
        start = time.process_time()
        try:
            cls = float(pyhf.infer.hypotest(1.0, data, model, test_stat="qtilde"))
        except Exception as error:  # a failed fit is an answer too
            cls = f"failed ({type(error).__name__})"
        times.append(1e3 * (time.process_time() - start))
    return cls, times


def own_test(program, path, environment):
    if pathlib.Path(program).name != "dnnlik":
        output = subprocess.run([program, path], env=environment, check=True, capture_output=True, text=True)
        return json.loads(output.stdout)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run([program, "hypotest", path, "--json"], env=environment, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(output.stdout)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"hypotest_ms": 1e3 * used, "CLs": result["CLs"]}


def main(program, workspaces):
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment["DNNLIK_THREADS"] = "1"
    print(f"load {os.getloadavg()[0]:.1f}, pyhf {pyhf.__version__} with {BACKEND}")
    print("workspace                     | hypotest ms  limit ms        CLs |  pyhf ms     again  ratio   CLs")
    for path in workspaces:
        own = own_test(program, path, environment)
        cls, (first, again) = pyhf_test(path)
        limit = f"{own['limit_ms']:9.1f}" if "limit_ms" in own else f"{'-':>9}"
        text = f"{cls:.6g}" if isinstance(cls, float) else cls
        print(f"{pathlib.Path(path).stem:29} | {own['hypotest_ms']:11.1f} {limit} {own['CLs']:10.6g} |{first:9.0f} {again:9.0f}"
              f" {first / own['hypotest_ms']:6.0f}   {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
