#!/usr/bin/env bash
# A HistFactory workspace with a patch set, from the file to a network:
#
#   Examples/histfactory/run.sh [FOLDER]     results go to FOLDER (default: runs/histfactory)
#
# DNNLIK names the program (default: dnnlik of the PATH, else .build/release/dnnlik). DRAWS, WARM_UP,
# THIN, POINTS, EPOCHS and WIDTH change the size of the run; ALLOW_UNCONVERGED=1 lets one that is too
# short for converged chains go on.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
dnnlik=$(realpath "${DNNLIK:-$(command -v dnnlik || echo "$root/.build/release/dnnlik")}")
mkdir -p "${1:-runs/histfactory}"
cd "${1:-runs/histfactory}"

step() { echo "== dnnlik $*" >&2; "$dnnlik" "$@"; }

# The workspace alone, and with the signal of 500 GeV.
step inspect "$here/workspace.json"
search=("$here/workspace.json" --patch "$here/signals.json:mass_500")
step inspect "${search[@]}"
step logpdf "${search[@]}" --points "$here/points.json" --gradient --json > logpdf.json
step fit "${search[@]}"
step fit "${search[@]}" --measurement without_jes
step scan "${search[@]}" --from 0 --to 3 --points 7

# The same with other priors, and combined with another search.
step fit "$here/posterior.yaml"
step fit "$here/combination.yaml"
step scan "$here/combination.yaml" --from 0 --to 3 --points 7

# Samples, and a network that takes the place of the workspace.
allow=()
if [[ -n ${ALLOW_UNCONVERGED:-} ]]; then allow=(--allow-unconverged); fi
step sample "${search[@]}" -o chains.h5 --sampler stretch --chains 64 "${allow[@]}" \
  --draws "${DRAWS:-100000}" --warm-up "${WARM_UP:-2000}" --thin "${THIN:-20}"
step posterior chains.h5 -p mu "${allow[@]}"
step dataset build "${search[@]}" --chains chains.h5 -o data.h5 \
  --points "${POINTS:-50000}" --ridge "$((${POINTS:-50000} / 2))"
step train data.h5 -o model --likelihood "${search[@]}" \
  --width "${WIDTH:-64}" --epochs "${EPOCHS:-40}"
step evaluate model --dataset data.h5 --sample S1 --likelihood "${search[@]}"
step export model -o search.onnx
# The network alone.
step fit search.onnx
step scan search.onnx --from 0 --to 3 --points 7
