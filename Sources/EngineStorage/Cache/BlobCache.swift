internal import Digests
public import EventLoop
internal import HTTPSemantics
public import Posix
internal import Storage
internal import Synchronization

/// Copies of blobs that are read again and again, in a file of this process without a name, which ends with it.
///
/// Only what the system has in its memory is read from the file: nobody waits for a disk, and the system takes the memory
/// where it is needed. Whatever is not there the engine gives.
public final class BlobCache: Sendable {
  /// How often reads found their blob here, and how often not.
  public struct Counts: Equatable, Sendable {
    /// Reads of blobs that were here.
    public var hits = 0
    /// Reads of blobs that the engine was asked for.
    public var misses = 0

    /// Counts of a cache that nobody has read from, unless they are given.
    public init(hits: Int = 0, misses: Int = 0) {
      self.hits = hits
      self.misses = misses
    }
  }

  /// A longer blob is read once in a while, or its readers have time.
  private static let longestBlob: UInt64 = 4 << 20
  /// Blobs that were asked for lately, by a part of their names.
  private static let remembered = 8_192
  /// After a failure of the disk so many blobs are not kept.
  private static let pause = 1_000

  private struct State: Sendable {
    var ring: CacheRing
    var asked = [UInt64](repeating: 0, count: BlobCache.remembered)
    var pause = 0
    var counts = Counts()
  }

  private let file: SharedDescriptor
  private let pool: BlockingPool
  private let state: Mutex<State>

  /// A cache without blobs.
  /// - Parameters:
  ///   - folder: where the file is made.
  ///   - capacity: its length.
  ///   - pool: threads that may wait for its disk.
  /// - Returns: nil where the file system cannot tell what of a file is in memory.
  public init?(in folder: SharedDescriptor, capacity: UInt64, pool: BlockingPool) {
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
    self.pool = pool
    state = Mutex(State(ring: CacheRing(capacity: capacity)))
  }

  /// What was found here so far.
  public var counts: Counts { state.withLock { $0.counts } }

  /// Finds bytes of a blob.
  func slot(of key: BlobKey, upTo end: UInt64) -> CacheRing.Slot? {
    state.withLock { state in
      guard let slot = state.ring.slot(of: key), end <= slot.length else {
        state.counts.misses += 1
        return nil
      }
      state.counts.hits += 1
      return slot
    }
  }

  /// Bytes of a blob.
  /// - Parameter range: within the blob.
  /// - Returns: nil where they are gone by now.
  func bytes(_ slot: CacheRing.Slot, _ range: Range<UInt64>) -> [UInt8]? {
    let bytes = file.descriptor.cachedBytes(slot.start + range.lowerBound..<slot.start + range.upperBound)
    // Another blob's bytes are written only where this slot has been given up before.
    return state.withLock { state in
      guard bytes != nil else {
        state.ring.forget(slot)
        return nil
      }
      return state.ring.holds(slot) ? bytes : nil
    }
  }

  /// A copy that can be made of a blob which is being read.
  /// - Returns: nil for a blob that is read for the first time in a while, or is too long.
  func copy(_ key: BlobKey, length: UInt64) -> BlobCopy? {
    guard length <= Self.longestBlob else { return nil }
    let slot = state.withLock { state -> CacheRing.Slot? in
      let index = Int(key.fingerprint % UInt64(Self.remembered))
      guard state.asked[index] == key.fingerprint else {
        state.asked[index] = key.fingerprint
        return nil
      }
      guard state.pause == 0 else {
        state.pause -= 1
        return nil
      }
      return state.ring.allocate(key, length: length)
    }
    return slot.map { BlobCopy(self, $0) }
  }

  /// A blob is no longer in the engine.
  func forget(_ key: BlobKey) {
    state.withLock { state in if let slot = state.ring.slot(of: key) { state.ring.forget(slot) } }
  }

  // MARK: Copies

  /// Runs on a thread that may wait.
  nonisolated(nonsending) func onThread(_ body: @escaping @Sendable () -> Void) async { await pool.run { body() } }

  /// Writes bytes of a blob.
  /// - Returns: whether they are there.
  func write(_ bytes: Span<UInt8>, at offset: UInt64, of slot: CacheRing.Slot) -> Bool {
    guard state.withLock({ $0.ring.beginWriting(slot) }) else { return false }
    let isWritten = (try? file.descriptor.writeAll(bytes, at: slot.start + offset)) != nil
    state.withLock { state in
      state.ring.endWriting(slot, isWhole: false)
      if !isWritten { state.pause = Self.pause }
    }
    return isWritten
  }

  /// All bytes of a blob are there.
  func finish(_ slot: CacheRing.Slot) { state.withLock { $0.ring.endWriting(slot, isWhole: true) } }

  /// Not all bytes of a blob came.
  func giveUp(_ slot: CacheRing.Slot) { state.withLock { $0.ring.forget(slot) } }
}

/// A copy of a blob that is being made as the blob is read. One that does not become whole is given up with it.
final class BlobCopy: Sendable {
  private struct State: ~Copyable {
    var digest = MD5()
    var count: UInt64 = 0
    var isOver = false
  }

  private let cache: BlobCache
  private let slot: CacheRing.Slot
  private let state = Mutex(State())

  fileprivate init(_ cache: BlobCache, _ slot: CacheRing.Slot) {
    self.cache = cache
    self.slot = slot
  }

  deinit { if !state.withLock({ $0.isOver }) { cache.giveUp(slot) } }

  /// Takes the next bytes of the blob.
  /// - Parameter entityTag: of the blob, in the words of the engine; one that is an MD5 must be that of the bytes.
  nonisolated(nonsending) func append(_ bytes: [UInt8], entityTag: String?) async {
    guard !state.withLock({ $0.isOver }) else { return }
    await cache.onThread { self.write(bytes, entityTag) }
  }

  private func write(_ bytes: [UInt8], _ entityTag: String?) {
    state.withLock { state in
      let end = state.count + UInt64(bytes.count)
      guard end <= slot.length, cache.write(bytes.span, at: state.count, of: slot) else {
        state.isOver = true
        return cache.giveUp(slot)
      }
      state.digest.update(bytes.span)
      state.count = end
      guard end == slot.length else { return }
      state.isOver = true
      var digest = MD5()
      swap(&digest, &state.digest)
      let md5 = digest.finalize()
      if let entityTag, entityTag.utf8.count == 32, let expected = Hexadecimal.decode(entityTag.utf8), expected != md5 {
        return cache.giveUp(slot)
      }
      cache.finish(slot)
    }
  }
}
