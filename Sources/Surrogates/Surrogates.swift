// Surrogates
