/// Takes a byte stream apart into records, wherever it is cut (section 3.3).
///
/// Content is not gathered: it is handed on as ranges of the input, so that a body of any size passes in constant
/// memory.
public struct RecordDecoder: Sendable {
  /// What the stream shows next.
  public enum Event: Equatable, Sendable {
    /// A record's header is complete.
    case began(RecordHeader)
    /// Content of the record that began last: a range of the input, never empty.
    case content(Range<Int>)
    /// The record and its padding are complete.
    case ended
  }

  private enum Phase {
    case header
    case body
  }

  private var phase = Phase.header
  private var headerBytes: UInt64 = 0
  private var headerCount = 0
  private var contentRemaining = 0
  private var paddingRemaining = 0

  /// At the beginning of a stream.
  public init() {}

  /// Whether nothing of a record has come that is not complete.
  var isBetweenRecords: Bool { phase == .header && headerCount == 0 }

  /// The next event; nil when the input is used up.
  /// - Parameters:
  ///   - input: bytes as they came.
  ///   - position: how far the input has been taken; moved on.
  public mutating func next(in input: Span<UInt8>, at position: inout Int) -> Event? {
    switch phase {
    case .header:
      while headerCount < RecordHeader.length {
        guard position < input.count else { return nil }
        headerBytes = headerBytes << 8 | UInt64(input[position])
        headerCount += 1
        position += 1
      }
      let header = RecordHeader(bytes: headerBytes)
      headerBytes = 0
      headerCount = 0
      contentRemaining = header.contentLength
      paddingRemaining = header.paddingLength
      phase = .body
      return .began(header)

    case .body:
      if contentRemaining > 0 {
        let count = min(contentRemaining, input.count - position)
        guard count > 0 else { return nil }
        defer { position += count }
        contentRemaining -= count
        return .content(position..<position + count)
      }
      let skipped = min(paddingRemaining, input.count - position)
      paddingRemaining -= skipped
      position += skipped
      guard paddingRemaining == 0 else { return nil }
      phase = .header
      return .ended
    }
  }
}
