"""The toy search with its prior in Python, from the numbers of the framework."""

import ast
import pathlib
import re

import numpy as np

DATA = pathlib.Path(__file__).parent.parent / "Sources/Likelihoods/ToyLHCSearch/ToyLHCSearch+Data.swift"


def tables():
    text = DATA.read_text()
    found = re.findall(r"static let (\w+)[^=]*= (\[.*?\n?  ?\]|\[.*?\])\n", text, re.S)
    return {name: np.array(ast.literal_eval(body)) for name, body in found}


def density(xp):
    """The log-posterior of arXiv:1911.03305 section 3, rows of points; xp is numpy or jax.numpy."""
    t = tables()
    log_up, log_down = np.log1p(t["normalisationUp"]), -np.log1p(t["normalisationDown"])
    yields = t["background"].reshape(3, 30).sum(1)
    log_simulation = np.log1p(t["simulationUncertainty"])
    observed = t["observedCounts"]
    log_factorials = sum(np.log(np.arange(1, n + 1)).sum() for n in observed.astype(int))
    constant = -log_factorials - 47 * np.log(2 * np.pi) - np.log(5)

    def shape(pull, up, down):
        pull = pull[:, None]
        inside = 0.5 * pull * (pull - 1) * down + (1 - pull) * (1 + pull) + 0.5 * pull * (pull + 1) * up
        above = 0.5 * (pull - 1) * down + 2 - 2 * pull + 0.5 * (3 * pull - 1) * up
        below = -0.5 * (3 * pull + 1) * down + 2 + 2 * pull - 0.5 * (pull + 1) * up
        return xp.where(pull > 1, above, xp.where(pull < -1, below, inside))

    def rows(x):
        mu, delta, pulls = x[:, :1], x[:, 1:91], x[:, 91:]
        shapes = t["background"] * shape(pulls[:, 0], t["shapeISRUp"], t["shapeISRDown"])
        shapes = shapes * shape(pulls[:, 1], t["shapeJESUp"], t["shapeJESDown"])
        slopes = xp.where(pulls[:, :, None] < 0, log_down, log_up)
        factors = yields * xp.exp((pulls[:, :, None] * slopes).sum(1))
        factors = factors / shapes.reshape(-1, 3, 30).sum(2)
        background = xp.repeat(factors, 30, axis=1) * shapes * xp.exp(delta * log_simulation)
        counts = mu * t["signal"] + background
        inside = (mu[:, 0] > -1) & (mu[:, 0] < 5) & (counts.min(1) > 0)
        logs = xp.log(xp.where(counts > 0, counts, 1))
        value = (observed * logs).sum(1) - counts.sum(1) - 0.5 * (x[:, 1:] ** 2).sum(1) + constant
        return xp.where(inside, value, -xp.inf)

    return rows
