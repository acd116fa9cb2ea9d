"""Twenty steps of Adam on values and gradients, with JAX in double precision.

Writes gradient_training.json beside this file: samples with values and gradients, start
parameters, both losses of every batch before its step, and the parameters after the last. The
loss is mean (f - y)^2 + weight * mean |grad f - g|^2; its derivatives come from JAX's automatic
differentiation of its automatic differentiation. Run with `pip install "jax[cpu]"`; made with
jax 0.10.2, numpy 2.4.6.
"""
import json, os

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
SAMPLES, BATCH, STEPS, RATE = 20, 10, 20, 2**-6
ACTIVATIONS = {
    "silu": jax.nn.silu, "tanh": jnp.tanh, "softplus": jax.nn.softplus,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False), "sigmoid": jax.nn.sigmoid,
    "selu": jax.nn.selu, "elu": jax.nn.elu,
}


def steps(activation, widths, weight, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES, widths[0]))
    y = np.sin(x.sum(axis=1)) + x[:, 0] ** 2
    g = np.cos(x.sum(axis=1))[:, None] * np.ones_like(x)
    g[:, 0] += 2 * x[:, 0]
    count = sum((n + 1) * k for n, k in zip(widths[:-1], widths[1:]))
    start = rng.normal(size=count) * 0.5

    def network(p, x):
        a, place = x, 0
        for layer, (n, k) in enumerate(zip(widths[:-1], widths[1:])):
            a = a @ p[place : place + n * k].reshape(n, k) + p[place + n * k : place + n * k + k]
            place += (n + 1) * k
            a = ACTIVATIONS[activation](a) if layer < len(widths) - 2 else a
        return a[0]

    def losses(p, x, y, g):
        f, slope = jax.vmap(jax.value_and_grad(network, 1), (None, 0))(p, x)
        return jnp.mean((f - y) ** 2), jnp.mean(jnp.sum((slope - g) ** 2, axis=1))

    def total(p, x, y, g):
        a, b = losses(p, x, y, g)
        return a + weight * b

    p, m, v, values, gradients = start, 0, 0, [], []
    slope = jax.jit(jax.grad(total))
    for t in range(1, STEPS + 1):
        part = slice((t - 1) * BATCH % SAMPLES, (t - 1) * BATCH % SAMPLES + BATCH)
        a, b = losses(p, x[part], y[part], g[part])
        values.append(float(a))
        gradients.append(float(b))
        d = slope(p, x[part], y[part], g[part])
        m, v = 0.9 * m + 0.1 * d, 0.999 * v + 0.001 * d * d
        rate = RATE * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        p = p - rate * m / (jnp.sqrt(v) + 1e-7)
    return dict(
        activation=activation, widths=widths, weight=weight, inputs=x.ravel().tolist(),
        targets=y.tolist(), gradients=g.ravel().tolist(), start=start.tolist(),
        valueLosses=values, gradientLosses=gradients, end=np.asarray(p).tolist())


runs = [
    steps("silu", [3, 6, 5, 1], 0.3, 1), steps("tanh", [3, 8, 1], 1.0, 2),
    steps("gelu", [2, 5, 4, 3, 1], 0.1, 3), steps("softplus", [3, 6, 5, 1], 2.0, 4),
    steps("sigmoid", [3, 6, 1], 0.5, 5), steps("selu", [3, 6, 5, 1], 0.3, 6),
    steps("elu", [3, 6, 5, 1], 0.3, 7),
]
print(jax.__version__, np.__version__)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gradient_training.json")
with open(path, "w") as file:
    json.dump(dict(batch=BATCH, rate=RATE, steps=runs), file)
