public import EventLoop
internal import Synchronization

/// The threads that wait for disks. Each disk has its own, so that a slow one holds up only those who want something of
/// it; and each kind of work, so that a long one does not keep others from opening a file.
public final class DiskThreads: Sendable {
  /// The threads for one disk.
  public struct Disk: Sendable {
    /// Opening files and looking at them.
    public let opening = BlockingPool(name: "disk-open", limit: 4)
    /// Reading into the page cache, or into memory.
    public let reading = BlockingPool(name: "disk-read", limit: 4)
    /// Computing checksums.
    public let checksums = BlockingPool(name: "disk-crc", limit: 2)
  }

  /// Listing folders, of which the disk is not known before.
  public let listing = BlockingPool(name: "folder-list", limit: 16)
  private let disks = Mutex<[UInt64: Disk]>([:])

  /// Threads are started when there is work for them.
  public init() {}

  /// The threads for the disk with a device number.
  public func disk(_ device: UInt64) -> Disk {
    disks.withLock { disks in
      if let disk = disks[device] { return disk }
      let disk = Disk()
      disks[device] = disk
      return disk
    }
  }
}
