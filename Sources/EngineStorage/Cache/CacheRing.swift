/// Where blobs lie in a file of fixed size: one behind the other and round again, each new one where the oldest were.
///
/// A slot that others have taken is never given back to its blob: whoever has read from it asks afterwards whether it is
/// still the blob's.
struct CacheRing: Sendable {
  /// A range of the file.
  struct Slot: Equatable, Sendable {
    /// Each slot has another one.
    fileprivate let number: UInt64
    /// Where it begins, in bytes.
    let start: UInt64
    /// The length of the blob in bytes.
    let length: UInt64
  }

  private struct Entry {
    let key: BlobKey
    let slot: Slot
    /// CRC-32 of each piece; none before all bytes of the blob are there.
    var checksums: [UInt32] = []
    /// How often it could not be read, one time after the other.
    var failures = 0
    /// When something was written last, in nanoseconds of the monotonic clock.
    var lastWrite: UInt64
  }

  /// Slots begin at multiples of it, in bytes: a page.
  private static let unit: UInt64 = 4_096
  /// A blob whose bytes do not come for so long, in nanoseconds, makes room for another try.
  static let stallTimeout: UInt64 = 5_000_000_000

  /// A blob that could not be read so often, one time after the other, is not in memory any more.
  static let mostFailures = 4

  private let capacity: UInt64
  private let mostBlobs: Int
  /// By their numbers, in which order they lie in the file.
  private var entries: [UInt64: Entry] = [:]
  private var numbers: [BlobKey: UInt64] = [:]
  private var oldest: UInt64 = 0
  private var next: UInt64 = 0
  /// Where the next slot begins, if it fits there.
  private var head: UInt64 = 0

  /// An empty ring.
  /// - Parameters:
  ///   - capacity: the length of the file.
  ///   - mostBlobs: how many there are at most: each takes some memory.
  init(capacity: UInt64, mostBlobs: Int = 16_384) {
    self.capacity = capacity
    self.mostBlobs = max(1, mostBlobs)
  }

  /// The longest blob that is stored: one that is longer would push out too many.
  var longestBlob: UInt64 { capacity / 8 }

  /// How many blobs there are, whole or on their way.
  var count: Int { entries.count }

  /// The slot of a blob that is whole.
  func slot(of key: BlobKey) -> Slot? {
    guard let number = numbers[key], let entry = entries[number], !entry.checksums.isEmpty else { return nil }
    return entry.slot
  }

  /// Whether a slot is still the blob's.
  func holds(_ slot: Slot) -> Bool {
    entries[slot.number].map { numbers[$0.key] == slot.number } ?? false
  }

  /// The checksum of a piece that was read of a blob; nil where the slot is others' by now.
  mutating func checksum(_ slot: Slot, piece: Int) -> UInt32? {
    guard holds(slot), let checksums = entries[slot.number]?.checksums, piece < checksums.count else { return nil }
    entries[slot.number]?.failures = 0
    return checksums[piece]
  }

  /// A piece could not be read: it is not in memory any more, or somebody writes to the file just now.
  mutating func noteFailure(_ slot: Slot) {
    entries[slot.number]?.failures += 1
    if let failures = entries[slot.number]?.failures, failures >= Self.mostFailures { forget(slot) }
  }

  /// Makes room for a blob, whose bytes are to follow.
  /// - Parameter now: nanoseconds of the monotonic clock.
  /// - Returns: nil where it has a slot already, or is too long.
  mutating func allocate(_ key: BlobKey, length: UInt64, now: UInt64) -> Slot? {
    guard length > 0, length <= longestBlob else { return nil }
    if let number = numbers[key], let entry = entries[number] {
      guard entry.checksums.isEmpty, now >= entry.lastWrite + Self.stallTimeout else { return nil }
      forget(entry.slot)
    }
    let size = (length + Self.unit - 1) / Self.unit * Self.unit
    let wraps = head + size > capacity
    let range = wraps ? 0..<size : head..<head + size
    while let entry = oldestEntry() {
      let occupied = entry.slot.start..<entry.slot.start + entry.slot.length
      guard occupied.overlaps(range) || (wraps && occupied.lowerBound >= head) || entries.count >= mostBlobs
      else { break }
      forget(entry.slot)
      entries[entry.slot.number] = nil
    }
    let slot = Slot(number: next, start: range.lowerBound, length: length)
    entries[next] = Entry(key: key, slot: slot, lastWrite: now)
    numbers[key] = next
    next += 1
    head = range.upperBound
    return slot
  }

  private mutating func oldestEntry() -> Entry? {
    while oldest < next {
      if let entry = entries[oldest] { return entry }
      oldest += 1
    }
    return nil
  }

  /// Bytes of the blob are about to be written. Only whoever allocates slots may write to them, one after the other.
  /// - Returns: whether the slot is still the blob's.
  mutating func noteWrite(_ slot: Slot, now: UInt64) -> Bool {
    guard holds(slot) else { return false }
    entries[slot.number]?.lastWrite = now
    return true
  }

  /// All bytes of the blob are there.
  /// - Parameter checksums: CRC-32 of each of its pieces.
  mutating func finish(_ slot: Slot, _ checksums: [UInt32]) { entries[slot.number]?.checksums = checksums }

  /// The blob is no longer in the ring. Its range is reused when its turn comes.
  mutating func forget(_ slot: Slot) {
    guard let key = entries[slot.number]?.key, numbers[key] == slot.number else { return }
    numbers[key] = nil
  }

  /// The blob did not become whole. Where no other came after it, the next one gets its range.
  mutating func giveUp(_ slot: Slot) {
    forget(slot)
    guard slot.number + 1 == next else { return }
    entries[slot.number] = nil
    head = slot.start
  }
}
