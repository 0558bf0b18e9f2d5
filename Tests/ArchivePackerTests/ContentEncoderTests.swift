import ArchiveFixture
import Posix
import Testing
import ZipArchive

@testable import ArchivePacker

@Suite struct ContentEncoderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func source(_ name: String, _ content: [UInt8]) throws -> SourceFile {
    let path = try folder.write(name, content)
    return SourceFile(
      name: [UInt8](name.utf8), path: [UInt8](path.utf8), followsLink: false, status: try fileStatus(atPath: path))
  }

  private func encoded(_ content: [UInt8], isDeflating: Bool) throws -> (content: EncodedContent, bytes: [UInt8]) {
    let file = try FileReader(try source("file", content))
    var encoder = ContentEncoder(level: 6)
    var bytes: [UInt8] = []
    let result = try encoder.encode(file, isDeflating: isDeflating, progress: { _ in }) { piece in
      for index in piece.indices { bytes.append(piece[index]) }
    }
    return (result, bytes)
  }

  @Test(arguments: [1, 100, 262_143, 262_144, 262_145, 700_000])
  func deflatedContentInflatesToItself(_ size: Int) throws {
    let content = [UInt8](repeating: 7, count: size / 2) + text(size - size / 2)
    let (result, bytes) = try encoded(content, isDeflating: true)
    guard size > 1 else {
      #expect(result.compression == .stored)
      return
    }
    #expect(result.compression == .deflated(compressedSize: UInt64(bytes.count)))
    #expect(try inflated(bytes, size: size) == content)
    // The encoder can be used again, and gives the same.
    #expect(try encoded(content, isDeflating: true).bytes == bytes)
  }

  @Test func contentThatDoesNotShrinkIsStored() throws {
    let content = noise(300_000)
    #expect(try encoded(content, isDeflating: true).content.compression == .stored)
    let (result, bytes) = try encoded(content, isDeflating: false)
    #expect(result == (try encoded(content, isDeflating: true).content))
    #expect(bytes == content)
  }

  @Test func largeFileIsTriedOnlyIfASampleOfItShrinks() throws {
    var encoder = ContentEncoder(level: 6)
    let noisy = try source("noise", noise(1_500_000))
    #expect(try !encoder.isWorthDeflating(try FileReader(noisy)))
    let readable = try source("text", text(1_500_000))
    #expect(try encoder.isWorthDeflating(try FileReader(readable)))
    let half = try source("half", noise(1_000_000) + text(1_000_000))
    #expect(try encoder.isWorthDeflating(try FileReader(half)))
    var storing = ContentEncoder(level: 0)
    #expect(try !storing.isWorthDeflating(try FileReader(readable)))
  }

  @Test func growingFileIsNoticed() throws {
    try expectChange { path in
      try FileDescriptor.open(path, [.writeOnly, .append]).writeAll([1])
    }
  }

  @Test func shrinkingFileIsNoticed() throws {
    try expectChange { path in
      try FileDescriptor.open(path, .writeOnly).truncate(to: 300_000)
    }
  }

  @Test func fileThatIsWrittenToIsNoticed() throws {
    try expectChange { path in
      try FileDescriptor.open(path, .writeOnly).writeAll([1, 2, 3])
    }
  }

  /// Changes a file after its first piece was read.
  private func expectChange(_ change: (String) throws -> Void) throws {
    let source = try source("changing", noise(600_000))
    let reader = try FileReader(source)
    // So that the time of the change is another one, however coarse the clock is.
    Clock.sleep(nanoseconds: 20_000_000)
    var isFirst = true
    #expect(throws: PackingError.changedWhileRead(source.path)) {
      try reader.forEachChunk { (_, _) throws(PackingError) in
        if isFirst { #expect(throws: Never.self) { try change(String(decoding: source.path, as: UTF8.self)) } }
        isFirst = false
      }
    }
  }
}
