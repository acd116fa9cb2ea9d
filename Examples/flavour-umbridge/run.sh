#!/usr/bin/env bash
# A likelihood in Python, sampled and encoded without any Swift:
#
#   Examples/flavour-umbridge/run.sh [FOLDER]     results go to FOLDER (default: runs/flavour)
#
# DNNLIK names the program (default: dnnlik of the PATH, else .build/release/dnnlik), PYTHON an
# interpreter that has the packages of requirements.txt (default: one is made in FOLDER/venv).
# CHAINS, DRAWS, WARM_UP, EPOCHS and WIDTH change the size of the run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "${1:-runs/flavour}"
cd "${1:-runs/flavour}"

dnnlik=${DNNLIK:-$(command -v dnnlik || echo "$root/.build/release/dnnlik")}
if [[ -z ${PYTHON:-} ]]; then
  if [[ ! -x venv/bin/python ]]; then python3 -m venv venv; fi
  venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --requirement "$here/requirements.txt"
  PYTHON=venv/bin/python
fi

# The server runs until this script ends. A port of its own lets several runs be side by side.
port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
"$PYTHON" "$here/likelihood.py" "$port" > server.log 2>&1 &
trap 'kill -KILL $! 2> /dev/null || true' EXIT
sed "s/:4242/:$port/" "$here/external.yaml" > external.yaml

step() { echo "== dnnlik $*" >&2; "$dnnlik" "$@"; }

step inspect external.yaml
step sample external.yaml -o chains.h5 --chains "${CHAINS:-16}" --draws "${DRAWS:-8000}" \
  --warm-up "${WARM_UP:-80}" --allow-unconverged
step dataset build external.yaml --chains chains.h5 -o data.h5 --points "${DRAWS:-8000}"
step train data.h5 -o model --likelihood external.yaml --width "${WIDTH:-64}" \
  --epochs "${EPOCHS:-150}"
# The network alone: nobody asks the server from here on.
step evaluate model --dataset data.h5
step export model -o flavour.onnx
step sample model -o resampled.h5 --chains 256 --draws 50000 --allow-unconverged
step plot corner chains.h5 resampled.h5 -o figures
