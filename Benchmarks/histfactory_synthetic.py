"""Writes a synthetic HistFactory workspace of about 300 parameters: python histfactory_synthetic.py OUT.json"""

import json
import random
import sys


def main(path):
    rng = random.Random(3)
    channels, observations = [], []
    alphas = [f"alpha_{k}" for k in range(160)]
    for c in range(10):
        bins = 12
        samples = []
        for s in range(6):
            nominal = [round(rng.uniform(5, 200) * (0.8**b) + 2, 3) for b in range(bins)]
            modifiers = [{"name": "lumi", "type": "lumi", "data": None}]
            if s == 0:
                modifiers.append({"name": "mu", "type": "normfactor", "data": None})
            else:
                modifiers.append({"name": f"staterror_{c}", "type": "staterror",
                                  "data": [round(0.03 * x + 0.1, 4) for x in nominal]})
            for name in rng.sample(alphas, 24):
                size = rng.uniform(0.01, 0.1)
                if rng.random() < 0.6:
                    modifiers.append({"name": name, "type": "normsys",
                                      "data": {"hi": round(1 + size, 5), "lo": round(1 - 0.9 * size, 5)}})
                else:
                    tilt = [1 + size * (b / bins - 0.4) for b in range(bins)]
                    modifiers.append({"name": name, "type": "histosys", "data": {
                        "hi_data": [round(x * t, 4) for x, t in zip(nominal, tilt)],
                        "lo_data": [round(x * (2 - t) * 1.001, 4) for x, t in zip(nominal, tilt)]}})
            samples.append({"name": f"sample_{s}", "data": nominal, "modifiers": modifiers})
        total = [sum(s["data"][b] for s in samples) for b in range(bins)]
        channels.append({"name": f"channel_{c}", "samples": samples})
        observations.append({"name": f"channel_{c}", "data": [float(round(rng.gauss(t, t**0.5))) for t in total]})
    parameters = [{"name": "lumi", "auxdata": [1.0], "inits": [1.0], "bounds": [[0.5, 1.5]], "sigmas": [0.02]}]
    with open(path, "w") as file:
        json.dump({"channels": channels, "observations": observations, "version": "1.0.0", "measurements": [
            {"name": "m", "config": {"poi": "mu", "parameters": parameters}}]}, file)


if __name__ == "__main__":
    main(sys.argv[1])
