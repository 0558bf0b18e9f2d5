/// What an element of a request document may hold. Whatever a document says beside it would be left out of account
/// without a word: a version that is spelled in another case, a second list, a key that goes on behind an element.
struct ElementShape: Sendable {
  private struct Rule {
    var shape: ElementShape
    var mayRepeat: Bool
  }

  /// By their names; nil for an element of text.
  private let rules: [String: Rule]?

  private init(rules: [String: Rule]?) {
    self.rules = rules
  }

  /// Text, in which no element stands.
  static let text = ElementShape(rules: nil)

  /// Elements, between which nothing but white space stands.
  ///
  /// - Parameters:
  ///   - single: those that may stand once.
  ///   - repeated: those that may stand any number of times.
  static func elements(
    _ single: [String: ElementShape] = [:], repeated: [String: ElementShape] = [:]
  ) -> ElementShape {
    let rules = single.mapValues { Rule(shape: $0, mayRepeat: false) }
    return ElementShape(rules: rules.merging(repeated.mapValues { Rule(shape: $0, mayRepeat: true) }) { $1 })
  }

  /// Elements of text, each of which may stand once.
  static func texts(_ names: String...) -> ElementShape {
    elements(Dictionary(names.map { ($0, .text) }) { $1 })
  }

  /// Throws `MalformedXML` for an element that holds anything else.
  func check(_ element: XMLElement) throws(S3Error) {
    guard let rules else {
      guard element.children.isEmpty else { throw .malformedXML }
      return
    }
    guard element.text.utf8.allSatisfy(XMLReader.isSpace) else { throw .malformedXML }
    var seen: Set<String> = []
    for child in element.children {
      guard let rule = rules[child.name], rule.mayRepeat || seen.insert(child.name).inserted else {
        throw .malformedXML
      }
      try rule.shape.check(child)
    }
  }
}
