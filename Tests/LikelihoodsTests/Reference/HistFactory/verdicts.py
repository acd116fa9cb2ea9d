"""Asks pyhf whether it accepts every workspace of mutations.json.

Run with pyhf 0.7.6, jsonschema 4.26.0: python verdicts.py > verdicts.json
A workspace counts as accepted when the first measurement gives a model, its data, and a
log-density at the suggested start which is not NaN.
"""

import importlib.metadata
import json
import math
import os
import warnings

import pyhf

folder = os.path.dirname(os.path.abspath(__file__))
base = open(os.path.join(folder, "base.json"), encoding="utf-8").read()


def mutated(mutation):
    if "whole" in mutation:
        return mutation["whole"]
    if "repeat" in mutation:
        text, count = mutation["repeat"]
        return text * count
    assert base.count(mutation["find"]) == 1, mutation["name"]
    # 1@400 stands for an integer of 401 digits.
    return base.replace(mutation["find"], mutation["put"]).replace("1@400", "1" + "0" * 400)


def verdict(text):
    try:
        workspace = pyhf.Workspace(json.loads(text))
        model = workspace.model()
        value = model.logpdf(model.config.suggested_init(), workspace.data(model))[0]
        return "accepted" if not math.isnan(value) else "NaN"
    except RecursionError:
        return "RecursionError"
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    mutations = json.load(open(os.path.join(folder, "mutations.json"), encoding="utf-8"))
    result = {
        "pyhf": pyhf.__version__,
        "jsonschema": importlib.metadata.version("jsonschema"),
        "verdicts": {m["name"]: verdict(mutated(m)) for m in mutations},
    }
    print(json.dumps(result, indent=2))
