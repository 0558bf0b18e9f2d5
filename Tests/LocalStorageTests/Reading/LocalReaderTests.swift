import Foundation
import Posix
import Storage
import Testing

@testable import LocalStorage

/// Reading an open file in the version that it had when it was opened.
@Suite struct LocalReaderTests {
  private let folder = TemporaryFolder()
  private let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

  private func object(_ bytes: [UInt8], isForeign: Bool = false) throws -> LocalObject {
    try folder.write(bytes, to: "object")
    return try opened(FileDescriptor.open("\(folder.path)/object", [.readOnly]), isForeign: isForeign)
  }

  private func opened(_ file: consuming FileDescriptor, isForeign: Bool = false) throws -> LocalObject {
    let status = try file.status()
    let metadata = ObjectMetadata(
      etag: "x", size: status.size, modified: status.modified, contentType: "text/plain", owner: "")
    return LocalObject(
      SharedDescriptor(file), metadata, status, isForeign: isForeign, threads: DiskThreads())
  }

  /// All that a reader reads; of ranges of the file what is in it now.
  private func all(_ reader: any ObjectReader, secured: Bool) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await reader.next(secured: secured) { all += try content(of: chunk) }
    return all
  }

  private func content(of chunk: Chunk) throws -> [UInt8] {
    switch chunk {
    case .bytes(let bytes): bytes
    case .file(let file, let range, _): try file.descriptor.bytes(in: range)
    case .late: []
    }
  }

  private func replaceFirstByte() throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder.path)/object"))
    try file.write(contentsOf: [bytes[0] ^ 1])
    try file.close()
    // A clock that goes in steps may tell the same time still.
    try FileDescriptor.open("\(folder.path)/object", [.readOnly]).setModificationTime(Timestamp(seconds: 1_000_000_000))
  }

  @Test(arguments: [false, true], [0..<700_000, 0..<1, 3..<65_540, 262_144..<700_000, 5..<5])
  func readerReadsItsRangeFromBeginningToEnd(secured: Bool, range: Range<Int>) async throws {
    let reader = try object(bytes).reader(UInt64(range.lowerBound)..<UInt64(range.upperBound))
    #expect(try await all(reader, secured: secured) == Array(bytes[range]))
    #expect(try await reader.next(secured: secured) == nil)
  }

  @Test(arguments: [false, true])
  func fileWithoutADiskIsReadInTheSameWay(secured: Bool) async throws {
    let file = try FileDescriptor.inMemory("object")
    try file.writeAll(bytes)
    let reader = try opened(file).reader(7..<699_999)
    #expect(try await all(reader, secured: secured) == Array(bytes[7..<699_999]))
  }

  @Test func securedBytesStayWhateverBecomesOfTheFile() async throws {
    let reader = try object(bytes).reader(0..<1_000)
    var read: [UInt8] = []
    while let chunk = try await reader.next(secured: true) {
      guard case .bytes(let bytes) = chunk else { continue }
      read += bytes
    }
    try replaceFirstByte()
    #expect(read == Array(bytes[..<1_000]))
    await #expect(throws: StorageError.versionChanged) { try await reader.check() }
  }

  @Test func pagesAreHandedOverWithTheVersionThatTheFileMustBeOf() async throws {
    let object = try object(bytes)
    let reader = object.reader(0..<700_000)
    var chunk = try await reader.next(secured: false)
    while case .late? = chunk { chunk = try await reader.next(secured: false) }
    guard case .file(let file, let range, let version)? = chunk else {
      Issue.record("no range of the file: \(String(describing: chunk))")
      return
    }
    #expect(range == 0..<262_144)
    let before = file.descriptor.isStill(version)
    try replaceFirstByte()
    let after = file.descriptor.isStill(version)
    #expect(before && !after)
    await #expect(throws: StorageError.versionChanged) { try await reader.check() }
  }

  @Test func versionThatChangesUnderTheReaderIsNoticed() async throws {
    let reader = try object(bytes).reader(0..<700_000)
    _ = try await reader.next(secured: true)
    try replaceFirstByte()
    await #expect(throws: StorageError.versionChanged) {
      while try await reader.next(secured: true) != nil {}
    }
  }

  @Test(arguments: [false, true])
  func fileThatEndsEarlierNowIsNoticed(isCold: Bool) async throws {
    let object = try object(bytes)
    try FileDescriptor.open("\(folder.path)/object", [.writeOnly]).truncate(to: 100)
    if isCold { try dropPages() }
    let reader = object.reader(0..<700_000)
    await #expect(throws: StorageError.versionChanged) {
      while try await reader.next(secured: true) != nil {}
    }
  }

  @Test func attributesOfAFileCountWhereOthersWriteToIt() async throws {
    let own = try object(bytes)
    let foreign = try opened(FileDescriptor.open("\(folder.path)/object", [.readOnly]), isForeign: true)
    // Until the clock of the file system has gone on.
    try folder.awaitAnotherTick()
    #expect(chmod("\(folder.path)/object", 0o600) == 0)
    let (ownReader, foreignReader) = (own.reader(0..<700_000), foreign.reader(0..<700_000))
    try await ownReader.check()
    #expect(try await all(ownReader, secured: true) == bytes)
    await #expect(throws: StorageError.versionChanged) { try await foreignReader.check() }
    await #expect(throws: StorageError.versionChanged) { _ = try await all(foreignReader, secured: true) }
  }

  @Test func versionsTellContentsApartAndOnlyThem() throws {
    func version() throws -> ContentVersion {
      try opened(FileDescriptor.open("\(folder.path)/object", [.readOnly])).head.version
    }
    let first = try object(bytes).head.version
    #expect(chmod("\(folder.path)/object", 0o600) == 0)
    #expect(try version() == first)
    try replaceFirstByte()
    #expect(try version() != first)
  }

  @Test(arguments: [false, true])
  func chunkThatWaitsForTheDiskIsToldToBeLateOnce(secured: Bool) async throws {
    // Asked of another file: the system begins to read what it is asked for.
    try folder.write(bytes, to: "other")
    guard try FileDescriptor.open("\(folder.path)/other", [.readOnly]).pageResidency(at: 0) == .askable else { return }
    let object = try object(bytes)
    // Pages that somebody looks at in that moment stay.
    for _ in 0..<500 where try isInMemory() {
      try dropPages()
      try await Task.sleep(for: .milliseconds(10))
    }
    try #require(try !isInMemory(), "the file system does not let go of the pages")
    let reader = object.reader(0..<100)
    guard case .late? = try await reader.next(secured: secured) else {
      Issue.record("the first chunk was not late")
      return
    }
    guard let chunk = try await reader.next(secured: secured) else {
      Issue.record("nothing came after a late chunk")
      return
    }
    #expect(try content(of: chunk) == Array(bytes[..<100]))
  }

  @Test(arguments: [false, true])
  func whatCannotBeReadSaysWhy(secured: Bool) async throws {
    let object = try opened(FileDescriptor.open(folder.path, [.readOnly, .directory]))
    let reader = object.reader(0..<100)
    await #expect(throws: StorageError.io(.isDirectory, context: "reading")) {
      while try await reader.next(secured: secured) != nil {}
    }
  }

  /// Whether the first page is in the page cache, without a request for it that would bring it there.
  private func isInMemory() throws -> Bool {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(folder.path)/object"))
    defer { try? file.close() }
    let page = mmap(nil, 4_096, PROT_READ, MAP_SHARED, file.fileDescriptor, 0)
    try #require(page != MAP_FAILED)
    defer { munmap(page, 4_096) }
    var residency: UInt8 = 0
    try #require(mincore(page, 4_096, &residency) == 0)
    return residency & 1 == 1
  }

  private func dropPages() throws {
    let file = try FileDescriptor.open("\(folder.path)/object", [.readWrite])
    try file.synchronize()
    file.dropCached(0..<1 << 20)
  }
}
