import Magic
import Testing

@Suite struct MagicDatabaseTests {
  static let samples: [(bytes: [UInt8], mediaType: String)] = [
    ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0], "image/jpeg"),
    ([0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0], "image/jpeg"),
    (
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 1, 0, 0, 0, 1, 8],
      "image/png"
    ),
    (Array("GIF87a".utf8) + [1, 0, 1, 0, 0, 0, 0], "image/gif"),
    (Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0], "image/gif"),
    (Array("<?php echo 1; ?>\n".utf8), "text/x-php"),
    (Array("%PDF-1.4\n".utf8), "application/pdf"),
    ([0, 1, 2, 3, 4, 5, 6, 7], "application/octet-stream"),
    ([], "application/x-empty"),
  ]

  @Test(arguments: samples)
  func bytesHaveTheirMediaType(bytes: [UInt8], mediaType: String) throws {
    let database = try MagicDatabase()
    #expect(try database.mediaType(of: bytes) == mediaType)
    #expect(try database.mediaType(of: ([0xAA] + bytes).dropFirst()) == mediaType)
  }

  @Test func missingDatabaseIsNamed() {
    let error = #expect(throws: MagicError.self) { try MagicDatabase(path: "/nonexistent/magic.mgc") }
    #expect(error?.code == "database-unavailable")
    #expect(error.map { "\($0)".contains("/nonexistent/magic.mgc") } == true)
  }

  @Test func manyThreadsMayAskAtOnce() async throws {
    let database = try MagicDatabase()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for round in 0..<200 {
        let sample = Self.samples[round % Self.samples.count]
        group.addTask { try database.mediaType(of: sample.bytes) == sample.mediaType }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test func versionIsThatOfTheLibrary() {
    #expect(MagicDatabase.version.split(separator: ".").compactMap { Int($0) }.count == 2)
  }
}
