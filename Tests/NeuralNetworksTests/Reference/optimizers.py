"""Twelve steps of every optimiser and loss by Keras, and learning rates of schedules by optax.

Writes optimizers.json beside this file: samples, start parameters, the loss of every batch before
its step (without penalties), and the parameters after the last; rates of schedules step by step.
Keras runs on JAX in double precision, but rounds learning rates to single precision, so that all
rates here are powers of two. Run with `pip install keras "jax[cpu]" optax`;
made with keras 3.15.1, jax 0.10.2, optax 0.2.8.
"""
import json, os

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np
import optax

keras.config.set_floatx("float64")
SAMPLES, BATCH, EPOCHS, WIDTHS = 24, 10, 4, [4, 7, 5, 1]
RATE = 2**-6


def flat(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def run(name, optimizer, loss="mse", l2=0.0, positive=False, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES, WIDTHS[0]))
    y = np.sin(x.sum(axis=1, keepdims=True)) + rng.normal(size=(SAMPLES, 1))
    if positive:
        y = np.abs(y) + 0.1
    w = rng.uniform(0.2, 2, size=SAMPLES)
    kernel = dict(kernel_regularizer=keras.regularizers.L2(l2)) if l2 else {}
    layers = [keras.Input((WIDTHS[0],))]
    layers += [keras.layers.Dense(n, activation="tanh", **kernel) for n in WIDTHS[1:-1]]
    model = keras.Sequential(layers + [keras.layers.Dense(1, **kernel)])
    model.set_weights([rng.normal(size=v.shape) * 0.5 for v in model.get_weights()])
    if positive:
        weights = model.get_weights()
        weights[-1] = weights[-1] + 1.0
        model.set_weights(weights)
    start = flat(model).tolist()
    function = {
        "mse": keras.losses.MeanSquaredError(), "mae": keras.losses.MeanAbsoluteError(),
        "mape": keras.losses.MeanAbsolutePercentageError(),
        "msle": keras.losses.MeanSquaredLogarithmicError(),
    }[loss]
    model.compile(optimizer, function)
    losses = []
    for _ in range(EPOCHS):
        for i in range(0, SAMPLES, BATCH):
            part = slice(i, i + BATCH)
            losses.append(float(function(y[part], model(x[part]), sample_weight=w[part])))
            model.train_on_batch(x[part], y[part], sample_weight=w[part])
    return dict(
        name=name, loss=loss, l2=l2, inputs=x.ravel().tolist(), targets=y.ravel().tolist(),
        weights=w.tolist(), start=start, losses=losses, end=flat(model).tolist())


o = keras.optimizers
runs = [
    run("adam", o.Adam(RATE)), run("adamW", o.AdamW(RATE, weight_decay=2**-3), seed=2),
    run("sgd", o.SGD(RATE), seed=3), run("momentum", o.SGD(RATE, momentum=0.875), seed=4),
    run("nesterov", o.SGD(RATE, momentum=0.875, nesterov=True), seed=5),
    run("rmsProp", o.RMSprop(RATE, rho=0.875), seed=6),
    run("rmsPropMomentum", o.RMSprop(RATE, rho=0.875, momentum=0.5), seed=7),
    run("adam", o.Adam(RATE), l2=2**-5, seed=8), run("sgd", o.SGD(RATE), l2=2**-5, seed=9),
    run("adam", o.Adam(RATE), loss="mape", positive=True, seed=10),
    run("adam", o.Adam(RATE), loss="msle", positive=True, seed=11),
]
STEPS = 40
schedules = dict(
    oneCycle=optax.cosine_onecycle_schedule(STEPS, 1.0),
    step=optax.exponential_decay(1.0, 10, 0.3, staircase=True),
    warmUp=optax.linear_schedule(0.1, 1.0, 9),
    cosine=optax.cosine_decay_schedule(1.0, STEPS, alpha=0.01),
)
rates = {k: [float(f(i)) for i in range(STEPS)] for k, f in schedules.items()}
print(keras.__version__, jax.__version__, optax.__version__)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json")
with open(path, "w") as file:
    json.dump(dict(batch=BATCH, epochs=EPOCHS, widths=WIDTHS, rate=RATE, runs=runs, rates=rates), file)
