internal import CVectorKernels

extension Activation {
  /// The number of the elementwise kernel.
  var kernel: Int32 {
    switch self {
    case .selu: Int32(VK_SELU)
    case .elu: Int32(VK_ELU)
    case .relu: Int32(VK_RELU)
    case .leakyRelu: Int32(VK_LEAKY_RELU)
    case .silu: Int32(VK_SILU)
    case .gelu: Int32(VK_GELU)
    case .tanh: Int32(VK_TANH)
    case .softplus: Int32(VK_SOFTPLUS)
    case .sigmoid: Int32(VK_SIGMOID)
    case .linear: Int32(VK_LINEAR)
    }
  }

  /// The number of the kernel of the backward pass from a stored derivative.
  static var storedDerivativeKernel: Int32 { Int32(VK_STORED_DERIVATIVE) }
}
