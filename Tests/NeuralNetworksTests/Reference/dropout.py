"""Training steps with dropout by independent programs, from the same weights and the same noise.

Writes dropout.json beside this file: start parameters, samples, the loss of every batch before its
step, and the parameters after the last. Which units are dropped follows from Philox4x32-10 written
out here (Salmon et al., doi:10.1145/2063384.2063405; its known answers are tested below). The steps
are computed twice: with gradients from JAX in double precision (`losses`, `end`), and by Keras's own
layers Dropout and AlphaDropout with that noise in the place of theirs (`kerasEnd`); Keras rounds the
rate to single precision inside. L1 and L2 penalties are those of Keras.
Run with `pip install keras==3.15.1 "jax[cpu]==0.10.2"`.
"""
import json, os

os.environ["KERAS_BACKEND"] = "jax"
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.config.set_floatx("float64")
SAMPLES, BATCH, EPOCHS, WIDTHS, SEED = 24, 10, 4, [4, 9, 6, 1], 7
RATE = 2**-7  # exact in single precision
M32, M64 = 2**32 - 1, 2**64 - 1


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & M32, (p0 >> 32) ^ c[3] ^ k[1], p0 & M32]
        k = [(k[0] + 0x9E3779B9) & M32, (k[1] + 0xBB67AE85) & M32]
    return c


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert philox([M32] * 4, [M32] * 2) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]


def key(seed, purpose):
    h = 0xCBF29CE484222325
    for byte in purpose.encode():
        h = ((h ^ byte) * 0x100000001B3) & M64
    z = (seed + 0x9E3779B97F4A7C15 + h * 0xD1342543DE82EF95) & M64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
    z ^= z >> 31
    return [z & M32, z >> 32]


def noise(step, layer, rows, columns):
    """Uniform numbers of a layer's outputs, word by word."""
    k = key(SEED, "dropout")
    return np.array(
        [[philox([c // 4, r, layer, step], k)[c % 4] / 2**32 for c in range(columns)]
         for r in range(rows)])


def batches():
    return [slice(i, i + BATCH) for _ in range(EPOCHS) for i in range(0, SAMPLES, BATCH)]


ACTIVATIONS = {"selu": jax.nn.selu, "silu": jax.nn.silu, "tanh": jnp.tanh, "relu": jax.nn.relu}


def drop(kind, rate, kept, a):
    if kind == "standard":
        return jnp.where(kept, a / (1 - rate), 0)
    least = -1.0507009873554805 * 1.6732632423543772
    q = 1 - rate
    scale = (q + least**2 * q * (1 - q)) ** -0.5
    return scale * jnp.where(kept, a, least) - scale * (1 - q) * least


def jax_steps(activation, kind, rate, l1, l2, x, y, p):
    def loss(p, x, y, kept):
        a, place, penalty = x, 0, 0
        for layer, (n, k) in enumerate(zip(WIDTHS[:-1], WIDTHS[1:])):
            w = p[place : place + n * k].reshape(n, k)
            a = a @ w + p[place + n * k : place + n * k + k]
            penalty += l1 * abs(w).sum() + l2 * (w**2).sum()
            place += (n + 1) * k
            if layer < len(WIDTHS) - 2:
                a = drop(kind, rate, kept[layer], ACTIVATIONS[activation](a))
        value = jnp.mean((a - y) ** 2)
        return value + penalty, value

    m, v, losses = 0, 0, []
    for t, part in enumerate(batches(), 1):
        kept = [noise(t - 1, i, len(x[part]), n) >= rate for i, n in enumerate(WIDTHS[1:-1])]
        (_, value), g = jax.value_and_grad(loss, has_aux=True)(p, x[part], y[part], kept)
        losses.append(float(value))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        p = p - RATE * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (jnp.sqrt(v) + 1e-7)
    return dict(losses=losses, end=np.asarray(p).tolist())


class Noise:
    """Takes the place of Keras's random numbers."""

    step, layer = 0, 0

    def next(self, shape):
        # Keras calls layers on symbols too, where the number of rows is not known.
        shape = [BATCH if n is None else int(n) for n in shape]
        self.layer += 1
        return noise(self.step, (self.layer - 1) % (len(WIDTHS) - 2), *shape)


NOISE = Noise()
from keras.src import ops
from keras.src.backend.jax import random as jax_random

ops.random.uniform = lambda shape, **_: jnp.asarray(NOISE.next(shape))


def keras_dropout(inputs, rate, noise_shape=None, seed=None):
    return jnp.where(NOISE.next(inputs.shape) >= rate, inputs / (1.0 - rate), 0)


jax_random.dropout = keras_dropout


def flat(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def steps(activation, kind, rate, l1, l2, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES, WIDTHS[0]))
    y = np.sin(x.sum(axis=1, keepdims=True)) + rng.normal(size=(SAMPLES, 1))
    penalty = lambda: keras.regularizers.L1L2(l1, l2) if l1 or l2 else None
    layer = keras.layers.Dropout if kind == "standard" else keras.layers.AlphaDropout
    layers = [keras.Input((WIDTHS[0],))]
    for n in WIDTHS[1:-1]:
        layers += [keras.layers.Dense(n, activation=activation, kernel_regularizer=penalty()),
                   layer(rate)]
    model = keras.Sequential(layers + [keras.layers.Dense(1, kernel_regularizer=penalty())])
    model.set_weights([rng.normal(size=v.shape) * 0.5 for v in model.get_weights()])
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss="mse", run_eagerly=True)
    start = flat(model)
    for step, part in enumerate(batches()):
        NOISE.step, NOISE.layer = step, 0
        model.train_on_batch(x[part], y[part])
        NOISE.layer = 0
    plain = jax_steps(activation, kind, rate, l1, l2, x, y, start)
    difference = abs(flat(model) - np.array(plain["end"])).max()
    print(activation, kind, rate, "Keras and JAX differ by", difference)
    return dict(
        activation=activation, kind=kind, rate=rate, l1=l1, l2=l2, inputs=x.ravel().tolist(),
        targets=y.ravel().tolist(), start=start.tolist(), kerasEnd=flat(model).tolist(), **plain)


result = dict(
    keras=keras.__version__, jax=jax.__version__, batch=BATCH, epochs=EPOCHS, widths=WIDTHS,
    seed=SEED,
    steps=[
        steps("selu", "alpha", 0.1, 0, 0, 1), steps("silu", "standard", 0.25, 0, 0, 2),
        steps("relu", "standard", 0.5, 0, 0.01, 3), steps("tanh", "alpha", 0.3, 0.02, 0, 4),
        steps("selu", "standard", 0.0, 0.005, 0.003, 5)])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dropout.json"), "w") as out:
    json.dump(result, out, indent=1)
