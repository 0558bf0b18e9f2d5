import Storage
import Synchronization

/// How many bytes a storage in memory may hold, contents under way included.
public final class MemorySpace: Sendable {
  private let capacity: UInt64
  private let used = Mutex<UInt64>(0)

  /// Room for so many bytes.
  public init(capacity: UInt64 = .max) { self.capacity = capacity }

  /// How many bytes are held now.
  public var bytesInUse: UInt64 { used.withLock { $0 } }

  /// Throws `full` where there is no such room.
  func take(_ count: UInt64) throws(StorageError) {
    try used.withLock { (used) throws(StorageError) in
      guard count <= capacity - used else { throw .full }
      used += count
    }
  }

  func giveBack(_ count: UInt64) { used.withLock { $0 -= count } }
}

/// Bytes that nobody changes any more. Their space is free when nobody holds them: neither the storage nor a reader.
final class StoredBytes: Sendable {
  let bytes: [UInt8]
  private let space: MemorySpace

  /// - Parameter bytes: for which the space has been taken.
  init(_ bytes: [UInt8], in space: MemorySpace) {
    self.bytes = bytes
    self.space = space
  }

  deinit { space.giveBack(UInt64(bytes.count)) }
}
