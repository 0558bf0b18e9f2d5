internal import Digests
internal import Synchronization

/// A copy of a blob that is being made as the blob is read. One that does not become whole is given up with it.
final class BlobCopy: Sendable {
  /// Of the thread that writes.
  private struct State: ~Copyable {
    /// What the bytes so far come to.
    var digest = MD5()
    var checksums: [UInt32] = []
    var checksum = CRC32()
    var count: UInt64 = 0
    var slot: CacheRing.Slot?
  }

  private let cache: BlobCache
  private let key: BlobKey
  private let length: UInt64
  /// What the bytes have to come to; nil where they are a whole blob, of which the engine says it.
  private let md5: [UInt8]?
  /// Whether nothing more is taken. Whoever reads waits for no lock that is held during a write.
  private let isOver = Atomic(false)
  private let state = Mutex(State())

  init(_ cache: BlobCache, _ key: BlobKey, length: UInt64, md5: [UInt8]?) {
    self.cache = cache
    self.key = key
    self.length = length
    self.md5 = md5
  }

  deinit { end(isWhole: false) }

  /// Takes the next bytes of the blob; they are written later.
  /// - Parameter whole: what the engine says of the blob. Where nobody else says what the bytes have to come to, the copy is
  ///   of all of it, or of nothing.
  func append(_ bytes: [UInt8], of whole: WholeBlob?) {
    guard !isOver.load(ordering: .acquiring) else { return }
    guard md5 != nil || whole?.length == length,
      cache.submit(bytes.count, { [expected = md5 ?? whole?.md5] in self.write(bytes, expected) })
    else { return isOver.store(true, ordering: .releasing) }
  }

  private func write(_ bytes: [UInt8], _ expected: [UInt8]?) {
    let isRight = state.withLock { state -> Bool in
      guard !isOver.load(ordering: .acquiring) else { return false }
      if state.slot == nil { state.slot = cache.allocate(key, length: length) }
      guard let slot = state.slot, state.count + UInt64(bytes.count) <= length,
        cache.write(bytes.span, at: state.count, of: slot)
      else { return false }
      state.digest.update(bytes.span)
      var rest = bytes.span
      while !rest.isEmpty {
        let room = BlobCache.pieceSize - Int(state.count % UInt64(BlobCache.pieceSize))
        let part = rest.extracting(..<min(room, rest.count))
        state.checksum.update(part)
        state.count += UInt64(part.count)
        rest = rest.extracting(part.count...)
        if part.count == room || state.count == length {
          state.checksums.append(state.checksum.value)
          state.checksum = CRC32()
        }
      }
      return true
    }
    guard isRight else { return end(isWhole: false) }
    if state.withLock({ $0.count == length }) { end(isWhole: true, expected) }
  }

  /// - Parameters:
  ///   - isWhole: whether all of the bytes are there.
  ///   - expected: the MD5 that they have to have, where somebody knows it.
  private func end(isWhole: Bool, _ expected: [UInt8]? = nil) {
    isOver.store(true, ordering: .releasing)
    state.withLock { state in
      guard let slot = state.slot.take() else { return }
      var digest = MD5()
      swap(&digest, &state.digest)
      let md5 = digest.finalize()
      if isWhole, expected ?? md5 == md5 {
        cache.finish(slot, state.checksums)
      } else {
        cache.giveUp(slot)
      }
    }
  }
}
