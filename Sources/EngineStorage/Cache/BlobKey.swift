internal import HTTPSemantics

/// What tells a content from all others: the random part of its blob's name, which no other blob has, and where in the blob
/// it begins.
struct BlobKey: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64
  private let start: UInt64

  /// The key of a content; nil in a blob that this program gave no fresh name, such as a photo.
  init?(_ id: BlobID, start: UInt64 = 0) {
    let segments = id.name.split(separator: "/")
    guard segments.count == 3, BlobID(own: id.name) != nil, segments[2].utf8.count == 32,
      let bytes = Hexadecimal.decode(segments[2].utf8)
    else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    self.start = start
  }

  /// A number that another content hardly has.
  var fingerprint: UInt64 { low &+ (start &* 0x9E37_79B9_7F4A_7C15) >> 32 }
}
