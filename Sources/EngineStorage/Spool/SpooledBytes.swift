internal import Digests
internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// Bytes on their way to the engine. Their space is free when nobody holds them any more.
///
/// One task at a time changes them; afterwards they are only read.
final class SpooledBytes: Sendable {
  private struct State: ~Copyable {
    var memory = BytesInMemory()
    /// What was taken of the spool's memory for them.
    var reserved = 0
    /// All of the bytes, once they are too many for memory.
    var file: FileDescriptor?
    var size: UInt64 = 0
  }

  private let spool: Spool
  /// The most of them that stay in memory.
  private let mostInMemory: UInt64
  /// What memory is taken for at once; 0 where that is not known.
  private let expected: Int
  private let state = Mutex(State())

  /// - Parameter length: of the whole content, where somebody has announced it: one that is too long for memory is not
  ///   begun there.
  init(_ spool: Spool, expecting length: UInt64? = nil) {
    self.spool = spool
    mostInMemory = length.map { $0 <= Spool.mostInMemory ? Spool.mostInMemory : 0 } ?? Spool.mostUnannounced
    expected = length.map { $0 <= Spool.mostInMemory ? Int($0) : 0 } ?? 0
  }

  deinit {
    let (size, reserved) = state.withLock { ($0.size, $0.reserved) }
    spool.giveBack(size)
    spool.giveBackMemory(reserved)
  }

  var size: UInt64 { state.withLock { $0.size } }

  /// Takes memory for so many bytes more.
  /// - Returns: whether appending them waits for no disk.
  func reserveMemory(_ count: Int) -> Bool {
    state.withLock { state in
      let size = state.size + UInt64(count)
      return state.file == nil && size <= mostInMemory && reserve(Int(size), &state)
    }
  }

