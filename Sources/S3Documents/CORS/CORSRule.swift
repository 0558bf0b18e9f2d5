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

  let origins: [CORSPattern]
  let headers: [CORSPattern]

  /// Whether the rule is for pages of `origin`.
  func allows(origin: String) -> Bool {
    let origin = Array(origin.utf8)
    return origins.contains { $0.matches(origin) }
  }

  /// Whether the rule is for `method`.
  func allows(_ method: HTTPMethod) -> Bool {
    allowedMethods.contains(method)
  }

  /// Whether a request may have the field `name`, which is in lower case.
  func allows(header name: [UInt8]) -> Bool {
    headers.contains { $0.matches(name) }
  }
}

/// A text in which one `*` may stand for any characters, also for none.
struct CORSPattern: Sendable, Equatable {
  private let prefix: [UInt8]
  private let suffix: [UInt8]?

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let star = bytes.firstIndex(of: UInt8(ascii: "*"))
    prefix = Array(bytes[..<(star ?? bytes.endIndex)])
    suffix = star.map { Array(bytes[($0 + 1)...]) }
  }

  func matches(_ text: [UInt8]) -> Bool {
    guard let suffix else { return text == prefix }
    return text.count >= prefix.count + suffix.count && text.starts(with: prefix)
      && text.suffix(suffix.count).elementsEqual(suffix)
  }
}
