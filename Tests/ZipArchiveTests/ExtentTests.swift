import Testing
import ZipArchive

/// Any byte range of an archive can be made by itself.
@Suite struct ExtentTests {
  private func sample() throws -> (layout: ArchiveLayout, contents: [[UInt8]], whole: [UInt8]) {
    let contents: [[UInt8]] = [[], [1, 2, 3], [], [UInt8](repeating: 9, count: 40), [5]]
    let names = ["empty", "three", "d/", "é/forty", "z"]
    let members = zip(names, contents).map { file($0, size: UInt64($1.count)) }
    let layout = try ArchiveLayout(members: members)
    return (layout, contents, wholeArchive(layout, contents: contents))
  }

  /// The bytes of an extent, made without the rest.
  private func bytes(_ extent: ArchiveExtent, _ layout: ArchiveLayout, _ contents: [[UInt8]]) -> [UInt8] {
    switch extent {
    case .localHeader(let member, let range):
      [UInt8](layout.localHeader(of: member, checksum: crc32(contents[member]))[range])
    case .content(let member, let range):
      [UInt8](contents[member][Int(range.lowerBound)..<Int(range.upperBound)])
    case .centralDirectory(let range):
      layout.centralDirectory(from: range.lowerBound, to: range.upperBound) { crc32(contents[$0]) }
    }
  }

  @Test func everySuffixEqualsTheWholesSuffix() throws {
    let (layout, contents, whole) = try sample()
    #expect(layout.totalLength == UInt64(whole.count))
    for start in whole.indices {
      var result: [UInt8] = []
      while let extent = layout.extent(at: UInt64(start + result.count)) {
        result += bytes(extent, layout, contents)
      }
      #expect(result == [UInt8](whole[start...]))
    }
  }

  @Test func extentsEndWhereTheNextPieceBegins() throws {
    let (layout, _, _) = try sample()
    #expect(layout.extent(at: 0) == .localHeader(member: 0, 0..<44))
    #expect(layout.extent(at: 43) == .localHeader(member: 0, 43..<44))
    // The first member has no content.
    #expect(layout.extent(at: 44) == .localHeader(member: 1, 0..<44))
    #expect(layout.extent(at: 89) == .content(member: 1, 1..<3))
    #expect(layout.extent(at: 91) == .localHeader(member: 2, 0..<41))
    let directory = layout.centralDirectoryOffset
    #expect(layout.extent(at: directory - 1) == .content(member: 4, 0..<1))
    #expect(layout.extent(at: directory) == .centralDirectory(0..<layout.centralDirectoryLength))
    #expect(layout.extent(at: layout.totalLength) == nil)
    #expect(layout.extent(at: .max) == nil)
  }

  @Test func rangesOfTheDirectoryEqualItsSlices() throws {
    let (layout, contents, whole) = try sample()
    let directory = [UInt8](whole[Int(layout.centralDirectoryOffset)...])
    for lower in 0...directory.count {
      for length in [0, 1, 7, 59, 60, 61, 120, 121, directory.count] {
        let upper = min(lower + length, directory.count)
        let range = layout.centralDirectory(from: UInt64(lower), to: UInt64(upper)) { crc32(contents[$0]) }
        guard range == [UInt8](directory[lower..<upper]) else {
          Issue.record("range \(lower)..<\(upper)")
          return
        }
      }
    }
    #expect(layout.centralDirectory(from: UInt64(directory.count), to: .max) { _ in 0 } == [])
    #expect(layout.centralDirectory(from: 5, to: 3) { _ in 0 } == [])
  }

  @Test func contentOfAMemberIsCutToTheRange() throws {
    let (layout, _, _) = try sample()
    // "three" has its content at 88 to 90.
    let table: [(Range<UInt64>, Range<UInt64>)] = [
      (0..<layout.totalLength, 0..<3), (88..<91, 0..<3), (89..<90, 1..<2), (90..<200, 2..<3), (0..<89, 0..<1),
    ]
    for (range, content) in table { #expect(layout.content(ofMember: 1, in: range) == content) }
    for range: Range<UInt64> in [0..<88, 91..<100, 0..<0] {
      #expect(layout.content(ofMember: 1, in: range).isEmpty)
    }
    #expect(layout.content(ofMember: 4, in: layout.centralDirectoryOffset - 1..<UInt64.max) == 0..<1)
  }

  @Test func checksumsAreAskedForOnlyWhereTheRangeNeedsThem() throws {
    let (layout, _, _) = try sample()
    var asked: [Int] = []
    _ = layout.centralDirectory(from: 61, to: 121) { member in
      asked.append(member)
      return 0
    }
    // Headers are 60, 60, 57 … bytes long.
    #expect(asked == [1, 2])
  }

  @Test func errorOfTheChecksumsIsPassedOn() throws {
    struct Unknown: Error, Equatable {
      let member: Int
    }
    let (layout, _, _) = try sample()
    #expect(throws: Unknown(member: 0)) {
      try layout.centralDirectory(from: 0, to: .max) { member throws(Unknown) in throw Unknown(member: member) }
    }
  }

  @Test func emptyArchiveIsOneExtent() throws {
    let layout = try ArchiveLayout(members: [])
    #expect(layout.extent(at: 0) == .centralDirectory(0..<22))
    #expect(layout.extent(at: 21) == .centralDirectory(21..<22))
    #expect(layout.extent(at: 22) == nil)
  }
}
