internal import Digests
package import Posix
package import Storage

extension FileDescriptor {
  /// Reads the whole file once and digests it.
  package func contentDigests() throws(Errno) -> ContentDigests {
    var digester = ContentDigester()
    try forEachPiece { digester.update($0) }
    return digester.finalize()
  }

  /// Reads the whole file once for its MD5.
  package func md5() throws(Errno) -> [UInt8] {
    var md5 = MD5()
    try forEachPiece { md5.update($0) }
    return md5.finalize()
  }

  private func forEachPiece(_ body: (Span<UInt8>) -> Void) throws(Errno) {
    var offset: UInt64 = 0
    // Larger ones are mapped anew each time.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try read(into: &buffer, at: offset)
      if count == 0 { return }
      body(buffer.span.extracting(..<count))
      offset += UInt64(count)
    }
  }
}
