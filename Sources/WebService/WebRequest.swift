public import FastCGIWire
public import HTTPSemantics
public import Journal

/// A request in HTTP's terms, from the parameters that nginx hands on.
public struct WebRequest: Sendable {
  /// The method.
  public let method: HTTPMethod
  /// Path and query, as the client sent them.
  public let target: RequestTarget
  private let parameters: ParameterList
  private let defaultLanguage: ActivityLanguage

  /// - Throws: `malformed-request` where the target cannot be read, or a field stands twice that may stand once.
  public init(_ parameters: ParameterList, defaultLanguage: ActivityLanguage) throws(Problem) {
    method = HTTPMethod(rawValue: parameters["REQUEST_METHOD"] ?? "GET")
    do throws(RequestTargetError) {
      target = try RequestTarget(parameters.value(of: "REQUEST_URI") ?? ArraySlice("/".utf8))
    } catch {
      throw Problem(.malformedRequest, .malformedEscape)
    }
    if let name = SingularFields.firstRepeated(cgiParameters: parameters.all) {
      throw Problem(.malformedRequest, .repeated(name: name))
    }
    self.parameters = parameters
    self.defaultLanguage = defaultLanguage
  }

  // Most requests need little of what follows: it is read when it is asked for.

  /// The header fields.
  public var fields: HeaderFields { HeaderFields(cgiParameters: parameters.all) }

  /// The client's address, as nginx sees it.
  public var clientAddress: String { parameters["REMOTE_ADDR"] ?? "-" }

  /// nginx's id of the request; it ties the logs together.
  public var identifier: String { parameters["REQUEST_ID"] ?? "-" }

  /// For how many seconds nginx itself keeps an answer in its cache before it asks again; nil where it keeps none.
  public var cacheSeconds: UInt64? {
    parameters["VITRINE_CACHE_TIME"].flatMap { UInt64($0.hasSuffix("s") ? $0.dropLast() : $0[...]) }
  }

  /// Where nginx says that the object store is: a port of the same host, or an address.
  public var storeAddress: String? { parameters["VITRINE_STORE"] }

  /// The length that the body is announced with.
  public var contentLength: UInt64? { parameters["CONTENT_LENGTH"].flatMap { UInt64($0) } }

  /// Scheme and authority of the request: what links to this server start with, without a last slash.
  public var origin: String {
    (isSecure ? "https://" : "http://") + Self.authority(host)
  }

  /// Whether the client came over TLS, as nginx tells it.
  public var isSecure: Bool { parameters["REQUEST_SCHEME"] == "https" || parameters["HTTPS"] == "on" }

  /// The field Host, whatever the client wrote there.
  public var host: String? { parameters["HTTP_HOST"] }

  /// A Host field that could be one; anything else must not get into links.
  private static func authority(_ host: String?) -> String {
    guard let host, !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(isAuthorityByte) else {
      return "localhost"
    }
    return host
  }

  private static func isAuthorityByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
      UInt8(ascii: "]"):
      true
    default: false
    }
  }

  /// Whether the request came through a site that is not the image host's, such as a CMS that offers archives: the other
  /// pages and their style are not there.
  public var isOnForeignSite: Bool { parameters["VITRINE_SITE"] == "foreign" }

  /// Whether the client would rather have a page than JSON.
  public var prefersHTML: Bool { AcceptHeader.prefersHTML(accept: parameters["HTTP_ACCEPT"]) }

  /// The language for pages: the `lang` cookie, then Accept-Language, then the service's own.
  public var language: ActivityLanguage {
    if let cookie = cookie("lang"), let chosen = ActivityLanguage(rawValue: cookie) { return chosen }
    let chosen = AcceptLanguage.choose(
      parameters["HTTP_ACCEPT_LANGUAGE"], among: ActivityLanguage.allCases.map(\.rawValue),
      default: defaultLanguage.rawValue)
    return ActivityLanguage(rawValue: chosen) ?? defaultLanguage
  }

  /// The strings in that language.
  public var strings: LocalizedStrings { LocalizedStrings(language) }

  /// The value of a cookie (RFC 6265).
  public func cookie(_ name: String) -> String? {
    for pair in (parameters["HTTP_COOKIE"] ?? "").split(separator: ";") {
      let trimmed = pair.drop { $0 == " " }
      if trimmed.hasPrefix("\(name)=") { return String(trimmed.dropFirst(name.count + 1)) }
    }
    return nil
  }

  /// The token of `Authorization: Bearer …` (RFC 6750).
  public var bearerToken: String? {
    guard let value = parameters["HTTP_AUTHORIZATION"], value.count > 7, value.prefix(7).lowercased() == "bearer "
    else {
      return nil
    }
    return String(value.dropFirst(7).drop { $0 == " " })
  }
}
