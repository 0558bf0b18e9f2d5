/// When the next blob of a content is asked for, while the one before it is read: the engine needs time to find the first
/// bytes, and whoever reads slowly is to hold no second connection for long.
struct ReadAhead {
  /// So many bytes before its end a blob's successor is asked for.
  static let lead: UInt64 = 1 << 20
  /// Whoever took the bytes of a blob at this rate or faster, in bytes a second, has the successor of the next one asked for
  /// as soon as that begins.
  static let fastRate: UInt64 = 16 << 20

  /// When the range was begun that is being read, in monotonic nanoseconds.
  private var began: UInt64
  private var isFast = false

  /// The first range begins.
  init(at now: UInt64) { began = now }

  /// A range of so many bytes was read to its end; the next one begins.
  mutating func proceed(_ length: UInt64, at now: UInt64) {
    let milliseconds = max(1, (now &- began) / 1_000_000)
    isFast = length >= Self.lead && length / milliseconds >= Self.fastRate / 1_000
    began = now
  }

  /// Whether the next range is to be asked for, where so many bytes of this one are left.
  func isDue(_ bytesLeft: UInt64) -> Bool { isFast || bytesLeft <= Self.lead }
}
