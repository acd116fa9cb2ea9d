import Foundation
import Testing

@testable import DNNLikelihood

/// One self-contained page: escaping, structure, pictures inside, links beside.
@Suite struct HTMLReportTests {
  /// The smallest PNG file: one white pixel.
  private static let pixel = Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTHJsgAAAABJRU5ErkJggg=="
  )

  private func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private func svg(padding: Int = 0) -> Data {
    Data(
      ("<svg width=\"403\" height=\"300\" xmlns=\"http://www.w3.org/2000/svg\">"
        + "<text font-family=\"Liberation Serif\">µ</text></svg>"
        + String(repeating: " ", count: padding)).utf8)
  }

  @Test func textIsEscapedAndMarkupIsNot() {
    #expect(
      HTMLMarkup.html("a < b & \"c\" > 'd'") == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;")
    #expect(HTMLMarkup.html("*t*_{μ} at 10^{−3}") == "<em>t</em><sub>μ</sub> at 10<sup>−3</sup>")
    #expect(HTMLMarkup.html("**a** and 2 * 3 * 4") == "<strong>a</strong> and 2 * 3 * 4")
    #expect(HTMLMarkup.html("`a_{b} <c>` d_e") == "<code>a_{b} &lt;c&gt;</code> d_e")
    #expect(
      HTMLMarkup.html("[paper](https://arxiv.org/abs/1911.03305)")
        == "<a href=\"https://arxiv.org/abs/1911.03305\">paper</a>")
    #expect(!HTMLMarkup.html("[x](javascript:alert)").contains("<a"))
    #expect(HTMLMarkup.html("<script>") == "&lt;script&gt;")
  }

  @Test func pageHoldsEverything() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let figures = folder.appendingPathComponent("figures")
    try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: true)
    let vector = figures.appendingPathComponent("a b.svg")
    try svg().write(to: vector)
    let print = figures.appendingPathComponent("a b.pdf")
    var report = HTMLReport(title: "A < B", subtitle: "sub", footer: "version 1")
    report.addFact("RMSE", "0.41", note: "natural units")
    report.addSection("Results") { section in
      section.paragraph("text")
      section.table(
        HTMLTable(
          caption: "numbers",
          columns: [.init("name", .left), .init("here", isHighlighted: true)],
          rows: [["x", "1"], ["y & z", "2"]]))
      section.figure(HTMLFigure(files: [print, vector], caption: "cap"))
      section.code("a <b>")
      section.list(["one", "two"])
      section.note("careful")
    }
    let file = folder.appendingPathComponent("report.html")
    try report.write(to: file)
    let page = try String(contentsOf: file, encoding: .utf8)
    for part in [
      "<title>A &lt; B</title>", "<h1>A &lt; B</h1>", "<dt>RMSE</dt>", "natural units",
      "<th scope=\"col\" class=\"right highlight\">here</th>", "<td class=\"left\">y &amp; z</td>",
      "<b>Table 1.</b> numbers", "<b>Figure 1.</b> cap", "href=\"figures/a%20b.pdf\"",
      "<pre><code>a &lt;b&gt;</code></pre>", "<li>two</li>", "<p class=\"note\">careful</p>",
      "<img width=\"403\"", "<footer>version 1</footer>",
    ] { #expect(page.contains(part), "\(part)") }
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["figures", "report.html"])
    let encoded = try #require(page.firstMatch(of: #/data:image/svg\+xml;base64,([^"]+)"/#))
    let data = try #require(Data(base64Encoded: String(encoded.1)))
    #expect(String(decoding: data, as: UTF8.self).contains("Liberation Serif, Times New Roman"))
  }

  @Test func largeVectorPictureGivesWayToBitmap() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let vector = folder.appendingPathComponent("f.svg")
    let bitmap = folder.appendingPathComponent("f.png")
    try svg(padding: HTMLFigure.largestSVG).write(to: vector)
    try #require(Self.pixel).write(to: bitmap)
    #expect(try HTMLFigure(files: [vector, bitmap], caption: "").shown().url == bitmap)
    #expect(try HTMLFigure(files: [vector], caption: "").shown().url == vector)
    try svg().write(to: vector)
    #expect(try HTMLFigure(files: [vector, bitmap], caption: "").shown().url == vector)
  }

  @Test func errorsNameTheirPlace() throws {
    let missing = URL(fileURLWithPath: "/nonexistent/f.png")
    let absent = #expect(throws: HTMLReportError.self) {
      try HTMLFigure(files: [missing], caption: "").shown()
    }
    #expect(absent?.description.contains("/nonexistent/f.png") == true)
    #expect(throws: HTMLReportError.noPicture(files: ["f.pdf"])) {
      try HTMLFigure(files: [URL(fileURLWithPath: "/f.pdf")], caption: "").shown()
    }
    var report = HTMLReport(title: "t")
    report.addSection("s") {
      $0.table(HTMLTable(caption: "c", columns: [.init("a"), .init("b")], rows: [["1"]]))
    }
    #expect(throws: HTMLReportError.wrongRow(table: "c", row: 0, cells: 1, expected: 2)) {
      try report.html()
    }
  }

  @Test func linksAreRelative() {
    func path(_ file: String, _ folder: String) -> String {
      HTMLRenderer.path(to: URL(fileURLWithPath: file), from: URL(fileURLWithPath: folder))
    }
    #expect(path("/run/figures/a.pdf", "/run") == "figures/a.pdf")
    #expect(path("/run/a.pdf", "/run") == "a.pdf")
    #expect(path("/data/a.pdf", "/run/x") == "../../data/a.pdf")
  }
}
