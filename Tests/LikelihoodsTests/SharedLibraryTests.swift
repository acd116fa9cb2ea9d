import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// Libraries compiled here from C.
@Suite("Shared libraries", .enabled(if: cCompiler != nil, "needs a C compiler"))
struct SharedLibraryTests {
  @Test func theExample() throws {
    try withTemporaryFolder { folder in
      let library = try SharedLibrary(compileLibrary(exampleLibrarySource, in: folder).path)
      #expect(library.isThreadSafe && library.hasGradient)
      let expected = [
        Parameter(
          name: "mu", role: .parameterOfInterest, initial: 1, lower: -1, upper: 5, scale: 0.5),
        Parameter(name: "theta", lower: -5, upper: 5),
      ]
      #expect(library.parameters == expected)
      let density = try #require(ExternalLikelihood(library).differentiable)
      let rows: [[Double]] = [[1, 0], [0.3, -1.2], [6, 0], [-1, -5]]
      let points = Matrix(rows: rows, columns: 2)
      let (values, gradients) = try density.logDensitiesAndGradients(at: points)
      // scipy 1.17.1: sum of poisson.logpmf and norm.logpdf.
      #expect(abs(values[0] + 6.59375657982236) < 1e-12)
      #expect(abs(values[1] + 9.19358989323397) < 1e-12)
      #expect(values[2] == -.infinity && gradients.row(2) == [0, 0])
      #expect(values[3] == -.infinity || values[3].isFinite)
      #expect(try density.logDensities(at: points) == values)
      for row in 0..<2 {
        for k in 0..<2 {
          let h = 1e-5
          var (above, below) = (points.row(row), points.row(row))
          above[k] += h
          below[k] -= h
          let slope = try (density.logDensity(at: above) - density.logDensity(at: below)) / (2 * h)
          #expect(abs(gradients[row, k] - slope) < 1e-7)
        }
      }
    }
  }

  /// A library of one parameter; macros choose what is wrong with it.
  private static let source = """
    #include "dnnlik_likelihood.h"
    #include <math.h>
    #include <string.h>
    #ifndef VERSION
    #define VERSION DNNLIK_ABI_VERSION
    #endif
    #ifndef NAME
    #define NAME "x"
    #endif
    static volatile int inside = 0;
    static double shift = 0;
    #ifndef NO_VERSION
    int dnnlik_abi_version(void) { return VERSION; }
    #endif
    int dnnlik_parameter_count(void) { return 1; }
    const char *dnnlik_parameter_name(int index) { return NAME; }
    const char *dnnlik_error_message(int code) { return code == 7 ? "no such table" : 0; }
    int dnnlik_initialize(const char *text) {
      if (strcmp(text, "{}") == 0) return 0;
      if (strcmp(text, "{\\"shift\\": 2}") != 0) return 7;
      shift = 2;
      return 0;
    }
    #ifndef NO_VALUE
    int dnnlik_log_likelihood(const double *theta, int n, double *value) {
      /* Two threads at the same time would see each other here. */
      if (++inside != 1) return 99;
      for (volatile int i = 0; i < 20000; i++) {}
      inside--;
      if (theta[0] > 10) return (int)theta[0];
      *value = theta[0] > 5 ? NAN : theta[0] < -5 ? INFINITY : -0.5 * theta[0] * theta[0] + shift;
      return 0;
    }
    #endif
    #ifdef BATCH
    int dnnlik_log_likelihood_batch(const double *theta, int count, int n, double *values) {
      if (count == 0) return 98;
      for (int i = 0; i < count; i++) values[i] = -theta[i];
      return 0;
    }
    #endif
    """

  private func library(
    _ flags: [String] = [], configuration: String = "{}", in folder: URL
  ) throws -> SharedLibrary {
    let source = folder.appending(path: "source.c")
    try Self.source.write(to: source, atomically: true, encoding: .utf8)
    let file = try compileLibrary(
      source, flags: flags, name: "lib\(UUID().uuidString).so", in: folder)
    return try SharedLibrary(file.path, configuration: configuration)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func whatIsMissingOrWrong() throws {
    try withTemporaryFolder { folder in
      func loading(_ flags: [String], configuration: String = "{}") -> String {
        message { _ = try library(flags, configuration: configuration, in: folder) }
      }
      #expect(loading([]) == "no error")
      #expect(loading(["-DVERSION=2"]).hasSuffix("dnnlik_abi_version: expected 1, found 2"))
      #expect(
        loading(["-DNO_VERSION"]).hasSuffix(
          "function: expected dnnlik_abi_version of dnnlik_likelihood.h, found no such symbol"))
      #expect(loading(["-DNO_VALUE"]).contains("expected dnnlik_log_likelihood of"))
      #expect(loading(["-DNAME=0"]).contains("found NULL for parameter 0"))
      #expect(
        loading([], configuration: #"{"shift": 3}"#).hasSuffix(
          "dnnlik_initialize, 1 attempt: refused: error code 7: no such table"))
      #expect(message { _ = try SharedLibrary("/none.so") }.contains("expected a shared library"))
      let text = folder.appending(path: "text.so")
      try Data("no library".utf8).write(to: text)
      #expect(message { _ = try SharedLibrary(text.path) }.contains("text.so"))
      #expect(
        message { _ = try ExternalLikelihood(library(["-DNAME=\"\""], in: folder)) }
          == "a parameter has an empty name")
    }
  }

  @Test func numbersAndErrors() throws {
    try withTemporaryFolder { folder in
      let plain = try library(in: folder)
      #expect(!plain.hasGradient && !plain.isThreadSafe)
      // Rows are asked one at a time, from whatever thread.
      let many = Matrix(rows: 200, columns: 1, repeating: 2.0)
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        #expect((try? plain.values(at: many)) == Array(repeating: -2, count: 200))
      }
      func asking(_ value: Double) -> String {
        message { _ = try plain.values(at: Matrix(rows: 1, columns: 1, repeating: value)) }
      }
      #expect(
        asking(6).hasSuffix(
          "dnnlik_log_likelihood: expected a number or -∞ as log density, found nan at x = 6.0"))
      #expect(asking(-6).hasSuffix("found inf at x = -6.0"))
      #expect(asking(12).hasSuffix("dnnlik_log_likelihood, 1 attempt: refused: error code 12"))
      #expect(message { _ = try plain.valuesAndGradients(at: many) }.contains("no such symbol"))
      let shifted = try library(configuration: #"{"shift": 2}"#, in: folder)
      #expect(try shifted.values(at: many).first == 0)
      #expect(try library(["-DBATCH"], in: folder).values(at: many).first == -2)
      let none = Matrix<Double>(rows: 0, columns: 1, elements: [])
      #expect(try library(["-DBATCH"], in: folder).values(at: none).isEmpty)
    }
  }
}
