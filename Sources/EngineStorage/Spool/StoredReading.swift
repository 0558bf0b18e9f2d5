internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// Reads blobs for steps that run on a thread which may wait: the loop asks the engine, the thread waits for it.
final class StoredReading: Sendable {
  /// A reader that stands somewhere in a slice, with what it has given and nobody has taken yet.
  private struct Position {
    var slice: BlobSlice
    var next: UInt64
    var reader: any BlobReader
    var rest: ArraySlice<UInt8> = []
  }

  private let blobs: any BlobStore
  private let position = Mutex<Position?>(nil)

  init(_ blobs: any BlobStore) { self.blobs = blobs }

  /// Reads bytes of a slice, at least one unless it ends there.
  func read(_ slice: BlobSlice, at offset: UInt64, into buffer: inout [UInt8]) throws(StorageError) -> Int {
    guard offset < slice.length, !buffer.isEmpty else { return 0 }
    var position = position.withLock { $0.take() }
    if position?.slice != slice || position?.next != offset { position = nil }
    if position?.rest.isEmpty ?? true {
      let reader = position?.reader
      let blobs = blobs
      let outcome = Self.wait { () async throws(BlobError) -> (any BlobReader, [UInt8]) in
        let source: any BlobReader
        if let reader {
          source = reader
        } else {
          source = try await blobs.read(slice, from: offset)
        }
        return (source, try await source.next() ?? [])
      }
      switch outcome {
      case .failure(let error): throw StorageError(error)
      case .success(let (source, bytes)):
        guard !bytes.isEmpty else { throw .unavailable("the engine's blob \(slice.id) ends too soon") }
        position = Position(slice: slice, next: offset, reader: source, rest: bytes[...])
      }
    }
    guard var position else { return 0 }
    let taken = position.rest.prefix(buffer.count)
    buffer.replaceSubrange(0..<taken.count, with: taken)
    position.rest = position.rest.dropFirst(taken.count)
    position.next += UInt64(taken.count)
    self.position.withLock { [position] in $0 = position }
    return taken.count
  }

  /// Waits on this thread for what the loop does.
  private static func wait<Value: Sendable>(
    _ body: @escaping @Sendable () async throws(BlobError) -> Value
  ) -> Result<Value, BlobError> {
    let outcome = Monitor<Result<Value, BlobError>?>(nil)
    EventLoop.current.start {
      let result: Result<Value, BlobError>
      do throws(BlobError) { result = .success(try await body()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      outcome.signal()
    }
    return outcome.wait { $0 }
  }
}
