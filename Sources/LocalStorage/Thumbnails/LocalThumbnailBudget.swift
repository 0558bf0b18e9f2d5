internal import DurableFiles
internal import EventLoop
internal import Posix
public import Storage

/// The memory that thumbnails under way in all processes take together. It is counted in shares, each of which is a file
/// that is locked meanwhile, so that the share of a process that dies is free again.
public final class LocalThumbnailBudget: ThumbnailBudget {
  /// Shares that there are.
  public static let shares = 4
  /// Pixels of a picture for one share. Where a decoder needs the whole picture, these are some 100 MB.
  public static let pixelsOfShare: UInt64 = 25_000_000

  private let folder: PrivateFolder
  /// Threads of its own, since they wait for others' thumbnails.
  private let pool: BlockingPool

  /// The budget of a data folder.
  /// - Parameter waiting: how many of this process may wait for a share at once.
  public init(in folder: PrivateFolder, waiting: Int = 2) {
    self.folder = folder
    pool = BlockingPool(name: "thumbnail-share", limit: waiting)
  }

  /// Takes the shares of a picture, for which a thread of its own waits.
  public nonisolated(nonsending) func take(pixels: UInt64) async throws(StorageError) -> any Sendable & AnyObject {
    try await pool.run { [self] () throws(StorageError) in Shares(try taken(pixels: pixels)) }
  }

  /// Shares that were taken.
  private final class Shares: Sendable {
    let files: [SharedDescriptor]

    init(_ files: [SharedDescriptor]) { self.files = files }
  }

  /// How many shares a picture takes: all of them, however large it is, at most.
  static func shares(of pixels: UInt64) -> Int {
    Int(min(UInt64(shares), max(1, (pixels / pixelsOfShare) + (pixels % pixelsOfShare == 0 ? 0 : 1))))
  }

  /// Takes the shares of a picture, waiting for them in this thread. They are given back with the value.
  func taken(pixels: UInt64) throws(StorageError) -> [SharedDescriptor] {
    do throws(Errno) {
      let count = Self.shares(of: pixels)
      // From the last one: the first ones are for those who need more than one.
      if count == 1, let free = try anyFree() { return [free] }
      var taken: [SharedDescriptor] = []
      // Always in this order, so that nobody waits for somebody who waits for him.
      for number in 0..<count {
        let share = try share(number)
        try share.descriptor.lock()
        taken.append(share)
      }
      return taken
    } catch {
      throw StorageError(error, "waiting for the memory for a thumbnail")
    }
  }

  private func anyFree() throws(Errno) -> SharedDescriptor? {
    for number in (0..<Self.shares).reversed() {
      let share = try share(number)
      if try share.descriptor.tryLock() { return share }
    }
    return nil
  }

  private func share(_ number: Int) throws(Errno) -> SharedDescriptor {
    SharedDescriptor(
      try folder.descriptor.open("thumbnail-share-\(number)", [.writeOnly, .create, .noFollow], mode: 0o600))
  }
}
