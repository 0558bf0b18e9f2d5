internal import FastCGIWire
internal import Posix

/// STDOUT records (section 3.3) that are put together in a pipe, with contents that come from another one: the web server is
/// woken once for many of them, not for each header.
final class RecordPipe {
  private static let capacity: Int32 = 1 << 19

  private let pipe: Pipe
  /// Bytes in the pipe.
  private(set) var count = 0
  /// What is missing of the latest record.
  private var missing = 0

  init() throws(Errno) { pipe = try Pipe(capacity: Self.capacity) }

  /// Takes content, as much as there is room for. A record that is left open goes on with the next call.
  /// - Returns: how many bytes were taken.
  func fill(from source: Pipe, count: Int, requestID: UInt16) throws(Errno) -> Int {
    var taken = 0
    while taken < count {
      if missing == 0 {
        let length = min(count - taken, RecordHeader.alignedContentLength)
        var header: [UInt8] = []
        header.appendRecordHeader(RecordHeader(type: .standardOutput, requestID: requestID, contentLength: length))
        guard try pipe.append(header.span) else { break }
        missing = length
        self.count += header.count
      }
      guard case .bytes(let moved) = try pipe.fill(from: source, count: missing) else { break }
      missing -= moved
      taken += moved
      self.count += moved
    }
    return taken
  }

  /// Moves records into a socket, as far as it takes them without waiting.
  func empty(into socket: borrowing FileDescriptor) throws(Errno) -> SocketProgress {
    let progress = try pipe.empty(into: socket, count: count)
    if case .bytes(let moved) = progress { count -= moved }
    return progress
  }
}
