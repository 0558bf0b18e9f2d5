internal import DurableFiles
internal import EventLoop
public import Posix
public import Storage
internal import Synchronization

/// The content of an open file, in the version that it had when it was opened.
public final class LocalContent: OpenedContent {
  let file: SharedDescriptor
  /// What the file must still be while it is read.
  let version: FileVersion
  let threads: DiskThreads.Disk
  private let knowledge: Mutex<PageResidency?>

  /// The content of an open file.
  /// - Parameters:
  ///   - version: what the file must still be. Of a file that only this program writes to, changes of attributes and names
  ///     do not count: it makes them while others read. Others' programs may have put the modification time back, but not
  ///     `st_ctime`.
  ///   - threads: those that may wait for the file's disk.
  ///   - pageResidency: what can be known of the file's pages; nil to find out where it matters.
  public init(
    _ file: SharedDescriptor, _ version: FileVersion, threads: DiskThreads.Disk, pageResidency: PageResidency? = nil
  ) {
    self.file = file
    self.version = version
    self.threads = threads
    knowledge = Mutex(pageResidency)
  }

  /// Reads a range of the version that was opened.
  public func reader(_ range: Range<UInt64>) -> any ObjectReader {
    LocalReader(self, range)
  }

  // MARK: Pages

  /// What is known of the file's pages so far.
  var pageResidency: PageResidency? { knowledge.withLock { $0 } }

  /// The same, found out if need be, which may wait for the disk.
  /// - Parameter offset: of a byte that will be needed, since looking at it may have it read.
  func findPageResidency(at offset: UInt64) -> PageResidency {
    if let known = pageResidency { return known }
    let found = file.descriptor.pageResidency(at: offset)
    knowledge.withLock { $0 = found }
    return found
  }

  // MARK: Bytes

  /// Reads a part of the file, which may wait for the disk, and makes sure afterwards that the bytes are of the version.
  func read(_ range: Range<UInt64>) throws(StorageError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try file.descriptor.bytes(in: range) } catch {
      throw StorageError(error, "reading")
    }
    guard bytes.count == range.count else { throw .versionChanged }
    try check()
    return bytes
  }

  /// Asks the file system whether the file still is of the version; on a network, that asks the server.
  func check() throws(StorageError) {
    let status: FileStatus
    do throws(Errno) { status = try file.descriptor.status() } catch {
      throw StorageError(error, "looking at a file")
    }
    guard version.matches(status) else { throw .versionChanged }
  }
}
