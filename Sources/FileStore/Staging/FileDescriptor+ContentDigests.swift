internal import Digests
internal import Posix

extension FileDescriptor {
  /// Reads the whole file once and digests it.
  func contentDigests() throws(Errno) -> ContentDigests {
    var sha256 = SHA256()
    var md5 = MD5()
    var crc32 = CRC32()
    var size: UInt64 = 0
    // Larger ones are mapped anew each time.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try read(into: &buffer, at: size)
      if count == 0 { break }
      let bytes = buffer.span.extracting(..<count)
      sha256.update(bytes)
      md5.update(bytes)
      crc32.update(bytes)
      size += UInt64(count)
    }
    return ContentDigests(size: size, crc32: crc32.value, sha256: sha256.finalize(), md5: md5.finalize())
  }
}
