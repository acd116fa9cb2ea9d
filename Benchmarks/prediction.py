"""Prediction of a surrogate beside onnxruntime on the same file: values, and gradients.

    swift build -c release --package-path Benchmarks --product NetworkBenchmark
    .build/release/dnnlik quickstart -o run
    .venv/bin/python Benchmarks/prediction.py Benchmarks/.build/release/NetworkBenchmark run/model.onnx

Batches of 10 000 points in float64, the network inside in its own precision. onnxruntime has no
gradients. The programs take turns.
"""

import os
import sys

import turns

ROUNDS = int(os.environ.get("ROUNDS", "9"))
THREADS = int(os.environ.get("THREADS", str(os.cpu_count())))
POINTS = 10_000


def onnxruntime_worker(model):
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    # Threads that wait in a loop would take the cores from whoever's turn it is.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    d = session.get_inputs()[0].shape[1]
    x = 0.3 * np.random.default_rng(1).normal(size=(POINTS, d))
    turns.serve(POINTS, lambda: session.run(["logpdf"], {"parameters": x}))


def main(program, model):
    environment = turns.environment(THREADS)
    print(f"{model}, {THREADS} threads, load {os.getloadavg()[0]:.1f}, points per second:")
    workers = [
        turns.Worker(name, [program, kind, model, str(POINTS)], environment)
        for name, kind in (("values", "values"), ("values and gradients", "gradients"))]
    workers.append(turns.Worker(
        "onnxruntime, values", [sys.executable, __file__, "--worker", model], environment))
    for worker in turns.compete(workers, ROUNDS).values():
        rates = sorted(worker.rates)
        print(f"  {worker.name}: {1e6 / rates[len(rates) // 2]:.2f} us a point")


if __name__ == "__main__":
    if sys.argv[1] == "--worker":
        onnxruntime_worker(sys.argv[2])
    else:
        main(*sys.argv[1:3])
