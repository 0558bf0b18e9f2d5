internal import EventLoop
internal import LocalStorage
internal import Posix
internal import Storage

/// Readies a part of a file for sending, piece by piece, so that the loop does not wait for the disk when it sends one.
@EventLoopActor
final class ContentFeed {
  /// What can be sent now.
  enum Piece {
    /// A range of the file whose pages are in memory.
    case pages(Range<UInt64>)
    /// A copy of the next bytes.
    case bytes([UInt8])
    /// Nothing yet: the next call waits for the disk.
    case late
  }

  /// Bytes of a piece of pages, after which the loop turns to others, and of a copied one, which memory has to hold.
  private static let pageBytes: UInt64 = 262_144
  private static let copyBytes: UInt64 = 65_536
  /// Distance of the looks into the page cache.
  private static let lookDistance: UInt64 = 131_072
  /// Bytes that the disk is asked for at once, ahead of the need; the next ones when half of them are used up.
  private static let ahead: UInt64 = 8 << 20

  private let file: SharedDescriptor
  private let version: FileVersion
  private let knowledge: PageKnowledge
  private let copies: Bool
  private let threads: BlockingPool
  private let end: UInt64
  private var position: UInt64
  /// Whether it was said that the piece at the position is late.
  private var isLate = false
  /// Up to here the disk has been asked for bytes; nil as long as nothing had to be waited for.
  private var aheadEnd: UInt64?

  /// - Parameters:
  ///   - version: what the file must still be after bytes of it were copied.
  ///   - copies: whether the bytes must not change any more once they are sent.
  ///   - threads: those that may wait for the file's disk.
  init(
    _ file: SharedDescriptor, _ range: Range<UInt64>, of version: FileVersion, _ knowledge: PageKnowledge,
    copies: Bool, threads: BlockingPool
  ) {
    self.file = file
    self.version = version
    self.knowledge = knowledge
    self.copies = copies || knowledge == .unknown
    self.threads = threads
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next piece; nil at the end.
  func next() async throws(FolderError) -> Piece? {
    guard position < end else { return nil }
    let range = position..<min(position + (copies ? Self.copyBytes : Self.pageBytes), end)
    if copies {
      if aheadEnd == nil {
        aheadEnd = range.lowerBound
        readAhead()
        return .late
      }
      position = range.upperBound
      readAhead()
      return .bytes(
        try await threads.run { [file, version] () throws(FolderError) in
          try file.descriptor.bytes(range, of: version)
        })
    }
    if !isCached(range) {
      guard isLate else {
        isLate = true
        return .late
      }
      try await warm(range)
    }
    isLate = false
    position = range.upperBound
    readAhead()
    return .pages(range)
  }

  private func isCached(_ range: Range<UInt64>) -> Bool {
    knowledge == .alwaysCached || file.descriptor.isCached(range, lookingEvery: Self.lookDistance)
  }

  /// Waits for the pages of a range.
  private func warm(_ range: Range<UInt64>) async throws(FolderError) {
    if (aheadEnd ?? 0) < range.upperBound { aheadEnd = range.lowerBound }
    readAhead()
    try await threads.run { [file] () throws(FolderError) in
      do throws(Errno) { try file.descriptor.warm(range) } catch { throw .io(error, context: "reading") }
    }
  }

  /// Where the disk had to be waited for once, it is kept busy from then on.
  private func readAhead() {
    guard let start = aheadEnd, start < end, start < position + Self.ahead / 2 else { return }
    let next = start..<min(start + Self.ahead, end)
    aheadEnd = next.upperBound
    threads.submit { [file] in file.descriptor.readAhead(next) }
  }
}
