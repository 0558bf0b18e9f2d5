internal import EventLoop

/// The threads that wait for the disks of photo folders. Each disk has its own, so that a slow one holds up only those
/// who want something of it; and each kind of work, so that a long one does not keep others from opening a file.
@EventLoopActor
final class DiskThreads {
  /// The threads for one disk.
  struct Disk: Sendable {
    /// Opening files and looking at them.
    let opening = BlockingPool(name: "photo-open", limit: 4)
    /// Reading into the page cache, or into memory.
    let reading = BlockingPool(name: "photo-read", limit: 4)
    /// Computing checksums.
    let checksums = BlockingPool(name: "photo-crc", limit: 2)
  }

  /// Listing folders, of which the disk is not known before.
  let listing = BlockingPool(name: "photo-list", limit: 16)
  private var disks: [UInt64: Disk] = [:]

  /// The threads for the disk with a device number.
  func disk(_ device: UInt64) -> Disk {
    if let disk = disks[device] { return disk }
    let disk = Disk()
    disks[device] = disk
    return disk
  }
}
