internal import HTTPSemantics

/// The random part of a blob's name, which no other blob has.
struct BlobKey: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The key of a blob; nil for one that this program gave no fresh name, such as a photo.
  init?(_ id: BlobID) {
    let segments = id.name.split(separator: "/")
    guard segments.count == 3, BlobID(own: id.name) != nil, segments[2].utf8.count == 32,
      let bytes = Hexadecimal.decode(segments[2].utf8)
    else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A part of it that is as random as the whole.
  var fingerprint: UInt64 { low }
}
