internal import EventLoop
internal import FastCGI
internal import LocalStorage
internal import Posix
internal import S3Documents
internal import Storage

/// Why an object, or a part of it, was not sent to its end.
enum ObjectSendFailure: Error {
  /// Its file was changed in place.
  case changed
  /// Its file cannot be read.
  case unreadable(Errno)
  /// The client or the web server has disconnected or takes nothing any more, or this server stops.
  case transfer(RequestFailure)

  /// What is answered where nothing has been sent yet. A client that asks again gets the object as it is then.
  var answer: S3Error {
    switch self {
    case .changed: .serviceUnavailable
    case .unreadable, .transfer: .internalError
    }
  }
}

/// Sends a range of an object. If its file changes meanwhile, the client gets a prefix of what was asked for, and sees a
/// failed transfer.
@EventLoopActor
struct ObjectSender {
  /// Bytes that are handed over before the loop turns to others.
  private static let slice: UInt64 = 262_144
  /// Distance of the looks into the page cache.
  private static let probe: UInt64 = 65_536
  /// Bytes that are brought into the page cache at once where they are not.
  private static let warmUp: UInt64 = 4 << 20
  /// Bytes of a copy. The end of each range is a copy: it waits until all that was sent before has been taken, and the
  /// file was checked once more. A short object is nothing else.
  private static let copyLength: UInt64 = 65_536
  /// Ranges up to this length are copied as a whole: to wait for the web server to take pages takes longer.
  private static let copiedRange: UInt64 = 524_288

  let object: OpenObject
  let writer: ResponseWriter
  /// Threads that may wait for the disk.
  let pool: BlockingPool

  /// Sends the range and ends the response, which has been started with its length.
  func send(_ range: Range<UInt64>) async throws(ObjectSendFailure) {
    let tail = range.upperBound - min(Self.copyLength, UInt64(range.count))..<range.upperBound
    let handsOverPages = writer.canConfirmDelivery && UInt64(range.count) > Self.copiedRange
    if range.lowerBound < tail.lowerBound {
      if handsOverPages {
        try await sendPages(range.lowerBound..<tail.lowerBound)
      } else {
        try await sendCopies(range.lowerBound..<tail.lowerBound)
      }
    }
    let bytes = try await copy(tail)
    if handsOverPages {
      try await transfer { () async throws(RequestFailure) in try await writer.drain() }
      try await check()
    }
    try await transfer { () async throws(RequestFailure) in
      try await writer.write(bytes)
      try await writer.finish()
    }
  }

  /// Hands over pages of the file; what is not in the page cache is brought there by the pool first, so that the loop
  /// never waits for the disk.
  private func sendPages(_ range: Range<UInt64>) async throws(ObjectSendFailure) {
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = position..<min(position + Self.slice, range.upperBound)
      if !object.file.descriptor.isCached(piece, lookingEvery: Self.probe) {
        try await warm(position, range.upperBound)
      }
      try await transfer { () async throws(RequestFailure) in
        try await writer.write(object.file, piece, of: object.version)
      }
      position = piece.upperBound
      await Task.yield()
    }
  }

  private func warm(_ start: UInt64, _ end: UInt64) async throws(ObjectSendFailure) {
    let window = start..<min(start + Self.warmUp, end)
    let next = window.upperBound..<min(window.upperBound + 2 * Self.warmUp, end)
    let file = object.file
    do throws(Errno) {
      try await pool.run { () throws(Errno) in
        if !next.isEmpty { file.descriptor.readAhead(next) }
        try file.descriptor.warm(window)
      }
    } catch {
      throw .unreadable(error)
    }
  }

  private func sendCopies(_ range: Range<UInt64>) async throws(ObjectSendFailure) {
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = position..<min(position + Self.copyLength, range.upperBound)
      let bytes = try await copy(piece)
      try await transfer { () async throws(RequestFailure) in try await writer.write(bytes) }
      position = piece.upperBound
    }
  }

  /// Bytes of the object, checked to be its own after they were read.
  private func copy(_ range: Range<UInt64>) async throws(ObjectSendFailure) -> [UInt8] {
    if let bytes = object.file.descriptor.cachedBytes(range) {
      guard object.file.descriptor.isStill(object.version) else { throw .changed }
      return bytes
    }
    let file = object.file
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try await pool.run { () throws(Errno) in try file.descriptor.bytes(in: range) }
    } catch {
      throw .unreadable(error)
    }
    guard bytes.count == range.count else { throw .changed }
    try await check()
    return bytes
  }

  /// Asks the file system whether the file is still the same.
  private func check() async throws(ObjectSendFailure) {
    let file = object.file
    let status: FileStatus
    do throws(Errno) {
      status = try await pool.run { () throws(Errno) in try file.descriptor.status() }
    } catch {
      throw .unreadable(error)
    }
    guard object.version.matches(status) else { throw .changed }
  }

  private func transfer(
    _ body: () async throws(RequestFailure) -> Void
  ) async throws(ObjectSendFailure) {
    do throws(RequestFailure) {
      try await body()
    } catch .fileChanged, .fileUnreadable(nil) {
      throw .changed
    } catch .fileUnreadable(let error?) {
      throw .unreadable(error)
    } catch {
      throw .transfer(error)
    }
  }
}
