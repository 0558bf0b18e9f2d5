/// A text of a policy in which `*` stands for any characters and `?` for any one, and `${name}` for something that is
/// known of the request. `${*}`, `${?}` and `${$}` are these characters themselves.
struct WildcardPattern: Sendable, Equatable {
  private enum Token: Sendable, Equatable {
    case byte(UInt8)
    case anyCharacters
    case anyCharacter
    case variable(String)
  }

  /// The most variables of one pattern. Each is replaced, for each request, by a value that the client may choose.
  private static let variableLimit = 32

  private var tokens: [Token]

  /// Whether `*` or `?` stands in it, so that it is more than one text.
  var hasWildcards: Bool { tokens.contains { $0 == .anyCharacters || $0 == .anyCharacter } }

  /// Whether it depends on the request.
  var hasVariables: Bool {
    tokens.contains { token in
      if case .variable = token { true } else { false }
    }
  }

  /// Reads a pattern; nil for one of too many variables.
  ///
  /// - Parameter wildcards: whether `*` and `?` have their meaning, rather than standing for themselves.
  init?(_ text: String, wildcards: Bool = true) {
    tokens = []
    let bytes = Array(text.utf8)
    // Behind it no variable ends, however many begin.
    let lastEnd = bytes.lastIndex(of: UInt8(ascii: "}")) ?? bytes.startIndex
    var variables = 0
    var place = bytes.startIndex
    while place < bytes.endIndex {
      if place < lastEnd, let (token, end) = Self.variable(in: bytes, at: place) {
        if case .variable = token { variables += 1 }
        guard variables <= Self.variableLimit else { return nil }
        tokens.append(token)
        place = end
        continue
      }
      switch bytes[place] {
      case UInt8(ascii: "*") where wildcards: tokens.append(.anyCharacters)
      case UInt8(ascii: "?") where wildcards: tokens.append(.anyCharacter)
      default: tokens.append(.byte(bytes[place]))
      }
      place += 1
    }
  }

  /// The pattern with its variables replaced by their values; nil if one of them has none.
  func resolved(_ context: PolicyContext) -> WildcardPattern? {
    guard hasVariables else { return self }
    var resolved = self
    resolved.tokens = []
    for token in tokens {
      guard case .variable(let name) = token else {
        resolved.tokens.append(token)
        continue
      }
      guard let value = context[name].first, context[name].count == 1 else { return nil }
      resolved.tokens.append(contentsOf: value.utf8.map { .byte($0) })
    }
    return resolved
  }

  /// Whether the pattern stands for all of `text`. It must have no variables.
  ///
  /// - Parameter ignoresCase: whether A–Z are taken for a–z.
  func matches(_ text: some Collection<UInt8>, ignoresCase: Bool = false) -> Bool {
    let text = Array(text)
    var token = 0
    var place = 0
    // Where to go on after the last `*`, when what follows it does not fit.
    var retry: (token: Int, place: Int)?
    while place < text.count {
      switch token < tokens.count ? tokens[token] : nil {
      case .anyCharacters:
        retry = (token + 1, place)
        token += 1
        continue
      case .anyCharacter:
        token += 1
        place = Self.characterEnd(in: text, at: place)
        continue
      case .byte(let byte) where Self.isSame(byte, text[place], ignoresCase):
        token += 1
        place += 1
        continue
      default: break
      }
      guard let last = retry else { return false }
      retry = (last.token, last.place + 1)
      token = last.token
      place = last.place + 1
    }
    return tokens[token...].allSatisfy { $0 == .anyCharacters }
  }

  private static func isSame(_ first: UInt8, _ second: UInt8, _ ignoresCase: Bool) -> Bool {
    first == second || (ignoresCase && Byte.lowercased(first) == Byte.lowercased(second))
  }

  private static func characterEnd(in text: [UInt8], at place: Int) -> Int {
    var end = place + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  /// The variable that begins at `place`, and where it ends.
  private static func variable(in bytes: [UInt8], at place: Int) -> (Token, Int)? {
    guard
      bytes[place...].starts(with: "${".utf8),
      let end = bytes[place...].firstIndex(of: UInt8(ascii: "}"))
    else { return nil }
    let name = bytes[(place + 2)..<end]
    switch String(decoding: name, as: UTF8.self) {
    case "*", "?", "$": return (name.first.map { .byte($0) } ?? .anyCharacters, end + 1)
    case let name: return (.variable(name), end + 1)
    }
  }
}
