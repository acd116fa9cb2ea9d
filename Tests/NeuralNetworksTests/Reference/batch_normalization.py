"""Steps of training with batch normalisation by Keras, from the same weights.

Writes batch_normalization.json beside this file: samples, start parameters (the biases of hidden
layers are those of the normalisation, which also has scales), the loss of every batch before its
step with the statistics of the batch, and after the last step parameters, scales, running means and
variances, and predictions, which use the running averages. The last batch of an epoch takes a single
sample that would be left over. Keras runs on JAX in double precision, but rounds learning rates and
the ε of optimisers to single precision; all rates here are powers of two.
Run with `pip install keras==3.15.1 "jax[cpu]==0.10.2"`.
"""
import json, os

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.config.set_floatx("float64")
# The layer asks for the common type of its inputs' and single precision, which Keras takes to be the
# latter.
keras.src.backend.result_type = lambda *types: "float64"
EPOCHS, WIDTHS, RATE = 4, [4, 7, 5, 1], 2**-6


def batches(samples, size):
    parts = [list(range(i, min(i + size, samples))) for i in range(0, samples, size)]
    if len(parts[-1]) == 1:
        rest = parts.pop()
        parts[-1] += rest
    return parts


def joined(arrays):
    return np.concatenate([np.asarray(a).ravel() for a in arrays]).tolist()


def run(name, optimizer, activation, samples, batch, momentum, epsilon, l2=0.0, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(samples, WIDTHS[0])) * 2 + 1
    y = np.sin(x.sum(axis=1, keepdims=True)) + rng.normal(size=(samples, 1))
    w = rng.uniform(0.2, 2, size=samples)
    kernel = dict(kernel_regularizer=keras.regularizers.L2(l2)) if l2 else {}
    layers, norms = [keras.Input((WIDTHS[0],))], []
    for n in WIDTHS[1:-1]:
        norms.append(keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon))
        layers += [keras.layers.Dense(n, use_bias=False, **kernel), norms[-1],
                   keras.layers.Activation(activation)]
    model = keras.Sequential(layers + [keras.layers.Dense(1, **kernel)])
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for layer in dense:
        layer.kernel.assign(rng.normal(size=layer.kernel.shape) * 0.5)
    dense[-1].bias.assign(rng.normal(size=1) * 0.5)
    for norm in norms:
        norm.gamma.assign(rng.uniform(0.5, 1.5, size=norm.gamma.shape))
        norm.beta.assign(rng.normal(size=norm.beta.shape) * 0.5)

    def parameters():
        biases = [norm.beta for norm in norms] + [dense[-1].bias]
        return joined([part for pair in zip([d.kernel for d in dense], biases) for part in pair])

    def scales():
        return joined([norm.gamma for norm in norms])

    start, startScales = parameters(), scales()
    function = keras.losses.MeanSquaredError()

    def loss(trainable, fixed, part):
        prediction, fixed, penalties = model.stateless_call(
            trainable, fixed, x[part], training=True, return_losses=True)
        value = function(y[part], prediction, sample_weight=w[part])
        return value + sum(penalties), (value, fixed)

    step = jax.value_and_grad(loss, has_aux=True)
    losses, counts = [], []
    for _ in range(EPOCHS):
        for part in batches(samples, batch):
            (_, (value, fixed)), gradients = step(
                [v.value for v in model.trainable_variables],
                [v.value for v in model.non_trainable_variables], np.array(part))
            losses.append(float(value))
            counts.append(len(part))
            optimizer.apply(gradients, model.trainable_variables)
            for variable, value in zip(model.non_trainable_variables, fixed):
                variable.assign(value)
    return dict(
        name=name, activation=activation, batch=batch, momentum=momentum, epsilon=epsilon, l2=l2,
        inputs=joined([x]), targets=joined([y]), weights=w.tolist(), start=start,
        startScales=startScales, losses=losses, counts=counts, end=parameters(), scales=scales(),
        means=joined([norm.moving_mean for norm in norms]),
        variances=joined([norm.moving_variance for norm in norms]),
        predictions=joined([model(x, training=False)]))


o = keras.optimizers
runs = [
    run("adam", o.Adam(RATE), "silu", 24, 10, 0.99, 2**-10, seed=1),
    run("adam", o.Adam(RATE), "tanh", 25, 8, 0.875, 2**-5, l2=2**-5, seed=2),
    run("adamW", o.AdamW(RATE, weight_decay=2**-3), "selu", 24, 10, 0.75, 2**-10, seed=3),
    run("momentum", o.SGD(RATE, momentum=0.875), "relu", 24, 10, 0.5, 2**-10, seed=4),
    run("rmsPropMomentum", o.RMSprop(RATE, rho=0.875, momentum=0.5), "gelu", 24, 8, 0.875, 2**-10,
        seed=5),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "batch_normalization.json")
with open(path, "w") as file:
    json.dump(
        dict(keras=keras.__version__, jax=jax.__version__, epochs=EPOCHS, widths=WIDTHS, rate=RATE,
             runs=runs), file)
