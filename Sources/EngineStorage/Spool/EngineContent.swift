internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// The content of a writer: bytes in the spool, bytes that are on their way to the engine, and ranges of blobs that it has
/// already, in their order.
final class EngineContent: StagedContent, Sendable {
  /// A piece of the content.
  enum Piece: Sendable {
    case spooled(SpooledBytes)
    /// Bytes of the spool that do not change any more, and the blob that is being made of them.
    case leaving(SpooledBytes, BlobSlice)
    /// Bytes of which a blob is being made while they come.
    case leading(LeadingStream, BlobSlice)
    /// The blob that was made of them.
    case stored(BlobSlice)
    /// A range of a blob that belongs to others.
    case copied(BlobSlice)

    var size: UInt64 {
      switch self {
      case .spooled(let bytes): bytes.size
      case .leading(let stream, _): stream.size
      case .leaving(_, let slice), .stored(let slice), .copied(let slice): slice.length
      }
    }
  }

  private struct State {
    var pieces: [Piece] = []
    /// How long the content is to become, as its sender has announced.
    var expected: UInt64?
    /// Whether nothing of it will be read back or changed, and somebody supplies the MD5 of its beginning.
    var mayLead = false
    /// Whether the MD5 of what is a single blob is found where that is kept.
    var findsMD5 = false
    /// Why no more is taken.
    var failure: StorageError?

    /// What takes bytes as they come, if it does not have all of its own.
    var openStream: LeadingStream? {
      guard case .leading(let stream, _)? = pieces.last, stream.size < stream.length else { return nil }
      return stream
    }
  }

  /// A content of so many pieces is long enough to leave as it comes.
  private static let leastPieces: UInt64 = 2
  /// What is held back of it until its checksums are right: this part of a piece.
  private static let lastPart: UInt64 = 256
  /// The most bytes of a blob that is made of it; S3 takes 5 GiB in one request, what stands before an engine often less.
  private static let mostLeading: UInt64 = 1 << 30

  private let spool: Spool
  private let stored: StoredReading
  private let pieceSize: UInt64
  private let state = Mutex(State())

  /// - Parameter isInPieces: whether spooled bytes that follow each other are kept in pieces of the spool's size, so that
  ///   those that are full can leave.
  init(_ spool: Spool, _ blobs: any BlobStore, isInPieces: Bool = false) {
    self.spool = spool
    stored = StoredReading(blobs)
    pieceSize = isInPieces ? spool.pieceSize : .max
  }

  private var pieces: [Piece] { state.withLock { $0.pieces } }

  var size: UInt64 { pieces.reduce(0) { $0 + $1.size } }

  func expect(_ length: UInt64) { state.withLock { $0.expected = length } }

  /// Declares that the MD5 of what is a single blob is found where that is kept.
  func findMD5() { state.withLock { $0.findsMD5 = true } }

  var findsMD5: Bool {
    state.withLock { state in
      guard state.findsMD5, let expected = state.expected else { return false }
      return expected > SmallObject.limit && expected <= pieceSize
    }
  }

  /// Takes memory for so many bytes more of a short content.
  /// - Returns: whether appending them waits for no disk.
  func reserveMemory(_ count: Int) -> Bool {
    state.withLock { state in
      guard state.failure == nil, let expected = state.expected, expected <= Spool.mostInMemory else { return false }
      if state.pieces.isEmpty { state.pieces = [.spooled(SpooledBytes(spool, expecting: expected))] }
      guard state.pieces.count == 1, case .spooled(let bytes) = state.pieces[0],
        bytes.size + UInt64(count) <= pieceSize
      else { return false }
      return bytes.reserveMemory(count)
    }
  }

