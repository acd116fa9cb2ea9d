/// Text in figures: gnuplot's enhanced text, and ways to it.
public enum FigureText {
  /// Text without markup: characters that enhanced text would interpret are escaped.
  public static func plain(_ text: String) -> String {
    var result = ""
    for character in text {
      if "_^@&{}~\\".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  /// A symbol written in the LaTeX of parameter names, as enhanced text: Greek letters, sub- and
  /// superscripts, `\hat`, `\tilde`, `\mathrm`; letters become italic.
  ///
  /// An unknown command is shown by its name. `\delta_{91}` gives `{/:Italic δ}_{91}`.
  public static func latex(_ source: String) -> String {
    var parser = LaTeXSymbols(source)
    return parser.convert()
  }

  /// A number for people: at most `digits` significant digits, a true minus sign, no exponent
  /// between 1e-4 and 1e6.
  public static func number(_ value: Double, digits: Int = 3) -> String {
    NumberText.short(value, digits: digits)
  }

  /// Letters of enhanced text that take space, roughly: without braces, fonts and marks.
  static func visibleLetters(_ text: String) -> Int {
    text.replacing("{/:Italic ", with: "{").replacing("{/:Bold ", with: "{")
      .count { !"{}_^\\".contains($0) }
  }

  /// A string in single quotes for a script.
  static func quoted(_ text: String) -> String {
    "'"
      + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      .split(whereSeparator: \.isNewline).joined(separator: " ") + "'"
  }
}
