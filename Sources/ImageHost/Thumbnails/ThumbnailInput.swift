internal import EventLoop
internal import Posix
internal import Storage

/// A picture as the standard input of a program.
enum ThumbnailInput {
  /// The picture's own file where the storage has one on this host, else a copy in memory.
  /// - Parameter pool: threads that write the copy.
  nonisolated(nonsending) static func file(
    of picture: any OpenedObject, pool: BlockingPool
  ) async throws -> SharedDescriptor {
    let reader = picture.reader(0..<picture.head.metadata.size)
    var copy: SharedDescriptor?
    var size: UInt64 = 0
    while let chunk = try await reader.next(secured: false) {
      switch chunk {
      case .late: continue
      case .file(let file, _, _):
        if copy == nil { return file }
        throw StorageError.versionChanged
      case .bytes(let bytes):
        copy = try await append(bytes, to: copy, at: size, pool)
        size += UInt64(bytes.count)
      }
    }
    if let copy { return copy }
    return try await append([], to: nil, at: 0, pool)
  }

  private nonisolated(nonsending) static func append(
    _ bytes: [UInt8], to copy: SharedDescriptor?, at offset: UInt64, _ pool: BlockingPool
  ) async throws(Errno) -> SharedDescriptor {
    try await pool.run { () throws(Errno) in
      let file = if let copy { copy } else { SharedDescriptor(try FileDescriptor.inMemory("picture")) }
      try file.descriptor.writeAll(bytes.span, at: offset)
      return file
    }
  }
}
