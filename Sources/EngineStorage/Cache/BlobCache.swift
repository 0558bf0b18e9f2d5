internal import Digests
internal import EventLoop
public import Posix
internal import Synchronization

/// Copies of blobs that are read again and again, in a file of this process without a name, which ends with it.
///
/// Only what the system has in its memory is read from the file: no reader waits for its disk, and the system takes the
/// memory where it is needed. Whatever is not there the engine gives.
public final class BlobCache: Sendable {
  /// How many reads found their blob here, and how many asked the engine for it.
  public struct Counts: Equatable, Sendable {
    /// Reads of blobs that were here.
    public var hits: Int
    /// Reads of blobs that the engine was asked for.
    public var misses: Int

    /// Counts of a cache that nobody has read from, unless they are given.
    public init(hits: Int = 0, misses: Int = 0) {
      self.hits = hits
      self.misses = misses
    }
  }

  /// Bytes of a blob with a checksum of their own, which are read at once: a client that takes its time holds no more.
  static let pieceSize = 65_536
  /// A longer blob is read once in a while, or its readers have time.
  private static let longestBlob: UInt64 = 4 << 20
  /// How many blobs that were asked for lately are known, by a part of their names.
  private static let remembered = 8_192
  /// The most bytes that wait to be written: where the disk is slow, nothing is stored.
  private static let mostWaiting = 2 << 20
  /// After a failure of the disk so many blobs are not stored.
  private static let skipsAfterFailure = 1_000

  private struct State: Sendable {
    var ring: CacheRing
    var asked = [UInt64](repeating: 0, count: BlobCache.remembered)
    var waiting = 0
    var skips = 0
    var counts = Counts()
  }

  let file: SharedDescriptor
  /// One thread allocates slots and writes to them: in order, and never two at a time.
  private let writer = BlockingPool(name: "blob-copies", limit: 1)
  private let state: Mutex<State>

  /// A cache without blobs.
  /// - Parameters:
  ///   - folder: where the file is made.
  ///   - capacity: its length.
  /// - Returns: nil where no file can be written there, or the file system does not say which pages are in memory.
  public init?(in folder: SharedDescriptor, capacity: UInt64) {
    guard capacity > 0 else { return nil }
    let probe: [UInt8] = [0]
    do throws(Errno) {
      let file = try folder.descriptor.openUnnamed()
      try file.writeAll(probe.span, at: 0)
      guard file.cachedBytes(0..<1) == probe else { return nil }
      self.file = SharedDescriptor(file)
    } catch {
      return nil
    }
    state = Mutex(State(ring: CacheRing(capacity: capacity)))
  }

  /// What was found here so far.
  public var counts: Counts { state.withLock { $0.counts } }

  /// Counts a read.
  func count(isHit: Bool) {
    state.withLock { state in if isHit { state.counts.hits += 1 } else { state.counts.misses += 1 } }
  }

  // MARK: Reading

  /// Finds a blob of which so many bytes are wanted.
  func slot(of key: BlobKey, upTo end: UInt64) -> CacheRing.Slot? {
    state.withLock { state in
      guard let slot = state.ring.slot(of: key), end <= slot.length else { return nil }
      return slot
    }
  }

  /// A piece of a blob, whole.
  /// - Returns: nil where it is gone by now, or not what was written.
  func piece(_ number: Int, of slot: CacheRing.Slot) -> [UInt8]? {
    let start = UInt64(number * Self.pieceSize)
    let end = min(start + UInt64(Self.pieceSize), slot.length)
    let bytes = file.descriptor.cachedBytes(slot.start + start..<slot.start + end)
    return state.withLock { state in
      guard let bytes else {
        state.ring.noteFailure(slot)
        return nil
      }
      // Another blob's bytes are written only where this slot has been given up before.
      guard let expected = state.ring.checksum(slot, piece: number) else { return nil }
      // It finds what a disk has lost that the system took for written.
      guard CRC32.checksum(of: bytes) == expected else {
        state.ring.forget(slot)
        return nil
      }
      return bytes
    }
  }

  // MARK: Copies

  /// A copy that can be made of a content which is being read.
  /// - Parameter md5: what its bytes have to come to; nil for a whole blob, of which the engine says it.
  /// - Returns: nil for a content that is read for the first time in a while, or is too long.
  func copy(_ key: BlobKey, length: UInt64, md5: [UInt8]?) -> BlobCopy? {
    guard length > 0, length <= Self.longestBlob else { return nil }
    let wasAsked = state.withLock { state in
      guard length <= state.ring.longestBlob else { return false }
      let index = Int(key.fingerprint % UInt64(Self.remembered))
      defer { state.asked[index] = key.fingerprint }
      guard state.asked[index] == key.fingerprint else { return false }
      state.skips = max(0, state.skips - 1)
      return state.skips == 0
    }
    return wasAsked ? BlobCopy(self, key, length: length, md5: md5) : nil
  }

  /// A blob is no longer in the engine.
  func forget(_ key: BlobKey) {
    state.withLock { state in if let slot = state.ring.slot(of: key) { state.ring.forget(slot) } }
  }

  /// Waits until what was handed over is written.
  nonisolated(nonsending) func settle() async { await writer.run {} }

  /// Makes room for a copy, on the thread that writes.
  func allocate(_ key: BlobKey, length: UInt64) -> CacheRing.Slot? {
    state.withLock { $0.ring.allocate(key, length: length, now: Clock.monotonicNanoseconds()) }
  }

  /// Hands bytes over to the thread that writes.
  /// - Returns: whether they are taken.
  func submit(_ count: Int, _ write: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = state.withLock { state in
      guard state.waiting + count <= Self.mostWaiting else { return false }
      state.waiting += count
      return true
    }
    if isTaken {
      writer.submit { [self] in
        write()
        state.withLock { $0.waiting -= count }
      }
    }
    return isTaken
  }

  /// Writes bytes of a blob, on the thread that writes.
  /// - Returns: whether they are there.
  func write(_ bytes: Span<UInt8>, at offset: UInt64, of slot: CacheRing.Slot) -> Bool {
    guard state.withLock({ $0.ring.noteWrite(slot, now: Clock.monotonicNanoseconds()) }) else { return false }
    let isWritten = (try? file.descriptor.writeAll(bytes, at: slot.start + offset)) != nil
    if !isWritten { state.withLock { $0.skips = Self.skipsAfterFailure } }
    return isWritten
  }

  /// All bytes of a blob are there.
  func finish(_ slot: CacheRing.Slot, _ checksums: [UInt32]) {
    state.withLock { $0.ring.finish(slot, checksums) }
  }

  /// Not all bytes of a blob came.
  func giveUp(_ slot: CacheRing.Slot) { state.withLock { $0.ring.giveUp(slot) } }
}
