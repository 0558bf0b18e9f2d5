import Testing
import ZipArchive

@Suite struct ModificationTimeTests {
  /// Year, month, day, hour, minute, second of the MS-DOS fields in a local header, and the timestamp if it has one.
  private func times(_ unixTime: Int64) throws -> (dos: [Int], timestamp: UInt32?) {
    let layout = try ArchiveLayout(members: [file("a", size: 0, time: unixTime)])
    let header = layout.localHeader(of: 0, checksum: 0)
    let time = Int(header.value(at: 10, as: UInt16.self))
    let date = Int(header.value(at: 12, as: UInt16.self))
    let dos = [1980 + date >> 9, date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2]
    return (dos, header.count > 31 ? header.value(at: 36, as: UInt32.self) : nil)
  }

  private static let clock: [(Int64, [Int])] = [
    (0, [1980, 1, 1, 0, 0, 0]),
    (315_532_799, [1980, 1, 1, 0, 0, 0]),
    (315_532_800, [1980, 1, 1, 0, 0, 0]),
    (951_782_399, [2000, 2, 28, 23, 59, 58]),
    (951_782_400, [2000, 2, 29, 0, 0, 0]),
    (951_868_800, [2000, 3, 1, 0, 0, 0]),
    (leapDay, [2024, 2, 29, 12, 34, 56]),
    (leapDay + 1, [2024, 2, 29, 12, 34, 56]),
    (1_735_689_599, [2024, 12, 31, 23, 59, 58]),
    (4_107_542_399, [2100, 2, 28, 23, 59, 58]),
    (4_107_542_400, [2100, 3, 1, 0, 0, 0]),
    (4_354_819_199, [2107, 12, 31, 23, 59, 58]),
    (4_354_819_200, [2107, 12, 31, 23, 59, 58]),
    (.max, [2107, 12, 31, 23, 59, 58]),
    (.min, [1980, 1, 1, 0, 0, 0]),
  ]

  @Test(arguments: clock)
  func msdosTimeIsUTCWithinItsBounds(_ unixTime: Int64, expected: [Int]) throws {
    #expect(try times(unixTime).dos == expected)
  }

  private static let timestamps: [(Int64, UInt32?)] = [
    (-1, nil), (0, 0), (1, 1), (2_147_483_647, 2_147_483_647), (2_147_483_648, nil), (.max, nil),
  ]

  @Test(arguments: timestamps)
  func timestampIsLeftOutWhereItDoesNotFit(_ unixTime: Int64, expected: UInt32?) throws {
    #expect(try times(unixTime).timestamp == expected)
  }
}
