extension [UInt8] {
  /// The two bytes at `index`, most significant first. The caller knows that they are there.
  func bigEndian16(at index: Int) -> Int { Int(self[index]) << 8 | Int(self[index + 1]) }

  /// The four bytes at `index`, most significant first. The caller knows that they are there.
  func bigEndian32(at index: Int) -> UInt32 {
    UInt32(self[index]) << 24 | UInt32(self[index + 1]) << 16 | UInt32(self[index + 2]) << 8 | UInt32(self[index + 3])
  }

  /// The two bytes at `index`, least significant first. The caller knows that they are there.
  func littleEndian16(at index: Int) -> Int { Int(self[index + 1]) << 8 | Int(self[index]) }

  /// Appends bytes of `span` until `limit` bytes are held; the rest of the range is left out.
  mutating func append(_ span: Span<UInt8>, _ range: Range<Int>, upTo limit: Int) {
    let wanted = Swift.min(range.count, limit - count)
    guard wanted > 0 else { return }
    for index in range.lowerBound..<range.lowerBound + wanted { append(span[index]) }
  }
}

extension Span<UInt8> {
  /// The index of the first byte 0xFF at or after `start`; the end if there is none.
  func firstIndexOfAllOnes(from start: Int) -> Int {
    // The largest byte of a block is found without a branch for each, in vector registers.
    let length = 32
    var index = start
    while count - index >= length {
      let block = extracting(index..<index + length)
      var largest: UInt8 = 0
      for offset in block.indices { largest = max(largest, block[offset]) }
      if largest == 0xFF { break }
      index += length
    }
    while index < count, self[index] != 0xFF { index += 1 }
    return index
  }
}
