extension StagedContent {
  /// Digests of the content as it is now, in one pass.
  public func digests() throws(StorageError) -> ContentDigests {
    var digester = ContentDigester()
    try forEachPiece(from: 0) { (piece) throws(StorageError) in digester.update(piece.span) }
    return digester.finalize()
  }

  /// Reads the content from a place on, piece by piece.
  public func forEachPiece(
    from start: UInt64, _ body: (ArraySlice<UInt8>) throws(StorageError) -> Void
  ) throws(StorageError) {
    var offset = start
    // Larger buffers are mapped anew each time.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try read(into: &buffer, at: offset)
      if count == 0 { return }
      try body(buffer[..<count])
      offset += UInt64(count)
    }
  }
}
