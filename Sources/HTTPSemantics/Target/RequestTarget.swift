/// The target of a request (RFC 9112 §3.2) as the client sent it, split and decoded once, never normalised.
///
/// Dot segments and doubled slashes stay: a signature is over the raw path, and a route either knows a segment or
/// answers 404.
public struct RequestTarget: Sendable, Equatable {
  /// The path as it came, escapes and all. `/` if there was none; `*` for `OPTIONS *`.
  public let rawPath: [UInt8]
  /// What followed the first `?`, nil without one.
  public let rawQuery: [UInt8]?
  /// The decoded pieces between the slashes after the first: `/a/b%2Fc/` is `a`, `b/c`, and an empty one. A decoded
  /// segment may hold any byte, slashes and NUL among them.
  public let segments: [[UInt8]]
  /// The decoded parameters of the query.
  public let query: QueryParameters

  /// Splits and decodes a raw target, as CGI's `REQUEST_URI` carries it. Takes the origin form, the absolute form
  /// (scheme and authority are dropped) and `*`.
  ///
  /// - Throws: `RequestTargetError`, which is a 400 for the client.
  public init(_ requestURI: ArraySlice<UInt8>) throws(RequestTargetError) {
    let target = Self.droppingAuthority(requestURI.prefix { $0 != UInt8(ascii: "#") })
    let mark = target.firstIndex(of: UInt8(ascii: "?"))
    let path = target[..<(mark ?? target.endIndex)]
    rawPath = path.isEmpty ? [ASCII.slash] : Array(path)
    rawQuery = mark.map { Array(target[($0 + 1)...]) }
    guard rawPath.first == ASCII.slash || rawPath == [UInt8(ascii: "*")] else { throw .notAPath }
    do {
      segments = rawPath.first == ASCII.slash ? try Self.segments(of: rawPath) : []
    } catch {
      throw .malformedPath
    }
    do {
      query = if let rawQuery { try QueryParameters(parsing: rawQuery) } else { QueryParameters() }
    } catch {
      throw .malformedQuery
    }
  }

  /// Splits and decodes the bytes of any collection.
  public init(_ requestURI: some Collection<UInt8>) throws(RequestTargetError) {
    try self.init(ArraySlice(requestURI))
  }

  private init() {
    rawPath = [ASCII.slash]
    rawQuery = nil
    segments = [[]]
    query = QueryParameters()
  }

  /// `/`
  public static let root = RequestTarget()

  /// The decoded pieces behind each slash.
  private static func segments(of path: [UInt8]) throws(PercentDecodingError) -> [[UInt8]] {
    var segments: [[UInt8]] = []
    var start = 1
    for index in 1...path.count where index == path.count || path[index] == ASCII.slash {
      segments.append(try PercentEncoding.decode(path[start..<index]))
      start = index + 1
    }
    return segments
  }

  /// The segments as text; nil if one of them is not valid UTF-8.
  public var segmentStrings: [String]? {
    let strings = segments.compactMap { String(validating: $0, as: UTF8.self) }
    return strings.count == segments.count ? strings : nil
  }

  private static func droppingAuthority(_ target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard target.first != ASCII.slash else { return target }
    let scheme = target.prefix { ASCIISet.alphanumeric.contains($0) }
    let rest = target[scheme.endIndex...]
    guard !scheme.isEmpty, rest.starts(with: "://".utf8) else { return target }
    return rest.dropFirst(3).drop { $0 != ASCII.slash && $0 != UInt8(ascii: "?") }
  }
}

/// Why a request target was refused.
public enum RequestTargetError: Error, Hashable, Sendable {
  /// Neither a path, nor an absolute URI, nor `*`.
  case notAPath
  /// A malformed escape in the path.
  case malformedPath
  /// A malformed escape in the query.
  case malformedQuery

  /// A stable name for programs.
  public var code: String {
    switch self {
    case .notAPath: "not-a-path"
    case .malformedPath: "malformed-path"
    case .malformedQuery: "malformed-query"
    }
  }
}
