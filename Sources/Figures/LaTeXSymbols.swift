/// Reads the small part of LaTeX that names of parameters use and writes gnuplot enhanced text.
struct LaTeXSymbols {
  private let source: [Character]
  private var position = 0

  init(_ text: String) {
    source = Array(text.filter { $0 != "$" })
  }

  /// Greek and a few other commands as Unicode; variables are italic.
  private static let symbols: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
  ]

  private static let upright: [String: String] = [
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "times": "×", "cdot": "·", "pm": "±",
    "prime": "′", "infty": "∞", "ln": "ln", "log": "log", ",": " ", ";": " ", " ": " ", "_": "\\_",
    "%": "%", "left": "", "right": "", "to": "→", "rightarrow": "→", "langle": "⟨", "rangle": "⟩",
  ]

  /// Combining marks put over the letter before them.
  private static let accents: [String: String] = [
    "hat": "\u{0302}", "tilde": "\u{0303}", "bar": "\u{0304}", "vec": "\u{20D7}",
  ]

  /// The whole text.
  mutating func convert() -> String {
    var result = ""
    while position < source.count { result += item(italic: true) }
    return result
  }

  /// One character, command or group.
  private mutating func item(italic: Bool) -> String {
    let character = source[position]
    position += 1
    switch character {
    case "\\": return command(italic: italic)
    case "{": return group(italic: italic)
    case "}": return ""
    case "_", "^": return "\(character){\(argument(italic: italic))}"
    case "-": return "−"
    case "@", "&", "~": return "\\\(character)"
    default:
      return character.isLetter && italic ? "{/:Italic \(character)}" : String(character)
    }
  }

  private mutating func group(italic: Bool) -> String {
    var result = ""
    while position < source.count, source[position] != "}" { result += item(italic: italic) }
    position += 1
    return result
  }

  private mutating func argument(italic: Bool) -> String {
    while position < source.count, source[position] == " " { position += 1 }
    return position < source.count ? item(italic: italic) : ""
  }

  private mutating func command(italic: Bool) -> String {
    var name = ""
    while position < source.count, source[position].isLetter {
      name.append(source[position])
      position += 1
    }
    if name.isEmpty, position < source.count {
      name.append(source[position])
      position += 1
    } else {
      while position < source.count, source[position] == " " { position += 1 }
    }
    if let symbol = Self.symbols[name] { return italic ? "{/:Italic \(symbol)}" : symbol }
    if let symbol = Self.upright[name] { return symbol }
    if let mark = Self.accents[name] { return accented(argument(italic: italic), mark) }
    if ["mathrm", "text", "rm", "operatorname", "mathsf"].contains(name) {
      return argument(italic: false)
    }
    if ["mathit", "boldsymbol", "mathbf", "mathcal"].contains(name) {
      return argument(italic: italic)
    }
    return name
  }

  /// The mark goes after the last letter, inside the braces that make it italic.
  private func accented(_ text: String, _ mark: String) -> String {
    text.hasSuffix("}") ? String(text.dropLast()) + mark + "}" : text + mark
  }
}
