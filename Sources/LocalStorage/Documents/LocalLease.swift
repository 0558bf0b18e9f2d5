internal import DurableFiles
public import EventLoop
internal import Posix
public import Storage
internal import Synchronization

/// A lease of a data folder: a lock on an empty file of the private folder. The kernel gives it back when its holder ends,
/// however that happens.
public final class LocalLease: Lease {
  private let file: LeaseFile
  private let pool: BlockingPool

  /// A lease that others of this name may hold.
  /// - Parameters:
  ///   - name: the file is called so, with `.lock` behind it.
  ///   - pool: whose threads wait for the disk.
  public init(_ name: String, in folder: PrivateFolder, pool: BlockingPool) {
    file = LeaseFile(folder: folder, name: "\(name).lock")
    self.pool = pool
  }

  /// Never waits for another holder.
  public nonisolated(nonsending) func take() async throws(StorageError) -> Bool {
    try await pool.run { [file] () throws(StorageError) in
      do throws(Errno) { return try file.take() } catch { throw StorageError(error, "locking \(file.name)") }
    }
  }

  /// Whether the file that is locked is still the one that others would lock.
  public nonisolated(nonsending) func isHeld() async -> Bool { await pool.run { [file] in file.isLocked } }

  /// Closes the file that is locked.
  public nonisolated(nonsending) func giveBack() async { await pool.run { [file] in file.giveBack() } }
}

/// The file that whoever holds a lease has locked.
private final class LeaseFile: Sendable {
  let name: String
  private let folder: PrivateFolder
  private let locked = Mutex<FileDescriptor?>(nil)

  init(folder: PrivateFolder, name: String) {
    self.folder = folder
    self.name = name
  }

  func take() throws(Errno) -> Bool {
    try locked.withLock { (locked) throws(Errno) in
      if try isCurrent(locked) { return true }
      let file = try folder.descriptor.open(name, [.readWrite, .create, .noFollow], mode: 0o600)
      guard try file.tryLock(), try folder.hasNow(file, named: name) else { return false }
      locked = consume file
      return true
    }
  }

  var isLocked: Bool { locked.withLock { locked in (try? isCurrent(locked)) ?? false } }

  func giveBack() { locked.withLock { $0 = nil } }

  private func isCurrent(_ locked: borrowing FileDescriptor?) throws(Errno) -> Bool {
    switch locked {
    case .some(let file): try folder.hasNow(file, named: name)
    case .none: false
    }
  }
}

extension PrivateFolder {
  /// Whether a name stands for this open file.
  fileprivate func hasNow(_ file: borrowing FileDescriptor, named name: String) throws(Errno) -> Bool {
    let own = try file.status()
    guard let named = try descriptor.statusIfPresent(of: name) else { return false }
    return named.inode == own.inode && named.device == own.device
  }
}
