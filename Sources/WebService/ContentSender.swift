public import EventLoop
public import FastCGI
internal import Posix
public import Storage

/// Why a content was not sent to its end.
public enum ContentFailure: Error, Equatable, Sendable {
  /// It was changed, or cannot be read.
  case storage(StorageError)
  /// The client or the web server has disconnected or takes nothing any more, or this server stops.
  case transfer(RequestFailure)
}

/// Sends what is read from a storage as part of a response: ranges of files without a copy, as far as that is safe.
@EventLoopActor
public struct ContentSender {
  /// The end of each response is a copy that waits until all that was sent before has been taken, and the content was
  /// checked once more. A short response is nothing else.
  private static let lastPiece: UInt64 = 65_536
  /// Contents up to this length are copied as a whole: to wait for the web server to take pages takes longer.
  private static let copiedLength: UInt64 = 524_288
  /// Bytes of ranges of files after which the content is checked while it is sent.
  private static let checkInterval: UInt64 = 32 << 20
  /// Bytes that are handed over before the loop turns to others.
  private static let turn: UInt64 = 262_144

  private let writer: ResponseWriter

  /// Sends as part of a response that has been started.
  public init(_ writer: ResponseWriter) {
    self.writer = writer
  }

  // MARK: Whole responses

  /// Sends a range of a content and ends the response, which has been started with its length. If the content changes
  /// meanwhile, the client gets a prefix of what it asked for, once the caller breaks the response off.
  public func finish(with content: any OpenedContent, _ range: Range<UInt64>) async throws(ContentFailure) {
    if content.neverChanges {
      // In one go: each reader has a way of its own to wherever the bytes are.
      _ = try await send(content.pipedReader(range), isSecured: true) { _ in }
      return try await transfer { () async throws(RequestFailure) in try await writer.finish() }
    }
    let count = range.upperBound - range.lowerBound
    let tailStart = range.upperBound - min(Self.lastPiece, count)
    let isSecured = count <= Self.copiedLength || !writer.canConfirmDelivery
    if range.lowerBound < tailStart {
      _ = try await send(content.pipedReader(range.lowerBound..<tailStart), isSecured: isSecured) { _ in }
    }
    let last = content.reader(tailStart..<range.upperBound)
    let bytes = try await Self.bytes(of: last)
    if !isSecured {
      try await transfer { () async throws(RequestFailure) in try await writer.drain() }
      try await check(last)
    }
    try await transfer { () async throws(RequestFailure) in
      try await writer.write(bytes)
      try await writer.finish()
    }
  }

  // MARK: Parts

  /// Sends all that a reader reads. Whoever sends ranges of files has to check the content once more when they have been
  /// taken, before the last bytes of the response are sent.
  /// - Parameters:
  ///   - isSecured: whether the bytes must not change any more once they are sent.
  ///   - waits: called before the reader waits for a disk.
  ///   - step: called with the length of each chunk that was sent.
  /// - Returns: how many bytes of ranges of files were sent since the last check.
  public func send(
    _ reader: any ObjectReader, isSecured: Bool,
    beforeWaiting waits: () async throws(RequestFailure) -> Void = { () throws(RequestFailure) in },
    afterEach step: (UInt64) async throws(RequestFailure) -> Void
  ) async throws(ContentFailure) -> UInt64 {
    var unchecked: UInt64 = 0
    var sinceTurn: UInt64 = 0
    while let chunk = try await nextPiped(of: reader, isSecured: isSecured) {
      switch chunk {
      case .chunk(.late):
        try await transfer(waits)
        continue
      case .chunk(.bytes(let bytes)):
        try await transfer { () async throws(RequestFailure) in try await writer.write(bytes) }
      case .piped(let pipe, let count):
        try await transfer { () async throws(RequestFailure) in try await writer.write(pipe, count: count) }
      case .chunk(.file(let file, let range, let version)):
        try await transfer { () async throws(RequestFailure) in try await writer.write(file, range, of: version) }
        unchecked += chunk.count
      }
      try await transfer { () async throws(RequestFailure) in try await step(chunk.count) }
      if unchecked >= Self.checkInterval {
        try await check(reader)
        unchecked = 0
      }
      sinceTurn += chunk.count
      if sinceTurn >= Self.turn {
        await Task.yield()
        sinceTurn = 0
      }
    }
    return unchecked
  }

  /// Makes sure that what was sent of a reader's content is of its version, as far as the web server has taken it.
  public func check(_ reader: any ObjectReader) async throws(ContentFailure) {
    do throws(StorageError) { try await reader.check() } catch { throw .storage(error) }
  }

  /// All that a reader reads, which must be little, secured.
  public static func bytes(of reader: any ObjectReader) async throws(ContentFailure) -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await next(of: reader, isSecured: true) {
      guard case .bytes(let bytes) = chunk else { continue }
      if all.isEmpty { all = bytes } else { all += bytes }
    }
    return all
  }

  // MARK: Errors

  private static func next(of reader: any ObjectReader, isSecured: Bool) async throws(ContentFailure) -> Chunk? {
    do throws(StorageError) { return try await reader.next(secured: isSecured) } catch { throw .storage(error) }
  }

  private func nextPiped(
    of reader: any ObjectReader, isSecured: Bool
  ) async throws(ContentFailure) -> PipedChunk? {
    guard reader.mayPipe, writer.takesPipes else {
      return try await Self.next(of: reader, isSecured: isSecured).map { .chunk($0) }
    }
    do throws(StorageError) { return try await reader.nextPiped() } catch { throw .storage(error) }
  }

  private func transfer(_ body: () async throws(RequestFailure) -> Void) async throws(ContentFailure) {
    do throws(RequestFailure) { try await body() } catch {
      switch error {
      case .fileChanged, .fileUnreadable(nil): throw .storage(.versionChanged)
      case .fileUnreadable(let error?): throw .storage(.io(error, context: "sending a file"))
      default: throw .transfer(error)
      }
    }
  }
}
