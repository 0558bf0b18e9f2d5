internal import Digests
internal import Posix

extension FileDescriptor {
  /// Reads the whole file once and digests it, but for the MD5, which takes longer than all else.
  func contentDigests() throws(Errno) -> ContentDigests {
    var sha256 = SHA256()
    var crc32 = CRC32()
    let size = try forEachPiece { bytes in
      sha256.update(bytes)
      crc32.update(bytes)
    }
    return ContentDigests(size: size, crc32: crc32.value, sha256: sha256.finalize())
  }

  /// Reads the whole file once for its MD5.
  func md5() throws(Errno) -> [UInt8] {
    var md5 = MD5()
    _ = try forEachPiece { md5.update($0) }
    return md5.finalize()
  }

  /// Returns the length of the file.
  private func forEachPiece(_ body: (Span<UInt8>) -> Void) throws(Errno) -> UInt64 {
    var size: UInt64 = 0
    // Larger ones are mapped anew each time.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try read(into: &buffer, at: size)
      if count == 0 { break }
      body(buffer.span.extracting(..<count))
      size += UInt64(count)
    }
    return size
  }
}
