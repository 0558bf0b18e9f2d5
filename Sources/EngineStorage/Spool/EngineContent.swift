internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// The content of a writer: bytes in the spool, and ranges of blobs that the engine has already, in their order.
final class EngineContent: StagedContent, Sendable {
  /// A piece of the content.
  enum Piece: Sendable {
    case spooled(SpooledBytes)
    case stored(BlobSlice)

    var size: UInt64 {
      switch self {
      case .spooled(let bytes): bytes.size
      case .stored(let slice): slice.length
      }
    }
  }

  private let spool: Spool
  private let stored: StoredReading
  private let state = Mutex<[Piece]>([])

  init(_ spool: Spool, _ blobs: any BlobStore) {
    self.spool = spool
    stored = StoredReading(blobs)
  }

  var pieces: [Piece] { state.withLock { $0 } }

  var size: UInt64 { pieces.reduce(0) { $0 + $1.size } }

  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    guard bytes.count > 0 else { return }
    try spooledEnd().append(bytes)
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

  /// Appends bytes that the engine has already: none of them is moved.
  func append(_ slices: [BlobSlice]) {
    state.withLock { $0 += slices.map { .stored($0) } }
  }

  private func spooledEnd() -> SpooledBytes {
    state.withLock { pieces in
      if case .spooled(let bytes)? = pieces.last { return bytes }
      let bytes = SpooledBytes(spool)
      pieces.append(.spooled(bytes))
      return bytes
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
      case .stored(let slice): return try stored.read(slice, at: offset - start, into: &buffer)
      }
    }
    return 0
  }

  func truncate(to length: UInt64) throws(StorageError) {
    var remaining: [Piece] = []
    var start: UInt64 = 0
    for piece in pieces where start < length {
      let wanted = length - start
      start += piece.size
      switch piece {
      case .spooled(let bytes):
        try bytes.truncate(to: wanted)
        remaining.append(piece)
      case .stored(var slice):
        slice.length = min(slice.length, wanted)
        remaining.append(.stored(slice))
      }
    }
    state.withLock { $0 = remaining }
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
    state.withLock { $0 = [.spooled(edited)] }
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
    state.withLock { $0 = [] }
  }

  /// Hands the pieces over: the content is empty then.
  func takeAll() -> [Piece] {
    state.withLock { pieces in
      defer { pieces = [] }
      return pieces
    }
  }
}
