import EventLoop
import Posix
import Storage
import Synchronization
import Testing

@testable import ImageHost

/// Pictures as what a program reads from its standard input.
struct ThumbnailInputTests {
  private static let pool = BlockingPool(name: "thumbnails", limit: 1)

  private final class Opened: OpenedObject, ObjectReader {
    let head: ObjectHead
    private let chunks: Mutex<[Chunk]>

    init(_ chunks: [Chunk]) {
      let size = chunks.reduce(0) { $0 + $1.count }
      head = ObjectHead(
        ObjectMetadata(etag: "", size: size, modified: Clock.now(), contentType: "", owner: ""), .memory(1))
      self.chunks = Mutex(chunks)
    }

    func reader(_ range: Range<UInt64>) -> any ObjectReader { self }

    nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
      chunks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    nonisolated(nonsending) func check() async throws(StorageError) {}
  }

  private func read(_ chunks: [Chunk]) async throws -> [UInt8] {
    try await ThumbnailInput.file(of: Opened(chunks), pool: Self.pool).descriptor.readAll(limit: 1_000)
  }

  @Test func fileOfTheStorageIsHandedOverAsItIs() async throws {
    let file = SharedDescriptor(try FileDescriptor.inMemory("picture"))
    try file.descriptor.writeAll([1, 2, 3].span, at: 0)
    let chunk = Chunk.file(file, 0..<3, of: FileVersion(contentOf: try file.descriptor.status()))
    let input = try await ThumbnailInput.file(of: Opened([.late, chunk]), pool: Self.pool)
    #expect(input === file)
  }

  @Test func bytesAreCopied() async throws {
    #expect(try await read([.bytes([1, 2]), .late, .bytes([3]), .late, .bytes([4, 5])]) == [1, 2, 3, 4, 5])
    #expect(try await read([]).isEmpty)
  }
}
