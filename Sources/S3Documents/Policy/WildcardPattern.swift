/// A text of a policy in which `*` stands for any characters and `?` for any one, and `${name}` for something that is
/// known of the request. `${*}`, `${?}` and `${$}` are these characters themselves.
struct WildcardPattern: Sendable, Equatable {
  private enum Token: Sendable, Equatable {
    /// Characters, of which `WildcardMatcher.anyCharacter` stands for any one.
    case characters([UInt32])
    case anyCharacters
    case variable(ConditionKey)
  }

  /// The most variables of one pattern. Each is replaced, for each request, by a value that the client may choose.
  private static let variableLimit = 32

  private let ignoresCase: Bool
  /// Empty where there are no variables.
  private let tokens: [Token]
  /// What stands between the `*`; empty where there are variables.
  private let pieces: [[UInt32]]

  /// Whether `*` or `?` stands in it, so that it is more than one text.
  let hasWildcards: Bool

  /// Whether it depends on the request.
  var hasVariables: Bool { !tokens.isEmpty }

  /// Reads a pattern; nil for one of too many variables.
  ///
  /// - Parameters:
  ///   - wildcards: whether `*` and `?` have their meaning, rather than standing for themselves.
  ///   - ignoresCase: whether A–Z are taken for a–z.
  init?(_ text: String, wildcards: Bool = true, ignoresCase: Bool = false) {
    var tokens: [Token] = []
    var literal: [UInt8] = []
    var characters: [UInt32] = []
    func endLiteral() {
      characters += PatternText.characters(of: literal, ignoresCase: ignoresCase)
      literal.removeAll(keepingCapacity: true)
    }
    func endCharacters() {
      endLiteral()
      if !characters.isEmpty { tokens.append(.characters(characters)) }
      characters = []
    }
    let bytes = Array(text.utf8)
    // Behind it no variable ends, however many begin.
    let lastEnd = bytes.lastIndex(of: UInt8(ascii: "}")) ?? bytes.startIndex
    var variables = 0
    var hasWildcards = false
    var position = bytes.startIndex
    while position < bytes.endIndex {
      if position < lastEnd, let (name, end) = Self.name(in: bytes, at: position) {
        position = end
        if name.count == 1, let character = name.first, "*?$".utf8.contains(character) {
          literal.append(character)
          continue
        }
        variables += 1
        guard variables <= Self.variableLimit else { return nil }
        endCharacters()
        tokens.append(.variable(ConditionKey(String(decoding: name, as: UTF8.self))))
        continue
      }
      switch bytes[position] {
      case UInt8(ascii: "*") where wildcards:
        hasWildcards = true
        endCharacters()
        // Two of them are as good as one.
        if tokens.last != .anyCharacters { tokens.append(.anyCharacters) }
      case UInt8(ascii: "?") where wildcards:
        hasWildcards = true
        endLiteral()
        characters.append(WildcardMatcher.anyCharacter)
      default: literal.append(bytes[position])
      }
      position += 1
    }
    endCharacters()
    self.ignoresCase = ignoresCase
    self.hasWildcards = hasWildcards
    self.tokens = variables > 0 ? tokens : []
    pieces = variables > 0 ? [] : Self.pieces(tokens) { _ in nil } ?? []
  }

  /// Whether the pattern stands for all of a text, with its variables replaced by what is known of the request. One that
  /// asks for what has no value, or several, stands for nothing.
  func matches(_ text: PatternText, in context: PolicyContext) -> Bool {
    guard !context.work.isExhausted else { return false }
    var matcher = WildcardMatcher()
    defer {
      context.work.spend(matcher.steps)
      if matcher.isBeyondBounds { context.work.exhaust() }
    }
    guard hasVariables else { return matcher.matches(pieces, text.characters) }
    guard let pieces = resolved(context, limit: text.characters.count) else { return false }
    return matcher.matches(pieces, text.characters)
  }

  /// The same for a pattern without variables; one that has some stands for nothing.
  func matches(_ text: PatternText) -> Bool {
    var matcher = WildcardMatcher()
    return !hasVariables && matcher.matches(pieces, text.characters)
  }

  /// What stands between the `*`; nil where a variable has not one value, or where the pattern is longer than the text,
  /// however long the values are.
  private func resolved(_ context: PolicyContext, limit: Int) -> [[UInt32]]? {
    var room = limit
    return Self.pieces(tokens) { key in
      let values = context[key]
      context.work.spend(key.name.count + 1)
      guard values.count == 1, let value = values.first, value.utf8.count <= 4 * room else { return nil }
      let characters = PatternText.characters(of: value.utf8, ignoresCase: ignoresCase)
      context.work.spend(characters.count)
      room -= characters.count
      return room >= 0 ? characters : nil
    }
  }

  private static func pieces(_ tokens: [Token], _ value: (ConditionKey) -> [UInt32]?) -> [[UInt32]]? {
    var pieces: [[UInt32]] = []
    var piece: [UInt32] = []
    for token in tokens {
      switch token {
      case .characters(let characters): piece += characters
      case .variable(let key):
        guard let characters = value(key) else { return nil }
        piece += characters
      case .anyCharacters:
        // Between two of them nothing need stand.
        if pieces.isEmpty || !piece.isEmpty { pieces.append(piece) }
        piece = []
      }
    }
    return pieces + [piece]
  }

  /// The name of the variable that begins at `position`, and where it ends.
  private static func name(in bytes: [UInt8], at position: Int) -> (ArraySlice<UInt8>, Int)? {
    guard
      bytes[position...].starts(with: "${".utf8),
      let end = bytes[position...].firstIndex(of: UInt8(ascii: "}"))
    else { return nil }
    return (bytes[(position + 2)..<end], end + 1)
  }
}
