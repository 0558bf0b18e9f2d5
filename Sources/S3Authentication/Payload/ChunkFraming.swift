internal import HTTPSemantics

/// The framing of `aws-chunked`: chunks of a hexadecimal size, with or without signatures, and a trailer behind the
/// last, which is empty.
///
///     5;chunk-signature=…␍␊
///     hello␍␊
///     0;chunk-signature=…␍␊
///     x-amz-checksum-crc32:NhCmhg==␍␊
///     x-amz-trailer-signature:…␍␊
///     ␍␊
struct ChunkFraming: ~Copyable, Sendable {
  /// The longest line that is read, in bytes.
  static let lineLimit = 1024

  private enum State {
    case size
    case content(remaining: Int64)
    case contentEnd
    case trailer
    case finished
  }

  private var state = State.size
  private var line: [UInt8] = []
  private var verifier: ChunkVerifier?
  private var trailer: TrailerSection
  /// Bytes of content that may still come.
  private var allowance: Int64

  /// - Parameters:
  ///   - length: the length of the content in bytes; a chunk that goes beyond it is refused at once.
  ///   - signing: what the chunks are signed with, nil where they are not.
  ///   - announced: the names, in lower case, of the fields that have to be in the trailer.
  init(length: Int64, signing: ChunkSigning?, hasTrailer: Bool, announced: [String]) {
    allowance = length
    verifier = signing.map(ChunkVerifier.init)
    trailer = TrailerSection(isSigned: hasTrailer && signing != nil, announced: hasTrailer ? announced : [])
  }

  /// Reads the next bytes, and appends the content among them to `content`.
  mutating func consume(
    _ bytes: ArraySlice<UInt8>, into content: inout [ArraySlice<UInt8>]
  ) throws(S3AuthenticationError) {
    var rest = bytes
    while !rest.isEmpty {
      if case .content(let remaining) = state {
        let piece = rest.prefix(Int(clamping: remaining))
        rest = rest[piece.endIndex...]
        verifier?.update(piece)
        content.append(piece)
        let left = remaining - Int64(piece.count)
        state = left == 0 ? .contentEnd : .content(remaining: left)
      } else if let line = try takeLine(&rest) {
        try consume(line)
      }
    }
  }

  /// Ends the body.
  func finish() throws(S3AuthenticationError) -> [NameValuePair] {
    guard case .finished = state, allowance == 0 else { throw S3AuthenticationError(.incompleteBody) }
    return trailer.trailers
  }

  /// A line and the bytes that end it: only one line feed, or a carriage return before it.
  struct Line {
    var content: [UInt8]
    var hasCarriageReturn: Bool
  }

  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(S3AuthenticationError) -> Line? {
    guard rest.count > 0, !isFinished else { throw .malformedFraming }
    let end = rest.prefix(Self.lineLimit + 1).firstIndex(of: UInt8(ascii: "\n"))
    let piece = rest[..<(end ?? rest.endIndex)]
    guard line.count + piece.count <= Self.lineLimit else { throw .malformedFraming }
    line += piece
    guard let end else {
      rest = []
      return nil
    }
    rest = rest[(end + 1)...]
    let hasCarriageReturn = line.last == UInt8(ascii: "\r")
    if hasCarriageReturn { line.removeLast() }
    defer { line.removeAll(keepingCapacity: true) }
    return Line(content: line, hasCarriageReturn: hasCarriageReturn)
  }

  private var isFinished: Bool {
    if case .finished = state { true } else { false }
  }

  private mutating func consume(_ line: Line) throws(S3AuthenticationError) {
    if case .trailer = state {
      guard try trailer.consume(line) else { return }
      try verifier?.endTrailer(trailer)
      state = .finished
      return
    }
    guard line.hasCarriageReturn else { throw .malformedFraming }
    if case .contentEnd = state {
      guard line.content.isEmpty else { throw .malformedFraming }
      try verifier?.endChunk()
      state = .size
      return
    }
    let header = try ChunkHeader(line.content)
    guard header.size <= allowance else { throw S3AuthenticationError(.incompleteBody) }
    allowance -= header.size
    try verifier?.beginChunk(signature: header.signature)
    if header.size > 0 {
      state = .content(remaining: header.size)
    } else {
      try verifier?.endChunk()
      state = .trailer
    }
  }
}

extension S3AuthenticationError {
  /// The body is not the sequence of chunks that it was declared to be.
  static let malformedFraming = S3AuthenticationError(
    .invalidRequest, "The body is not framed as the content coding aws-chunked demands.")
}
