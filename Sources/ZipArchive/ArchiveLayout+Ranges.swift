extension ArchiveLayout {
  /// The members of whose local header or content something lies in a range of the archive.
  public func members(in range: Range<UInt64>) -> Range<Int> {
    let part = range.clamped(to: 0..<centralDirectoryOffset)
    guard let last = part.last, let first = member(at: part.lowerBound), let end = member(at: last) else {
      return 0..<0
    }
    return first..<end + 1
  }

  /// The members on whose checksums bytes of a range of the archive depend because their central directory file headers
  /// lie in it, at least in part.
  public func listedMembers(in range: Range<UInt64>) -> Range<Int> {
    let directory = centralDirectoryOffset..<centralDirectoryOffset + endOfCentralDirectory.directoryLength
    let part = range.clamped(to: directory)
    guard let last = part.last else { return 0..<0 }
    let first = centralHeader(at: part.lowerBound - centralDirectoryOffset).member
    return first..<centralHeader(at: last - centralDirectoryOffset).member + 1
  }

  /// What of a member's content, as it stands in the archive, lies in a range of the archive.
  public func content(ofMember index: Int, in range: Range<UInt64>) -> Range<UInt64> {
    let end = index + 1 < count ? offset(ofMember: index + 1) : centralDirectoryOffset
    let start = end - member(index).compressedSize
    let part = range.clamped(to: start..<end)
    return part.lowerBound - start..<part.upperBound - start
  }

  /// The pieces of a range of the archive, in order and without gaps. What lies beyond the end is left out.
  public func extents(in range: Range<UInt64>) -> ArchiveExtents {
    ArchiveExtents(layout: self, rest: range.clamped(to: 0..<totalLength))
  }

  private func member(at offset: UInt64) -> Int? {
    switch extent(at: offset) {
    case .localHeader(let member, _), .content(let member, _): member
    case .centralDirectory, nil: nil
    }
  }
}

/// The pieces of a range of an archive.
public struct ArchiveExtents: Sequence, IteratorProtocol, Sendable {
  private let layout: ArchiveLayout
  private var rest: Range<UInt64>

  init(layout: ArchiveLayout, rest: Range<UInt64>) {
    self.layout = layout
    self.rest = rest
  }

  /// The next piece, cut to the range.
  public mutating func next() -> ArchiveExtent? {
    guard !rest.isEmpty, let whole = layout.extent(at: rest.lowerBound) else { return nil }
    let limit = UInt64(rest.count)
    let extent: ArchiveExtent
    let count: UInt64
    switch whole {
    case .localHeader(let member, let bytes):
      count = Swift.min(UInt64(bytes.count), limit)
      extent = .localHeader(member: member, bytes.lowerBound..<bytes.lowerBound + Int(count))
    case .content(let member, let bytes):
      count = Swift.min(UInt64(bytes.count), limit)
      extent = .content(member: member, bytes.lowerBound..<bytes.lowerBound + count)
    case .centralDirectory(let bytes):
      count = Swift.min(UInt64(bytes.count), limit)
      extent = .centralDirectory(bytes.lowerBound..<bytes.lowerBound + count)
    }
    rest = rest.lowerBound + count..<rest.upperBound
    return extent
  }
}
