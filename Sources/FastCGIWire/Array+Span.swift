extension [UInt8] {
  /// Appends a part of a span.
  public mutating func append(contentsOf source: Span<UInt8>, _ range: Range<Int>) {
    let part = source.extracting(range)
    unsafe part.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
