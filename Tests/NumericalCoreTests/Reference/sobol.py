"""Points of unscrambled Sobol sequences from scipy.

    pip install numpy scipy==1.17.1
    python sobol.py          # writes sobol.json beside itself
"""
import json, pathlib
import scipy
from scipy.stats import qmc

columns = [0, 1, 2, 3, 10, 94, 131, 500, 1110]
rows = [0, 1, 2, 3, 4, 5, 6, 7, 100, 1023, 1024, 8191]
points = qmc.Sobol(d=1111, scramble=False, bits=32).random(8192)
out = {
    "versions": {"scipy": scipy.__version__},
    "columns": columns,
    "rows": rows,
    "points": [[float(points[i, j]) for j in columns] for i in rows],
}
pathlib.Path(__file__).with_name("sobol.json").write_text(json.dumps(out, indent=1) + "\n")
