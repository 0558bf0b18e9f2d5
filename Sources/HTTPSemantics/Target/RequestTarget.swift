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
  public init(_ requestURI: some Collection<UInt8>) throws(RequestTargetError) {
    let bytes = Array(requestURI)
    let target = Self.droppingAuthority(bytes.prefix { $0 != UInt8(ascii: "#") })
    let mark = target.firstIndex(of: UInt8(ascii: "?"))
    let path = target[..<(mark ?? target.endIndex)]
    rawPath = path.isEmpty ? [ASCII.slash] : Array(path)
    rawQuery = mark.map { Array(target[($0 + 1)...]) }
    guard rawPath.first == ASCII.slash || rawPath == [UInt8(ascii: "*")] else { throw .notAPath }

    do {
      var segments: [[UInt8]] = []
      if rawPath.first == ASCII.slash {
        for segment in rawPath.dropFirst().split(separator: ASCII.slash, omittingEmptySubsequences: false) {
          segments.append(try PercentEncoding.decode(segment))
        }
      }
      self.segments = segments
    } catch {
      throw .malformedPath
    }
    do {
      query = try QueryParameters(parsing: rawQuery ?? [])
    } catch {
      throw .malformedQuery
    }
  }

  private init() {
    rawPath = [ASCII.slash]
    rawQuery = nil
    segments = [[]]
    query = QueryParameters()
  }

  /// `/`
  public static let root = RequestTarget()

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