  func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
    var bytes = bytes
    if let stream = state.withLock({ $0.openStream }) { bytes = try stream.append(bytes) }
    while !bytes.isEmpty {
      let (end, room) = try openEnd()
      let part = bytes.prefix(Int(clamping: room))
      try end.append(part)
      bytes = bytes.dropFirst(part.count)
    }
  }

  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    if state.withLock({ $0.openStream }) != nil {
      var copy: [UInt8] = []
      copy.append(contentsOf: bytes)
      return try append(copy[...])
    }
    var offset = 0
    while offset < bytes.count {
      let (end, room) = try openEnd()
      let count = Int(min(room, UInt64(bytes.count - offset)))
      try end.append(bytes.extracting(offset..<offset + count))
      offset += count
    }
  }

  func append(_ chunk: Chunk) throws(StorageError) {
    switch chunk {
    case .bytes(let bytes): try append(bytes.span)
    case .file(let file, let range, _):
      var offset = range.lowerBound
      while offset < range.upperBound {
        let part: [UInt8]
        do throws(Errno) {
          part = try file.descriptor.bytes(in: offset..<min(range.upperBound, offset + 262_144))
        } catch { throw .io(error, context: "reading what is to be copied") }
        guard !part.isEmpty else { throw .versionChanged }
        try append(part.span)
        offset += UInt64(part.count)
      }
    case .late: break
    }
  }

  /// Appends bytes that the engine has already, as those of others: none of them is moved.
  func append(_ slices: [BlobSlice]) {
    state.withLock { $0.pieces += slices.map { .copied($0) } }
  }

  /// The bytes at the end, and how many more they take.
  private func openEnd() throws(StorageError) -> (SpooledBytes, room: UInt64) {
    try state.withLock { (state) throws(StorageError) in
      if let failure = state.failure { throw failure }
      if case .spooled(let bytes)? = state.pieces.last, bytes.size < pieceSize {
        return (bytes, pieceSize - bytes.size)
      }
      let bytes = SpooledBytes(spool, expecting: state.expected)
      state.pieces.append(.spooled(bytes))
      return (bytes, pieceSize)
    }
  }

  func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    var start: UInt64 = 0
    for piece in pieces {
      let end = start + piece.size
      defer { start = end }
      guard offset < end else { continue }
      switch piece {
      case .spooled(let bytes): return try bytes.read(into: &buffer, 0..<buffer.count, at: offset - start)
      case .leading: throw Self.hasLeft
      case .leaving(let bytes, let slice):
        let count = Int(min(UInt64(buffer.count), slice.length - (offset - start)))
        return try bytes.read(into: &buffer, 0..<count, at: slice.start + offset - start)
      case .stored(let slice), .copied(let slice):
        return try stored.read(slice, at: offset - start, into: &buffer)
      }
    }
    return 0
  }

  func truncate(to length: UInt64) throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      var remaining: [Piece] = []
      var start: UInt64 = 0
      for piece in state.pieces where start < length {
        let wanted = length - start
        start += piece.size
        switch piece {
        case .spooled(let bytes):
          try bytes.truncate(to: wanted)
          remaining.append(piece)
        case .leading: throw Self.hasLeft
        case .leaving(let bytes, var slice):
          slice.length = min(slice.length, wanted)
          remaining.append(.leaving(bytes, slice))
        case .stored(var slice):
          slice.length = min(slice.length, wanted)
          remaining.append(.stored(slice))
        case .copied(var slice):
          slice.length = min(slice.length, wanted)
          remaining.append(.copied(slice))
        }
      }
      state.pieces = remaining
    }
  }

  func apply(_ edits: [ByteEdit]) throws(StorageError) {
    guard !edits.isEmpty else { return }
    let edited = SpooledBytes(spool)
    var position: UInt64 = 0
    for edit in edits {
      guard edit.range.lowerBound >= position, edit.range.upperBound <= size,
        edit.replacement.count <= edit.range.count
      else { throw .io(.invalidArgument, context: "edits that do not fit the content") }
      try copy(position..<edit.range.lowerBound, to: edited)
      try edited.append(edit.replacement.span)
      position = edit.range.upperBound
    }
    try copy(position..<size, to: edited)
    state.withLock { $0.pieces = [.spooled(edited)] }
  }

  private func copy(_ range: Range<UInt64>, to target: SpooledBytes) throws(StorageError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      var buffer = [UInt8](repeating: 0, count: Int(min(262_144, range.upperBound - offset)))
      let count = try read(into: &buffer, at: offset)
      guard count > 0 else { throw .io(.inputOutput, context: "editing the spool") }
      try target.append(buffer.span.extracting(..<count))
      offset += UInt64(count)
    }
  }

  func removeAll() {
    state.withLock { state in
      if case .leading(let stream, _)? = state.pieces.first { stream.fail(Self.isGivenUp) }
      state.pieces = []
    }
  }

  /// Whoever lets the content lead reads nothing of it.
  private static let hasLeft = StorageError.io(.invalidArgument, context: "reading a content that leaves as it comes")
  static let isGivenUp = StorageError.unavailable("the content was given up")

  // MARK: A beginning that leaves as it comes

  func allowLeading() { state.withLock { $0.mayLead = pieceSize < .max } }

  var leadingLength: UInt64? {
    state.withLock { state in
      guard case .leading(let stream, _)? = state.pieces.first else { return nil }
      return stream.length
    }
  }

  func supplyLeadingMD5(_ md5: [UInt8]) {
    state.withLock { state in
      if case .leading(let stream, _)? = state.pieces.first { stream.supply(md5: md5) }
    }
  }

  /// Lets a long content leave as it comes from now on, all but a last piece, if half of a piece has come.
  @EventLoopActor
  func lead() -> (stream: LeadingStream, slice: BlobSlice)? {
    state.withLock { state in
      guard state.mayLead, state.failure == nil,
        let expected = state.expected, expected >= Self.leastPieces * pieceSize,
        state.pieces.count == 1, case .spooled(let bytes)? = state.pieces.first, bytes.size >= pieceSize / 2
      else { return nil }
      let length = min(expected - pieceSize / Self.lastPart, Self.mostLeading)
      let stream = LeadingStream(after: bytes, length: length)
      let slice = BlobSlice(id: .fresh(), start: 0, length: length)
      state.pieces = [.leading(stream, slice)]
      return (stream, slice)
    }
  }

  // MARK: Pieces that leave

  /// The next piece that is full and not the last one, which is now on its way under a name of its own.
  func nextLeaving() -> (bytes: SpooledBytes, slice: BlobSlice)? {
    state.withLock { state in
      guard state.failure == nil else { return nil }
      for index in state.pieces.indices.dropLast() {
        guard case .spooled(let bytes) = state.pieces[index] else { continue }
        let slice = BlobSlice(id: .fresh(), start: 0, length: bytes.size)
        state.pieces[index] = .leaving(bytes, slice)
        return (bytes, slice)
      }
      return nil
    }
  }

  /// The engine has a blob: its bytes need not be kept here.
  func arrived(_ id: BlobID) {
    state.withLock { state in
      for index in state.pieces.indices {
        switch state.pieces[index] {
        case .leaving(_, let slice) where slice.id == id, .leading(_, let slice) where slice.id == id:
          state.pieces[index] = .stored(slice)
        default: break
        }
      }
    }
  }

  /// A piece could not be sent: no more is taken.
  func fail(_ error: StorageError) {
    state.withLock { state in
      if state.failure == nil { state.failure = error }
      if case .leading(let stream, _)? = state.pieces.first { stream.fail(error) }
    }
  }

  /// Why no more is taken, if that is so.
  var failure: StorageError? { state.withLock { $0.failure } }

  /// Hands the pieces over: the content is empty then.
  func takeAll() -> [Piece] {
    state.withLock { state in
      defer { state.pieces = [] }
      return state.pieces
    }
  }
}
