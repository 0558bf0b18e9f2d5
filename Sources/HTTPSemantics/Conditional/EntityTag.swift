/// An entity tag (RFC 9110 §8.8.3): a name for one state of a representation.
public struct EntityTag: Sendable, Equatable, CustomStringConvertible {
  /// What stands between the quotes.
  public let opaque: String
  /// Whether two states of the same tag may differ in some bytes.
  public let isWeak: Bool

  /// A tag for a representation. What the grammar does not allow between the quotes is percent-encoded.
  public init(_ opaque: String, isWeak: Bool = false) {
    self.init(received: PercentEncoding.encode(opaque.utf8, allowing: Self.visible), isWeak: isWeak)
  }

  /// Parses a single tag; nil if it is anything but `"…"` or `W/"…"`.
  public init?(parsing text: String) {
    var scanner = FieldScanner(text)
    scanner.skipWhitespace()
    guard let tag = scanner.quotedEntityTag() else { return nil }
    scanner.skipWhitespace()
    guard scanner.isAtEnd else { return nil }
    self = tag
  }

  fileprivate init(received opaque: String, isWeak: Bool) {
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// The tag as it stands in an `ETag` field.
  public var description: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }

  /// Strong comparison (§8.8.3.2): both strong, and the same.
  public func stronglyMatches(_ other: EntityTag) -> Bool {
    !isWeak && !other.isWeak && weaklyMatches(other)
  }

  /// Weak comparison (§8.8.3.2): the same, weak or not.
  public func weaklyMatches(_ other: EntityTag) -> Bool {
    opaque.utf8.elementsEqual(other.opaque.utf8)
  }

  /// etagc of the grammar, as far as it is ASCII.
  private static let visible = ASCIISet.alphanumeric.union(ASCIISet("!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110 §13.1.1, §13.1.2).
public enum EntityTagList: Sendable, Equatable {
  /// `*`: whatever there is.
  case any
  /// The tags named. Clients of object stores send them without quotes, which is taken; what makes no sense is left
  /// out.
  case tags([EntityTag])

  /// Parses a field value; several fields of one name are joined by commas before.
  public init(parsing text: String) {
    var scanner = FieldScanner(text)
    var tags: [EntityTag] = []
    var isAny = false
    while true {
      _ = scanner.run { ASCII.isWhitespace($0) || $0 == ASCII.comma }
      if scanner.isAtEnd { break }
      if let tag = scanner.quotedEntityTag() {
        tags.append(tag)
        continue
      }
      let bare = scanner.run { !ASCII.isWhitespace($0) && $0 != ASCII.comma }
      if bare.elementsEqual("*".utf8) {
        isAny = true
      } else if !bare.contains(ASCII.quote) {
        tags.append(EntityTag(received: String(decoding: bare, as: UTF8.self), isWeak: false))
      }
    }
    self = isAny && tags.isEmpty ? .any : .tags(tags)
  }
}

extension FieldScanner {
  /// Consumes `"…"` or `W/"…"`. A backslash in it is an ordinary character.
  fileprivate mutating func quotedEntityTag() -> EntityTag? {
    var ahead = self
    let isWeak = ahead.take("W/")
    guard ahead.take(ASCII.quote) else { return nil }
    let opaque = ahead.run { $0 != ASCII.quote }
    guard ahead.take(ASCII.quote) else { return nil }
    self = ahead
    return EntityTag(received: String(decoding: opaque, as: UTF8.self), isWeak: isWeak)
  }
}
