internal import CMagic
internal import Synchronization

/// libmagic's database, loaded once and asked for the media types of bytes in memory.
///
/// Load it before forking: the database is mapped from its file, and the children share the pages. One question is
/// answered at a time, whichever thread asks.
public final class MagicDatabase: Sendable {
  private let handle: Mutex<MagicHandle>

  /// Loads the database.
  ///
  /// - Parameter path: a compiled database (`.mgc`); nil for the system's own.
  /// - Throws: `MagicError.databaseUnavailable`, `MagicError.outOfMemory`.
  public init(path: String? = nil) throws(MagicError) {
    let handle = try MagicHandle()
    try handle.load(path)
    self.handle = Mutex(handle)
  }

  /// The media type of a file that starts with these bytes, such as `image/png`, without parameters.
  ///
  /// The first few KiB are enough for any image. Bytes of no known format are `application/octet-stream`.
  /// - Throws: `MagicError.inspectionFailed`.
  public func mediaType(of bytes: Span<UInt8>) throws(MagicError) -> String {
    try handle.withLock { handle throws(MagicError) in try handle.mediaType(of: bytes) }
  }

  /// The media type of a file that starts with these bytes, as `mediaType(of:)` of a span tells it.
  public func mediaType(of bytes: [UInt8]) throws(MagicError) -> String { try mediaType(of: bytes.span) }

  /// The media type of a file that starts with these bytes, as `mediaType(of:)` of a span tells it.
  public func mediaType(of bytes: ArraySlice<UInt8>) throws(MagicError) -> String { try mediaType(of: bytes.span) }

  /// The version of the libmagic that is linked, such as `5.44`.
  public static var version: String {
    let number = magic_version()
    let minor = number % 100
    return "\(number / 100).\(minor < 10 ? "0" : "")\(minor)"
  }
}
