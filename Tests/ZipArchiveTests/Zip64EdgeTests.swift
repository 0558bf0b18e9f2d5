import Testing
import ZipArchive

/// ZIP64 stands where a field needs it, and nowhere else (APPNOTE 4.5.3, 4.3.14).
@Suite struct Zip64EdgeTests {
  private static let edge: UInt64 = 1 << 32

  /// Reads an archive whose contents are all zeros, without making it.
  private func read(_ layout: ArchiveLayout) throws -> (isZip64: Bool, entries: [ArchiveReader.Entry]) {
    let reader = ArchiveReader(length: layout.totalLength) { range in
      var result: [UInt8] = []
      var position = range.lowerBound
      while position < range.upperBound, let extent = layout.extent(at: position) {
        let room = Int(range.upperBound - position)
        let piece: ArraySlice<UInt8>
        switch extent {
        case .localHeader(let member, let bytes):
          piece = layout.localHeader(of: member, checksum: 7)[bytes].prefix(room)
        case .content(_, let bytes):
          piece = [UInt8](repeating: 0, count: min(room, Int(bytes.upperBound - bytes.lowerBound)))[...]
        case .centralDirectory(let bytes):
          piece = layout.centralDirectory(from: bytes.lowerBound, to: bytes.lowerBound + UInt64(room)) { _ in 7 }[...]
        }
        result += piece
        position += UInt64(piece.count)
      }
      return result
    }
    return try reader.entries()
  }

  @Test(arguments: [(edge - 2, false), (edge - 1, true), (edge, true), (edge + 1, true)])
  func storedSize(_ size: UInt64, needsZip64: Bool) throws {
    let layout = try ArchiveLayout(members: [file("a", size: size)])
    let (_, entries) = try read(layout)
    #expect(entries[0].size == size && entries[0].compressedSize == size)
    #expect(entries[0].localZip64Values == (needsZip64 ? 2 : 0))
    #expect(entries[0].centralZip64Values == (needsZip64 ? 2 : 0))
    #expect(entries[0].versionNeeded == (needsZip64 ? 45 : 10))
    #expect(entries[0].localVersionNeeded == (needsZip64 ? 45 : 10))
  }

  @Test(arguments: [(edge - 2, 0, 0), (edge - 1, 2, 1), (edge, 2, 1), (edge + 1, 2, 1)])
  func deflatedSize(_ size: UInt64, local: Int, central: Int) throws {
    let member = ArchiveMember(
      name: [0x61], size: size, modificationTime: 0, mode: 0o100644, compression: .deflated(compressedSize: 1000))
    let (_, entries) = try read(try ArchiveLayout(members: [member]))
    #expect(entries[0].size == size && entries[0].compressedSize == 1000)
    #expect(entries[0].localZip64Values == local)
    #expect(entries[0].centralZip64Values == central)
    #expect(entries[0].versionNeeded == (central == 0 ? 20 : 45))
  }

  @Test(arguments: [(edge - 2, false), (edge - 1, true), (edge, true), (edge + 1, true)])
  func localHeaderOffset(_ offset: UInt64, needsZip64: Bool) throws {
    // Two members before it, so that none of them is large enough for ZIP64 itself.
    let headers: UInt64 = 2 * (30 + 1 + 9)
    let members = [file("a", size: 1 << 31), file("b", size: offset - (1 << 31) - headers), file("c", size: 3)]
    let layout = try ArchiveLayout(members: members)
    let (_, entries) = try read(layout)
    #expect(layout.offset(ofMember: 2) == offset && entries[2].localOffset == offset)
    #expect(entries[2].localZip64Values == 0)
    #expect(entries[2].localVersionNeeded == 10)
    #expect(entries[2].centralZip64Values == (needsZip64 ? 1 : 0))
    #expect(entries[2].versionNeeded == (needsZip64 ? 45 : 10))
    #expect(entries[0].centralZip64Values == 0 && entries[1].centralZip64Values == 0)
  }

  @Test(arguments: [(edge - 2, false), (edge - 1, true), (edge, true), (edge + 1, true)])
  func centralDirectoryOffset(_ offset: UInt64, needsZip64: Bool) throws {
    let headers: UInt64 = 2 * (30 + 1 + 9)
    let layout = try ArchiveLayout(members: [file("a", size: 1 << 31), file("b", size: offset - (1 << 31) - headers)])
    let (isZip64, entries) = try read(layout)
    #expect(layout.centralDirectoryOffset == offset)
    #expect(isZip64 == needsZip64)
    #expect(entries.allSatisfy { $0.centralZip64Values == 0 })
  }

  @Test(arguments: [(65_533, false), (65_534, false), (65_535, true), (65_536, true)])
  func numberOfMembers(_ count: Int, needsZip64: Bool) throws {
    let layout = try ArchiveLayout(members: (0..<count).map { file(String($0), size: 0) })
    let length = layout.centralDirectoryLength
    let directory = layout.centralDirectory(from: length - 98, to: length) { _ in 0 }
    let end = [UInt8](directory.suffix(22))
    #expect(end.value(at: 8, as: UInt16.self) == UInt16(min(count, 0xFFFF)))
    #expect(end.value(at: 10, as: UInt16.self) == UInt16(min(count, 0xFFFF)))
    // The other fields fit, and so hold their values.
    #expect(UInt64(end.value(at: 12, as: UInt32.self)) == layout.centralDirectoryLength - (needsZip64 ? 98 : 22))
    #expect(UInt64(end.value(at: 16, as: UInt32.self)) == layout.centralDirectoryOffset)
    let locator = [UInt8](directory.suffix(42).prefix(20))
    #expect((locator.value(at: 0, as: UInt32.self) == 0x0706_4b50) == needsZip64)
    if needsZip64 {
      let record = [UInt8](directory.suffix(98).prefix(56))
      #expect(record.value(at: 0, as: UInt32.self) == 0x0606_4b50)
      #expect(record.value(at: 32, as: UInt64.self) == UInt64(count))
      #expect(locator.value(at: 8, as: UInt64.self) == layout.totalLength - 98)
    }
    #expect(directory.count == 98)
  }
}