  /// Appends bytes, which may stay where they are.
  func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
    try append(bytes.count) { (state) throws(StorageError) in
      if state.file == nil {
        state.memory.append(bytes)
      } else {
        try write(bytes.span, &state)
      }
    }
  }

  /// Appends a copy of bytes.
  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    try append(bytes.count) { (state) throws(StorageError) in
      if state.file == nil {
        state.memory.append(bytes)
      } else {
        try write(bytes, &state)
      }
    }
  }

  private func append(
    _ count: Int, _ store: (inout State) throws(StorageError) -> Void
  ) throws(StorageError) {
    try spool.take(UInt64(count))
    do throws(StorageError) {
      try state.withLock { (state) throws(StorageError) in
        let size = state.size + UInt64(count)
        if state.file == nil, size > mostInMemory || !reserve(Int(size), &state) { try moveToFile(&state) }
        try store(&state)
        state.size = size
      }
    } catch {
      spool.giveBack(UInt64(count))
      throw error
    }
  }

  /// Takes memory for so many bytes, at first for all that are expected.
  /// - Returns: whether there is so much; otherwise they belong in a file.
  private func reserve(_ count: Int, _ state: inout State) -> Bool {
    let wanted = max(count, state.memory.count == 0 ? expected : 0)
    guard wanted > state.reserved else { return true }
    guard spool.takeMemory(wanted - state.reserved) else { return false }
    state.reserved = wanted
    return true
  }

  private func moveToFile(_ state: inout State) throws(StorageError) {
    state.file = try spool.makeFile()
    do throws(Errno) {
      var offset = 0
      while case let bytes = state.memory.bytes(at: offset, upTo: .max), !bytes.isEmpty {
        try state.file?.writeAll(bytes.span, at: UInt64(offset))
        offset += bytes.count
      }
    } catch {
      state.file = nil
      throw StorageError(spool: error, "writing the spool")
    }
    spool.giveBackMemory(state.reserved)
    state.reserved = 0
    state.memory = BytesInMemory()
  }

  private func write(_ bytes: Span<UInt8>, _ state: inout State) throws(StorageError) {
    let size = state.size
    do throws(Errno) { try state.file?.writeAll(bytes, at: size) } catch {
      throw StorageError(spool: error, "writing the spool")
    }
  }

  /// Reads at an offset; it may wait for the disk.
  func read(into buffer: inout [UInt8], _ part: Range<Int>, at offset: UInt64) throws(StorageError) -> Int {
    try state.withLock { (state) throws(StorageError) in
      guard offset < state.size, !part.isEmpty else { return 0 }
      let count = Int(min(UInt64(part.count), state.size - offset))
      if state.file == nil {
        var filled = 0
        while filled < count {
          let bytes = state.memory.bytes(at: Int(offset) + filled, upTo: count - filled)
          guard !bytes.isEmpty else { break }
          let start = part.lowerBound + filled
          buffer.replaceSubrange(start..<start + bytes.count, with: bytes)
          filled += bytes.count
        }
        return filled
      }
      do throws(Errno) {
        return try state.file?.read(into: &buffer, part.lowerBound..<part.lowerBound + count, at: offset) ?? 0
      } catch { throw StorageError(spool: error, "reading the spool") }
    }
  }

  func truncate(to length: UInt64) throws(StorageError) {
    let freed = try state.withLock { (state) throws(StorageError) -> UInt64 in
      guard length < state.size else { return 0 }
      if state.file == nil {
        state.memory.truncate(to: Int(length))
      } else {
        do throws(Errno) { try state.file?.truncate(to: length) } catch {
          throw StorageError(spool: error, "truncating the spool")
        }
      }
      defer { state.size = length }
      return state.size - length
    }
    spool.giveBack(freed)
  }

  /// The MD5 of all bytes; it may wait for the disk.
  func md5() throws(StorageError) -> [UInt8] {
    var digest = MD5()
    var buffer = [UInt8](repeating: 0, count: 262_144)
    var offset: UInt64 = 0
    while case let count = try read(into: &buffer, 0..<buffer.count, at: offset), count > 0 {
      digest.update(buffer.span.extracting(..<count))
      offset += UInt64(count)
    }
    return digest.finalize()
  }

  /// Bytes at an offset as far as reading them does not wait: those in memory, and those of a file that the system has in its own.
  private func bytesAtHand(_ offset: UInt64, _ limit: Int) -> ArraySlice<UInt8>? {
    state.withLock { state in
      guard offset < state.size else { return [] }
      let end = min(state.size, offset + UInt64(limit))
      guard state.file != nil else { return state.memory.bytes(at: Int(offset), upTo: limit) }
      return state.file?.cachedBytes(offset..<end)?[...]
    }
  }
}

extension SpooledBytes: BlobContent {
  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    if let bytes = bytesAtHand(offset, limit) { return bytes }
    do throws(StorageError) {
      return try await spool.pool.run { () throws(StorageError) in try self.piece(offset, limit)[...] }
    } catch { throw .content(error) }
  }

  nonisolated(nonsending) func pieces(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> [ArraySlice<UInt8>]
  {
    let pieces: [ArraySlice<UInt8>] = state.withLock { state in
      var pieces: [ArraySlice<UInt8>] = []
      guard state.file == nil else { return pieces }
      var (position, room) = (Int(offset), limit)
      while room > 0, case let piece = state.memory.bytes(at: position, upTo: room), !piece.isEmpty {
        pieces.append(piece)
        position += piece.count
        room -= piece.count
      }
      return pieces
    }
    if !pieces.isEmpty { return pieces }
    return [try await bytes(at: offset, upTo: limit)]
  }

  private func piece(_ offset: UInt64, _ limit: Int) throws(StorageError) -> [UInt8] {
    let size = size
    guard offset < size else { return [] }
    var buffer = [UInt8](repeating: 0, count: Int(min(UInt64(limit), size - offset)))
    let count = try read(into: &buffer, 0..<buffer.count, at: offset)
    buffer.removeLast(buffer.count - count)
    return buffer
  }
}
