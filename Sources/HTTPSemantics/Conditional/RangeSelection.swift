/// What of a representation a request gets, all its conditions considered.
public enum RangeSelection: Sendable, Equatable {
  /// 304, without content.
  case notModified
  /// 412.
  case preconditionFailed
  /// 200, with all bytes.
  case whole
  /// 206, with these bytes, never none.
  case partial(Range<UInt64>)
  /// 416.
  case unsatisfiable

  /// Evaluates preconditions, `If-Range` and `Range` in the order of RFC 9110 §13.2.2.
  ///
  /// `Range` counts for GET only (§14.2): HEAD is answered with what a GET without it would get.
  ///
  /// - Parameters:
  ///   - headers: the request's.
  ///   - length: of the current representation, in bytes.
  ///   - current: its validators.
  public static func select(
    _ headers: HeaderFields, method: HTTPMethod, length: UInt64, current: Validators
  ) -> RangeSelection {
    switch Preconditions.evaluate(headers, method: method, current: current) {
    case .notModified: return .notModified
    case .preconditionFailed: return .preconditionFailed
    case .proceed: break
    }
    guard
      method == .get, let range = headers.list(of: "range"),
      Preconditions.allowsRange(headers, current: current)
    else { return .whole }
    switch ByteRange(parsing: range, length: length) {
    case .whole: return .whole
    case .partial(let bytes): return .partial(bytes)
    case .unsatisfiable: return .unsatisfiable
    }
  }

  /// The status of the answer.
  public var status: HTTPStatus {
    switch self {
    case .notModified: .notModified
    case .preconditionFailed: .preconditionFailed
    case .whole: .ok
    case .partial: .partialContent
    case .unsatisfiable: .rangeNotSatisfiable
    }
  }

  /// The `Content-Range` that goes with the answer, for 206 and 416.
  public func contentRange(length: UInt64) -> String? {
    switch self {
    case .partial(let range): ContentRange.partial(range, length: length)
    case .unsatisfiable: ContentRange.unsatisfied(length: length)
    case .notModified, .preconditionFailed, .whole: nil
    }
  }
}
