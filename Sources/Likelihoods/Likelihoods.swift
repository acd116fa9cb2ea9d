// Likelihoods
