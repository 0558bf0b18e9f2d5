/// What nginx's own cache is told of a picture (RFC 9111, section 5.2.2.10, and RFC 5861, section 4): when to ask again, and for
/// how long it may hand it out while nobody answers. Clients are told something else.
struct CacheRule: Equatable {
  /// How long browsers keep a picture, in seconds; nginx does no longer either, when it cannot ask.
  static let day: UInt64 = 86_400

  private let seconds: UInt64
  private let isStaleAllowed: Bool

  /// - Parameters:
  ///   - seconds: when nginx asks again.
  ///   - left: seconds until the picture is over; nil where it stays. It is not handed out after that.
  init(seconds: UInt64, left: Int64?) {
    self.seconds = left.map { min(seconds, UInt64(max(0, $0))) } ?? seconds
    isStaleAllowed = left == nil
  }

  /// The value of `Cache-Control`.
  var text: String { "s-maxage=\(seconds)" + (isStaleAllowed ? ", stale-if-error=\(Self.day)" : "") }
}
