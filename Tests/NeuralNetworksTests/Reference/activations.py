"""Activation functions and their derivatives in 50-digit arithmetic (mpmath).

Writes activations.json beside this file: for every function the arguments, values and derivatives.
"""
import json, os
import mpmath as mp

mp.mp.dps = 50
SCALE = mp.mpf("1.0507009873554804934193349852946")
ALPHA = mp.mpf("1.6732632423543772848170429916717")
FUNCTIONS = {
    "selu": lambda x: SCALE * (x if x > 0 else ALPHA * mp.expm1(x)),
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "relu": lambda x: x if x > 0 else mp.mpf(0),
    "leakyRelu": lambda x: x if x > 0 else x / 100,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "tanh": mp.tanh,
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "linear": lambda x: x,
}
sizes = [1e-6, 1e-3, 0.05, 0.3, 0.34657, 0.5, 1.0, 1.7, 2.5, 3.75, 5.0, 8.0, 12.0, 20.0]
points = [-x for x in reversed(sizes)] + sizes
table = [
    {
        "activation": name,
        "x": points,
        "value": [float(f(mp.mpf(x))) for x in points],
        "derivative": [float(mp.diff(f, mp.mpf(x), h=mp.mpf(10) ** -20)) for x in points],
    }
    for name, f in FUNCTIONS.items()
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "activations.json"), "w") as out:
    json.dump({"mpmath": mp.__version__, "table": table}, out, indent=1)
