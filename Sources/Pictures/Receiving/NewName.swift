internal import Digests
internal import ImageStructure
internal import Posix
internal import Storage

/// Stored names: new for every upload, not to be guessed from another.
enum NewName {
  static func make(at time: Timestamp, _ kind: ImageKind) -> StoredName? {
    let milliseconds = UInt64(clamping: time.seconds) * 1_000 + UInt64(clamping: time.nanoseconds / 1_000_000)
    let ulid = ULID(milliseconds: milliseconds, randomness: SecureRandom.bytes(10))
    return StoredName("\(ulid.text).\(kind.fileExtension)")
  }
}
