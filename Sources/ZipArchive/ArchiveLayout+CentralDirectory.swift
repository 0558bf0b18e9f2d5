extension ArchiveLayout {
  /// A range of the bytes from the start of the central directory to the end of the archive.
  ///
  /// Only the headers that the range touches are made, so a large directory can be sent in chunks of any size.
  /// - Parameters:
  ///   - lower: First byte, counted from the start of the central directory.
  ///   - upper: End of the range; cut to ``centralDirectoryLength``.
  ///   - checksums: CRC-32 of a member's uncompressed content; asked once for each header that the range touches.
  public func centralDirectory<Failure: Error>(
    from lower: UInt64, to upper: UInt64, checksums: (Int) throws(Failure) -> UInt32
  ) throws(Failure) -> [UInt8] {
    let upper = min(upper, centralDirectoryLength)
    guard lower < upper else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(upper - lower))

    /// Appends what of a piece, which starts at `start`, lies inside the range.
    func append(_ piece: [UInt8], at start: UInt64) {
      let from = lower > start ? Int(lower - start) : 0
      let to = min(piece.count, Int(upper - start))
      bytes.append(contentsOf: piece[from..<to])
    }

    let directoryLength = endOfCentralDirectory.directoryLength
    if lower < directoryLength {
      var (index, position) = centralHeader(at: lower)
      while position < min(upper, directoryLength) {
        let header = CentralDirectoryFileHeader(
          member: member(index), checksum: try checksums(index), localHeaderOffset: offset(ofMember: index)
        ).bytes
        append(header, at: position)
        position += UInt64(header.count)
        index += 1
      }
    }
    if upper > directoryLength {
      append(endOfCentralDirectory.bytes, at: directoryLength)
    }
    return bytes
  }
}
