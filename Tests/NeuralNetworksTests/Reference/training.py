"""Twelve steps of Adam, and the decisions of the callbacks, by independent programs.

Writes training.json beside this file: start parameters, samples, the loss of every batch before
its step, and the parameters after the last; then the learning rates and the last and best epoch
for given sequences of validation losses. The steps are computed twice: with gradients from JAX in
double precision (`losses`, `end`), and by Keras (`kerasLosses`, `kerasEnd`), whose loss and rate
are rounded to single precision inside. Run with `pip install keras "jax[cpu]"`.
"""
import json, os

os.environ["KERAS_BACKEND"] = "jax"
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.config.set_floatx("float64")
SAMPLES, BATCH, EPOCHS, WIDTHS = 24, 10, 4, [4, 8, 6, 1]
RATE = 2**-7  # exact in single precision
LOSSES = {
    "mse": keras.losses.MeanSquaredError(),
    "mae": keras.losses.MeanAbsoluteError(),
    "huber": keras.losses.Huber(delta=0.7),
}


PLAIN_LOSSES = {
    "mse": lambda e: e**2,
    "mae": abs,
    "huber": lambda e: jnp.where(abs(e) <= 0.7, e**2 / 2, 0.7 * (abs(e) - 0.35)),
}
ACTIVATIONS = {
    "selu": jax.nn.selu, "tanh": jnp.tanh, "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
}


def batches():
    return [slice(i, i + BATCH) for _ in range(EPOCHS) for i in range(0, SAMPLES, BATCH)]


def jax_steps(activation, loss_name, x, y, w, p):
    def loss(p, x, y, w):
        a, place = x, 0
        for layer, (n, k) in enumerate(zip(WIDTHS[:-1], WIDTHS[1:])):
            a = a @ p[place : place + n * k].reshape(n, k) + p[place + n * k : place + n * k + k]
            place += (n + 1) * k
            a = ACTIVATIONS[activation](a) if layer < len(WIDTHS) - 2 else a
        return jnp.mean(w * PLAIN_LOSSES[loss_name](a - y)[:, 0])

    m, v, losses = 0, 0, []
    for t, part in enumerate(batches(), 1):
        value, g = jax.value_and_grad(loss)(p, x[part], y[part], w[part])
        losses.append(float(value))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        rate = RATE * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        p = p - rate * m / (jnp.sqrt(v) + 1e-7)
    return dict(losses=losses, end=np.asarray(p).tolist())


def flat(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def steps(activation, loss_name, weighted, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES, WIDTHS[0]))
    y = np.sin(x.sum(axis=1, keepdims=True)) + rng.normal(size=(SAMPLES, 1))
    w = rng.uniform(0.2, 2, size=SAMPLES) if weighted else None
    layers = [keras.Input((WIDTHS[0],))]
    layers += [keras.layers.Dense(n, activation=activation) for n in WIDTHS[1:-1]]
    model = keras.Sequential(layers + [keras.layers.Dense(1)])
    model.set_weights([rng.normal(size=v.shape) * 0.5 for v in model.get_weights()])
    loss = LOSSES[loss_name]
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=loss)
    start, batch_losses = flat(model), []
    for part in batches():
        sw = None if w is None else w[part]
        batch_losses.append(float(loss(y[part], model(x[part]), sample_weight=sw)))
        model.train_on_batch(x[part], y[part], sample_weight=sw)
    plain = jax_steps(activation, loss_name, x, y, np.ones(SAMPLES) if w is None else w, start)
    return dict(
        activation=activation, loss=loss_name, inputs=x.ravel().tolist(),
        targets=y.ravel().tolist(), weights=None if w is None else w.tolist(),
        start=start.tolist(), kerasLosses=batch_losses, kerasEnd=flat(model).tolist(), **plain)


def callbacks(losses, improvement, factor, plateau_patience, floor, stop_patience):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", mode="min", factor=factor, patience=plateau_patience,
        min_delta=improvement, min_lr=floor)
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=stop_patience, min_delta=improvement,
        restore_best_weights=True)
    for c in (plateau, stopping):
        c.set_model(model)
        c.on_train_begin()
    rates = []
    for epoch, value in enumerate(losses):
        plateau.on_epoch_end(epoch, {"val_loss": value})
        stopping.on_epoch_end(epoch, {"val_loss": value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    return dict(
        losses=losses, improvement=improvement, factor=factor, plateauPatience=plateau_patience,
        floor=floor, stopPatience=stop_patience, rates=rates, bestEpoch=stopping.best_epoch + 1,
        stopped=bool(model.stop_training))


rng = np.random.default_rng(5)
noisy = [float(np.exp(-e / 20) + 0.05 + 0.03 * rng.normal()) for e in range(150)]
result = dict(
    keras=keras.__version__, jax=jax.__version__, batch=BATCH, epochs=EPOCHS, widths=WIDTHS,
    steps=[
        steps("selu", "mse", False, 1), steps("gelu", "huber", True, 2),
        steps("tanh", "mae", True, 3), steps("silu", "mse", True, 4)],
    callbacks=[
        callbacks(noisy, 1e-3, 0.2, 4, 8e-5, 25), callbacks(noisy, 0, 0.5, 3, 1e-5, 12),
        callbacks(noisy, 2e-2, 0.2, 10, 8e-5, 48)])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json"), "w") as out:
    json.dump(result, out, indent=1)
