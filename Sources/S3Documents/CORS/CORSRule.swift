public import HTTPSemantics

/// A rule of a bucket's CORS configuration: which pages may do what with the bucket from a browser.
public struct CORSRule: Sendable, Equatable {
  /// The rule's name; it has no meaning.
  public let id: String?
  /// Origins, in each of which one `*` may stand for any characters.
  public let allowedOrigins: [String]
  /// GET, PUT, POST, DELETE or HEAD.
  public let allowedMethods: [HTTPMethod]
  /// Names of request fields, in each of which one `*` may stand for any characters.
  public let allowedHeaders: [String]
  /// Names of response fields that the page may see.
  public let exposedHeaders: [String]
  /// For how many seconds a browser may remember the answer to a preflight.
  public let maxAge: Int?

  /// Whether the rule is for pages of `origin`.
  func allows(origin: String) -> Bool {
    allowedOrigins.contains { CORSPattern($0).matches(origin, ignoresCase: false) }
  }

  /// Whether the rule is for `method`.
  func allows(_ method: HTTPMethod) -> Bool {
    allowedMethods.contains(method)
  }

  /// Whether a request may have the field `name`.
  func allows(header name: String) -> Bool {
    allowedHeaders.contains { CORSPattern($0).matches(name, ignoresCase: true) }
  }
}

/// A text in which one `*` may stand for any characters, also for none.
struct CORSPattern {
  private let prefix: [UInt8]
  private let suffix: [UInt8]?

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let star = bytes.firstIndex(of: UInt8(ascii: "*"))
    prefix = Array(bytes[..<(star ?? bytes.endIndex)])
    suffix = star.map { Array(bytes[($0 + 1)...]) }
  }

  func matches(_ text: String, ignoresCase: Bool) -> Bool {
    let isSame: (UInt8, UInt8) -> Bool = ignoresCase ? { Byte.lowercased($0) == Byte.lowercased($1) } : (==)
    let text = Array(text.utf8)
    guard let suffix else { return text.elementsEqual(prefix, by: isSame) }
    return text.count >= prefix.count + suffix.count && text.starts(with: prefix, by: isSame)
      && text.suffix(suffix.count).elementsEqual(suffix, by: isSame)
  }
}
