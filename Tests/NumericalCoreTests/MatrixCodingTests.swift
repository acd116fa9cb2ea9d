import Foundation
import NumericalCore
import Testing

/// Matrices in files.
@Suite("Matrix as JSON") struct MatrixCodingTests {
  @Test func roundTrip() throws {
    let matrix = Matrix<Double>(rows: 2, columns: 3, elements: [0.1, -2, 1 / 3, 4e300, .pi, 0])
    let text = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(Matrix<Double>.self, from: text) == matrix)
  }

  @Test("elements that do not fill the rows are refused", arguments: [(2, 2), (-1, -3), (0, 3)])
  func damage(rows: Int, columns: Int) {
    let text = #"{"rows": \#(rows), "columns": \#(columns), "elements": [1, 2, 3]}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Matrix<Double>.self, from: Data(text.utf8))
    }
  }
}
