/// The byte map of a zip archive: what stands at every offset, from names, sizes and times alone.
///
/// Members come in the order given. The layout holds about a hundred bytes a member, whatever the sizes, and each
/// lookup is a binary search. Only the bytes of headers need the checksums; no offset and no length does.
public struct ArchiveLayout: Sendable {
  /// Number of members.
  public var count: Int { records.count }
  /// Length of the whole archive in bytes.
  public let totalLength: UInt64
  /// Offset of the central directory: the end of the last member's content.
  public let centralDirectoryOffset: UInt64

  let endOfCentralDirectory: EndOfCentralDirectory
  private let records: [Record]
  /// All names, end to end: one allocation instead of one a member.
  private let names: [UInt8]

  /// What is kept of a member. The name starts where the previous one ends.
  private struct Record {
    var nameEnd: Int
    var size: UInt64
    var compression: ArchiveCompression
    var modificationTime: Int64
    var mode: UInt32
    var localOffset: UInt64
    /// From the start of the central directory.
    var centralOffset: UInt64

    var compressedSize: UInt64 { compression.compressedSize(of: size) }
  }

  /// Lays out the members in the order given.
  ///
  /// Names that are not UTF-8 are made so, as in ``MemberNames``.
  public init(members: [ArchiveMember]) throws(ArchiveLayoutError) {
    let readableNames = MemberNames.exact.names(for: members.map(\.name))
    try MemberNames.validate(readableNames)

    var records: [Record] = []
    records.reserveCapacity(members.count)
    var names: [UInt8] = []
    names.reserveCapacity(readableNames.reduce(0) { $0 + $1.count })
    var offset: UInt64 = 0
    var centralOffset: UInt64 = 0
    for index in members.indices {
      var member = members[index]
      member.name = readableNames[index]
      guard !member.isDirectory || member.compressedSize == 0 else { throw .directoryWithContent(member: index) }
      names.append(contentsOf: member.name)
      records.append(
        Record(
          nameEnd: names.count, size: member.size, compression: member.compression,
          modificationTime: member.modificationTime, mode: member.mode, localOffset: offset,
          centralOffset: centralOffset))
      centralOffset += UInt64(CentralDirectoryFileHeader.length(for: member, localHeaderOffset: offset))
      offset = try Self.sum(offset, UInt64(LocalFileHeader.length(for: member)))
      offset = try Self.sum(offset, member.compressedSize)
    }
    endOfCentralDirectory = EndOfCentralDirectory(
      count: UInt64(records.count), directoryLength: centralOffset, directoryOffset: offset)
    centralDirectoryOffset = offset
    totalLength = try Self.sum(offset, centralOffset + UInt64(endOfCentralDirectory.length))
    self.records = records
    self.names = names
  }

  /// Length of the central directory and the end records after it.
  public var centralDirectoryLength: UInt64 { totalLength - centralDirectoryOffset }

  /// The member at an index, under the name that it has in the archive.
  public func member(_ index: Int) -> ArchiveMember {
    let record = records[index]
    let nameStart = index == 0 ? 0 : records[index - 1].nameEnd
    return ArchiveMember(
      name: [UInt8](names[nameStart..<record.nameEnd]), size: record.size,
      modificationTime: record.modificationTime, mode: record.mode, compression: record.compression)
  }

  /// Offset of a member's local file header.
  public func offset(ofMember index: Int) -> UInt64 {
    records[index].localOffset
  }

  /// A member's local file header.
  /// - Parameter checksum: CRC-32 of the uncompressed content.
  public func localHeader(of index: Int, checksum: UInt32) -> [UInt8] {
    LocalFileHeader(member(index), checksum: checksum).bytes
  }

  /// What stands at an offset, up to the end of that piece; nil at the end of the archive and beyond.
  public func extent(at offset: UInt64) -> ArchiveExtent? {
    guard offset < totalLength else { return nil }
    guard offset < centralDirectoryOffset else {
      return .centralDirectory(offset - centralDirectoryOffset..<centralDirectoryLength)
    }
    let index = lastRecord { $0.localOffset <= offset }
    let record = records[index]
    let position = offset - record.localOffset
    let end = index + 1 < records.count ? records[index + 1].localOffset : centralDirectoryOffset
    let headerLength = end - record.localOffset - record.compressedSize
    if position < headerLength {
      return .localHeader(member: index, Int(position)..<Int(headerLength))
    }
    return .content(member: index, position - headerLength..<record.compressedSize)
  }

  /// Index of the member whose central directory file header holds a position in the directory, and where it starts.
  func centralHeader(at position: UInt64) -> (member: Int, start: UInt64) {
    let index = lastRecord { $0.centralOffset <= position }
    return (index, records[index].centralOffset)
  }

  /// The last record for which the predicate holds, given that it holds for the first one and for none after a gap.
  private func lastRecord(where predicate: (Record) -> Bool) -> Int {
    var low = 0
    var high = records.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if predicate(records[middle]) { low = middle } else { high = middle }
    }
    return low
  }

  /// Adds, up to the length of the longest file.
  private static func sum(_ a: UInt64, _ b: UInt64) throws(ArchiveLayoutError) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow, sum <= UInt64(Int64.max) else { throw .tooLong }
    return sum
  }
}
