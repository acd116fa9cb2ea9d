// DNNLikelihood
