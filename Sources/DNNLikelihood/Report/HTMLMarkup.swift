/// Text of a report as HTML.
///
/// A small markup is understood: `*italic*`, `**bold**`, `` `code` ``, `_{subscript}`,
/// `^{superscript}` and `[text](address)` with a relative or `https` address. All other characters
/// stand for themselves and are escaped.
public enum HTMLMarkup {
  /// The five characters with a meaning in HTML as entities.
  public static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }

  /// Text with markup as HTML; whatever is not markup is escaped.
  public static func html(_ text: String) -> String {
    // Code first: markup inside it is literal.
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.count % 2 == 1 else { return inline(escaped(text)) }
    return parts.enumerated().map { k, part in
      k % 2 == 0 ? inline(escaped(String(part))) : "<code>\(escaped(String(part)))</code>"
    }.joined()
  }

  /// Replaces markup in text that has been escaped already.
  private static func inline(_ text: String) -> String {
    text
      .replacing(#/\[([^\[\]]+)\]\(([^()\s]+)\)/#) { match in
        isSafe(match.2) ? "<a href=\"\(match.2)\">\(match.1)</a>" : "\(match.0)"
      }
      .replacing(#/_\{([^{}]*)\}/#) { "<sub>\($0.1)</sub>" }
      .replacing(#/\^\{([^{}]*)\}/#) { "<sup>\($0.1)</sup>" }
      .replacing(#/\*\*([^*\s](?:[^*]*[^*\s])?)\*\*/#) { "<strong>\($0.1)</strong>" }
      .replacing(#/\*([^*\s](?:[^*]*[^*\s])?)\*/#) { "<em>\($0.1)</em>" }
  }

  /// Addresses that cannot run a script: `https`, `http`, or relative without a scheme.
  private static func isSafe(_ address: Substring) -> Bool {
    let scheme = address.prefix { $0 != "/" && $0 != "#" && $0 != "?" }
    return !scheme.contains(":") || address.hasPrefix("https://") || address.hasPrefix("http://")
  }
}
