// Importing DNNLikelihood gives the whole framework.
@_exported public import Figures
@_exported public import Inference
@_exported public import Likelihoods
@_exported public import NeuralNetworks
@_exported public import NumericalCore
@_exported public import Optimization
@_exported public import Sampling
@_exported public import Statistics
@_exported public import Surrogates

/// The version of the framework, written into every result.
public let frameworkVersion = "0.1.0"

/// A density that can be sampled, fitted and encoded: a log-posterior with gradient.
public typealias Posterior = DifferentiableLogDensity & LogPosterior
