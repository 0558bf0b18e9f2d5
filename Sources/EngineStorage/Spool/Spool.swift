public import EventLoop
public import Posix
internal import Storage
internal import Synchronization

/// Where contents lie until the engine has them: small ones in memory, larger ones in files of this host without a name,
/// which end with the process. All of them together have a bound.
public final class Spool: Sendable {
  /// The most bytes of a content that is kept in memory.
  static let mostInMemory: UInt64 = 1 << 20
  /// The same of a content whose sender does not say how long it will be.
  static let mostUnannounced: UInt64 = 262_144
  /// The most bytes of all contents that are kept in memory: there may be hundreds that come slowly.
  static let memoryCapacity = 16 << 20

  private let folder: SharedDescriptor
  private let capacity: UInt64
  /// A content that is longer goes to the engine in pieces of so many bytes, while more of it comes.
  let pieceSize: UInt64
  /// The time within which the first half of a piece of a long content must have come for the content to leave as it comes,
  /// in nanoseconds. What comes more slowly would hold on to a connection of the engine.
  let fastBeginning: UInt64
  /// For how long contents are put in pieces, which can be put again, after the engine has failed to take one as it came.
  private static let leadingPause: UInt64 = 600_000_000_000
  /// On the monotonic clock.
  private let leadingPausedUntil = Mutex<UInt64>(0)
  private let used = Mutex<UInt64>(0)
  private let usedMemory = Mutex(0)
  /// Threads that wait for the disk.
  let pool: BlockingPool

  /// - Parameters:
  ///   - folder: where the files are made.
  ///   - capacity: the most bytes of all contents under way.
  ///   - pieceSize: how many bytes of a long content are a blob.
  ///   - fastBeginning: nanoseconds within which half of that must have come for the content to leave as it comes.
  ///   - pool: threads that may wait for its disk.
  public init(
    in folder: SharedDescriptor, capacity: UInt64, pieceSize: UInt64 = 16 << 20, fastBeginning: UInt64 = 1_000_000_000,
    pool: BlockingPool
  ) {
    self.folder = folder
    self.capacity = capacity
    self.pieceSize = pieceSize
    self.fastBeginning = fastBeginning
    self.pool = pool
  }

  /// How many bytes are under way.
  public var bytesInUse: UInt64 { used.withLock { $0 } }

  /// Whether contents may leave as they come.
  var mayLead: Bool { leadingPausedUntil.withLock { $0 <= Clock.monotonicNanoseconds() } }

  /// The engine has failed to take a content as it came.
  func pauseLeading() { leadingPausedUntil.withLock { $0 = Clock.monotonicNanoseconds() &+ Self.leadingPause } }

  /// How many bytes of memory are taken for them.
  var memoryInUse: Int { usedMemory.withLock { $0 } }

  /// - Throws: `unavailable` where there is no such room at the moment.
  func take(_ count: UInt64) throws(StorageError) {
    try used.withLock { (used) throws(StorageError) in
      guard count <= capacity - min(used, capacity) else {
        throw .unavailable("what is on its way to the engine fills the spool of this host")
      }
      used += count
    }
  }

  func giveBack(_ count: UInt64) { used.withLock { $0 -= count } }

  /// Takes memory for so many bytes more.
  /// - Returns: whether there is so much; otherwise they belong in a file.
  func takeMemory(_ count: Int) -> Bool {
    usedMemory.withLock { used in
      guard count <= Self.memoryCapacity - used else { return false }
      used += count
      return true
    }
  }

  func giveBackMemory(_ count: Int) { usedMemory.withLock { $0 -= count } }

  func makeFile() throws(StorageError) -> FileDescriptor {
    do throws(Errno) { return try folder.descriptor.openUnnamed() } catch {
      throw StorageError(spool: error, "making a file of the spool")
    }
  }
}

extension StorageError {
  init(spool error: Errno, _ context: String) {
    // The engine is not full; this host is, for a while.
    self = error == .noSpace ? .unavailable("no space for the spool of this host") : .io(error, context: context)
  }
}
