/// Why a figure could not be drawn.
public enum FigureError: Error, Equatable, CustomStringConvertible {
  /// The gnuplot program is not on this machine; the places that were searched.
  case gnuplotNotFound(searched: [String])
  /// gnuplot stopped; what it wrote to standard error.
  case gnuplotFailed(figure: String, message: String)
  /// The given numbers cannot make this figure; the field and what was expected of it.
  case invalidInput(figure: String, field: String, expected: String)
  /// A file of the figure could not be written.
  case cannotWrite(figure: String, path: String, reason: String)

  /// The message for a user.
  public var description: String {
    switch self {
    case .gnuplotNotFound(let searched):
      return "gnuplot was not found (searched \(searched.joined(separator: ", "))); "
        + "install it, e.g. with: apt-get install gnuplot-nox"
    case .gnuplotFailed(let figure, let message):
      return "figure \(figure): gnuplot stopped: \(message)"
    case .invalidInput(let figure, let field, let expected):
      return "figure \(figure): \(field): expected \(expected)"
    case .cannotWrite(let figure, let path, let reason):
      return "figure \(figure): cannot write \(path): \(reason)"
    }
  }
}
