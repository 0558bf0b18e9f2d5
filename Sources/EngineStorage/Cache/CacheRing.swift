internal import HTTPSemantics

/// The random part of a blob's name, which no other blob has.
struct BlobKey: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The key of a blob; nil for one that this program gave no fresh name, such as a photo.
  init?(_ id: BlobID) {
    let segments = id.name.split(separator: "/")
    guard segments.count == 3, BlobID.Kind(rawValue: String(segments[0])) != nil, segments[2].utf8.count == 32,
      let bytes = Hexadecimal.decode(segments[2].utf8)
    else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A part of it that is as random as the whole.
  var fingerprint: UInt64 { low }
}

/// Where blobs lie in a file of fixed size: one behind the other and round again, each new one where the oldest were.
///
/// A slot that has been taken by others is never given back to its blob: whoever has read from it asks afterwards whether
/// it is still there.
struct CacheRing: Sendable {
  /// A place in the file.
  struct Slot: Equatable, Sendable {
    /// Each has another one.
    fileprivate let number: UInt64
    /// Where it begins, in bytes.
    let start: UInt64
    /// The length of the blob in bytes.
    let length: UInt64
  }

  private struct Entry {
    let key: BlobKey
    let slot: Slot
    /// Whether all bytes of the blob are there.
    var isWhole = false
    /// Whether bytes are being written at the moment, so that nobody else may have the place.
    var isBeingWritten = false
  }

  /// The most blobs of a ring: each takes some memory.
  private static let mostBlobs: UInt64 = 16_384

  private let capacity: UInt64
  /// Slots begin at multiples of it.
  private let unit: UInt64
  /// By their numbers, which follow each other in the file, too.
  private var entries: [UInt64: Entry] = [:]
  private var numbers: [BlobKey: UInt64] = [:]
  private var oldest: UInt64 = 0
  private var next: UInt64 = 0
  /// Where the next slot begins, if it fits there.
  private var head: UInt64 = 0

  /// An empty ring.
  /// - Parameter capacity: the length of the file.
  init(capacity: UInt64) {
    self.capacity = capacity
    unit = max(4_096, (capacity + Self.mostBlobs - 1) / Self.mostBlobs)
  }

  /// The slot of a blob that is whole.
  func slot(of key: BlobKey) -> Slot? {
    guard let number = numbers[key], let entry = entries[number], entry.isWhole else { return nil }
    return entry.slot
  }

  /// Whether a slot is still the blob's.
  func holds(_ slot: Slot) -> Bool {
    entries[slot.number].map { numbers[$0.key] == slot.number } ?? false
  }

  /// Makes room for a blob, whose bytes are to follow.
  /// - Returns: nil where it has a slot already, is too long, or a blob that is being written is in the way.
  mutating func allocate(_ key: BlobKey, length: UInt64) -> Slot? {
    guard length > 0, length <= capacity / 8, numbers[key] == nil else { return nil }
    let size = (length + unit - 1) / unit * unit
    let wraps = head + size > capacity
    let range = wraps ? 0..<size : head..<head + size
    while let entry = oldestEntry() {
      let place = entry.slot.start..<entry.slot.start + entry.slot.length
      guard place.overlaps(range) || (wraps && place.lowerBound >= head) else { break }
      guard !entry.isBeingWritten else { return nil }
      forget(entry.slot)
      entries[entry.slot.number] = nil
    }
    let slot = Slot(number: next, start: range.lowerBound, length: length)
    entries[next] = Entry(key: key, slot: slot)
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

  /// Nobody else gets the slot until `endWriting`.
  /// - Returns: whether the slot is still the blob's.
  mutating func beginWriting(_ slot: Slot) -> Bool {
    guard holds(slot) else { return false }
    entries[slot.number]?.isBeingWritten = true
    return true
  }

  /// - Parameter isWhole: whether nothing is missing any more.
  mutating func endWriting(_ slot: Slot, isWhole: Bool) {
    entries[slot.number]?.isBeingWritten = false
    if isWhole { entries[slot.number]?.isWhole = true }
  }

  /// The blob is no longer in the ring. Its place is taken when its turn comes.
  mutating func forget(_ slot: Slot) {
    guard let key = entries[slot.number]?.key, numbers[key] == slot.number else { return }
    numbers[key] = nil
  }
}
