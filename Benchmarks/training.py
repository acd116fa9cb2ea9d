"""Training steps beside JAX, TensorFlow and PyTorch: forward pass, backward pass, Adam, in float32.

    python3 -m venv /tmp/frameworks
    /tmp/frameworks/bin/pip install jax==0.10.2 tensorflow==2.21.0 keras==3.15.1 torch==2.15.0
    swift build -c release --package-path Benchmarks --product NetworkBenchmark
    /tmp/frameworks/bin/python Benchmarks/training.py Benchmarks/.build/release/NetworkBenchmark

The programs take turns, so that what else the machine does disturbs all alike; each runs on the
same number of threads. 95-1000-1000-1 with batches of 512 and 95-5000-5000-1 with batches of 1024,
SELU. JAX: the whole step jitted, with donated buffers; TensorFlow: the whole step a function
compiled by XLA or not, and Keras's train_on_batch; PyTorch: eager. Their batches lie in memory;
ours are gathered from a shuffled data set. Frameworks that are not installed are left out.
"""

import os
import sys

import turns

ROUNDS = int(os.environ.get("ROUNDS", "7"))
THREADS = int(os.environ.get("THREADS", str(os.cpu_count())))
RATE = 1e-4


def batches(width, batch, steps):
    import numpy as np

    rng = np.random.default_rng(1)
    shapes = [(95, width), (width,), (width, width), (width,), (width, 1), (1,)]
    weights = [(rng.normal(size=s) / s[0] ** 0.5 if len(s) == 2 else np.zeros(s)).astype("float32")
               for s in shapes]
    data = [(rng.normal(size=(batch, 95)).astype("float32"),
             rng.normal(size=(batch, 1)).astype("float32")) for _ in range(min(steps, 4))]
    return weights, [data[i % len(data)] for i in range(steps)]


def jax_worker(width, batch, steps):
    import functools

    import jax
    import jax.numpy as jnp

    weights, data = batches(width, batch, steps)
    data = [(jnp.asarray(x), jnp.asarray(y)) for x, y in data]

    def loss(p, x, y):
        a = jax.nn.selu(x @ p[0] + p[1])
        a = jax.nn.selu(a @ p[2] + p[3])
        return jnp.mean((a @ p[4] + p[5] - y) ** 2)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2, 3))
    def step(p, m, v, t, x, y):
        g = jax.grad(loss)(p, x, y)
        t = t + 1
        rate = RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = [0.9 * a + 0.1 * b for a, b in zip(m, g)]
        v = [0.999 * a + 0.001 * b * b for a, b in zip(v, g)]
        p = [a - rate * b / (jnp.sqrt(c) + 1e-7) for a, b, c in zip(p, m, v)]
        return p, m, v, t

    state = [[jnp.asarray(w) for w in weights], [jnp.zeros_like(w) for w in weights],
             [jnp.zeros_like(w) for w in weights], jnp.float32(0)]

    def body():
        nonlocal state
        for x, y in data:
            state = step(*state, x, y)
        jax.block_until_ready(state)

    turns.serve(batch * steps, body)


def keras_model(width):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    model = keras.Sequential(
        [keras.Input((95,))]
        + [keras.layers.Dense(width, activation="selu", kernel_initializer="lecun_normal"),
           keras.layers.Dense(width, activation="selu", kernel_initializer="lecun_normal"),
           keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss="mse")
    return tf, model


def keras_worker(width, batch, steps):
    _, model = keras_model(width)
    _, data = batches(width, batch, steps)
    turns.serve(batch * steps, lambda: [model.train_on_batch(x, y) for x, y in data])


def tensorflow_worker(width, batch, steps, compiled=False):
    tf, model = keras_model(width)
    _, data = batches(width, batch, steps)
    data = [(tf.constant(x), tf.constant(y)) for x, y in data]
    model.optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=compiled)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x) - y))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    turns.serve(batch * steps, lambda: [step(x, y) for x, y in data][-1].numpy())


def torch_worker(width, batch, steps):
    import torch

    torch.set_num_threads(THREADS)
    weights, data = batches(width, batch, steps)
    data = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in data]
    model = torch.nn.Sequential(
        torch.nn.Linear(95, width), torch.nn.SELU(), torch.nn.Linear(width, width),
        torch.nn.SELU(), torch.nn.Linear(width, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)

    def body():
        for x, y in data:
            optimizer.zero_grad(set_to_none=True)
            torch.mean((model(x) - y) ** 2).backward()
            optimizer.step()

    turns.serve(batch * steps, body)


WORKERS = {
    "JAX": jax_worker, "TensorFlow": tensorflow_worker,
    "TensorFlow (XLA)": lambda *a: tensorflow_worker(*a, compiled=True),
    "Keras train_on_batch": keras_worker, "PyTorch": torch_worker}


def main(program):
    environment = turns.environment(THREADS)
    for width, batch, steps in ((1000, 512, 24), (5000, 1024, 2)):
        print(f"95-{width}-{width}-1, batch {batch}, {THREADS} threads, load "
              f"{os.getloadavg()[0]:.1f}, samples per second:", flush=True)
        numbers = [str(n) for n in (width, batch, steps)]
        workers = [turns.Worker("this", [program, "train", *numbers], environment)]
        for name in WORKERS:
            workers.append(turns.Worker(
                name, [sys.executable, __file__, "--worker", name, *numbers], environment))
        turns.compete(workers, ROUNDS)


if __name__ == "__main__":
    if sys.argv[1] == "--worker":
        WORKERS[sys.argv[2]](*map(int, sys.argv[3:]))
    else:
        main(sys.argv[1])
