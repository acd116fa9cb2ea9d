"""Programs that take turns on the same cores, so that neighbours disturb all of them alike."""

import os
import statistics
import subprocess
import sys


class Worker:
    """A process that does the same work on every request.

    It prints `ready`, then answers each line with `count wall-seconds processor-seconds`.
    """

    def __init__(self, name, command, environment):
        self.name, self.rates, self.processor = name, [], []
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        self.available = line.strip() == "ready"

    def turn(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        count, wall, processor = self.process.stdout.readline().split()
        self.rates.append(float(count) / float(wall))
        self.processor.append(float(processor) / float(count))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def environment(threads):
    """No pinned BLAS kernels, and the same number of threads for everybody."""
    result = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    for name in ("DNNLIK_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS",
                 "TF_NUM_INTEROP_THREADS"):
        result[name] = str(threads)
    result["TF_CPP_MIN_LOG_LEVEL"] = "3"
    return result


def serve(count, body):
    """The other side of `Worker`."""
    import resource
    import time

    def processor():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    body()
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, used = time.perf_counter(), processor()
        body()
        print(count, time.perf_counter() - wall, processor() - used, flush=True)


def compete(workers, rounds):
    """Turn by turn; medians of the rates and of the ratios to the first within a round."""
    workers = [w for w in workers if w.available]
    for round in range(rounds):
        for worker in workers[round % len(workers):] + workers[:round % len(workers)]:
            worker.turn()
    first = workers[0]
    for w in workers:
        ratios = [a / b for a, b in zip(first.rates, w.rates)]
        print(f"  {w.name:<24} {statistics.median(w.rates):>10.0f}/s, best {max(w.rates):>8.0f}/s, "
              f"{1e6 * statistics.median(w.processor):8.2f} us of processor time each; "
              f"{first.name} is {statistics.median(ratios):.2f} times as fast "
              f"(best against best {max(first.rates) / max(w.rates):.2f})", flush=True)
    for w in workers:
        w.close()
    return {w.name: w for w in workers}
