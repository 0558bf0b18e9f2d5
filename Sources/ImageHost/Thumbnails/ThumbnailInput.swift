internal import Posix
internal import Storage

/// A picture as the standard input of a program.
enum ThumbnailInput {
  /// The picture's own file where the storage has one on this host, else a copy in memory.
  nonisolated(nonsending) static func file(of picture: any OpenedObject) async throws -> SharedDescriptor {
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
        let target = try copy ?? SharedDescriptor(FileDescriptor.inMemory("picture"))
        copy = target
        try target.descriptor.writeAll(bytes.span, at: size)
        size += UInt64(bytes.count)
      }
    }
    return try copy ?? SharedDescriptor(FileDescriptor.inMemory("picture"))
  }
}
