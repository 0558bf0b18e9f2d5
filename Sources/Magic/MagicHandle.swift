internal import CMagic

/// Owns a libmagic cookie, which is not safe to use from two threads at once.
@safe struct MagicHandle: ~Copyable {
  /// Checks that no image needs, and that cost time or run on the whole buffer.
  private static let skippedChecks =
    MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS
    | MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV

  private let cookie: magic_t

  /// - Throws: `outOfMemory`.
  init() throws(MagicError) {
    guard let cookie = unsafe magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR | Self.skippedChecks) else {
      throw .outOfMemory
    }
    unsafe self.cookie = cookie
  }

  deinit { unsafe magic_close(cookie) }

  /// Loads the database at `path`, or the system's own.
  ///
  /// - Throws: `databaseUnavailable`.
  borrowing func load(_ path: String?) throws(MagicError) {
    guard unsafe magic_load(cookie, path) == 0 else {
      throw .databaseUnavailable(path: path ?? Self.defaultPath, reason: lastError)
    }
  }

  /// - Throws: `inspectionFailed`.
  borrowing func mediaType(of bytes: Span<UInt8>) throws(MagicError) -> String {
    let answer: String? = unsafe bytes.withUnsafeBytes { buffer in
      // The text belongs to the cookie, and is copied before anybody else can ask.
      guard let text = unsafe magic_buffer(cookie, buffer.baseAddress, buffer.count) else { return nil }
      return unsafe String(cString: text)
    }
    guard let answer else { throw .inspectionFailed(lastError) }
    return answer
  }

  private static var defaultPath: String {
    guard let text = unsafe magic_getpath(nil, 0) else { return "its default place" }
    return unsafe String(cString: text)
  }

  private var lastError: String {
    guard let text = unsafe magic_error(cookie) else { return "no reason given" }
    return unsafe String(cString: text)
  }
}
