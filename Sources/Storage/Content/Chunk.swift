public import Posix

/// The next bytes of a content that is read. Only who sends or copies them looks which case it is.
public enum Chunk: Sendable {
  /// A range of an open file whose pages are in memory: they can be handed over without a copy. Until the receiver has
  /// taken them they change with the file, so the file must still be of the version afterwards.
  case file(SharedDescriptor, Range<UInt64>, of: FileVersion)
  /// Bytes that nobody can change any more, checked to be of the version that is read.
  case bytes([UInt8])
  /// Nothing yet: the next call waits for a disk or a network. Whoever has gathered bytes for a receiver sends them first.
  case late

  /// How many bytes it is.
  public var count: UInt64 {
    switch self {
    case .file(_, let range, _): UInt64(range.count)
    case .bytes(let bytes): UInt64(bytes.count)
    case .late: 0
    }
  }
}

/// The next bytes of a content for whoever passes them on to a socket.
public enum PipedChunk: Sendable {
  /// As any reader gives them.
  case chunk(Chunk)
  /// So many bytes in a pipe, which is to be emptied before the next ones are read. Nobody changes them any more: an engine
  /// on this host may have put pages of a file there, but a blob never changes in place.
  case piped(Pipe, count: Int)

  /// How many bytes it is.
  public var count: UInt64 {
    switch self {
    case .chunk(let chunk): chunk.count
    case .piped(_, let count): UInt64(count)
    }
  }
}
