internal import CZlib

/// A raw Deflate stream under way in zlib (RFC 1951), to be used for one content after the other.
///
/// The same bytes in the same pieces give the same stream.
@safe struct Deflater: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>
  private var output: [UInt8]

  /// - Parameter level: 1 for the fastest, 9 for the smallest.
  init(level: Int32) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative window bits: no zlib header, no checksum at the end.
    let status = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { fatalError("zlib has no memory for compression") }
    output = [UInt8](repeating: 0, count: 65_536)
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Forgets the content so far and starts another stream.
  mutating func restart() {
    unsafe deflateReset(stream)
  }

  /// Takes in more of the content, and hands over what zlib has ready of the stream.
  /// - Parameters:
  ///   - isLast: the content ends here, and so does the stream.
  ///   - body: takes each piece of the stream.
  mutating func compress<Failure: Error>(
    _ input: Span<UInt8>, isLast: Bool, _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var taken = 0
    while true {
      let (consumed, produced) = step(input, from: taken, isLast: isLast)
      taken += consumed
      if produced > 0 { try body(output.span.extracting(0..<produced)) }
      // Room left over: zlib has taken all of the input, and written all that is ready.
      if produced < output.count { return }
    }
  }

  /// One call of deflate(), which fills the output buffer at most once.
  private mutating func step(_ input: Span<UInt8>, from start: Int, isLast: Bool) -> (consumed: Int, produced: Int) {
    let capacity = output.count
    let stream = unsafe stream
    return unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0 + start) }
        unsafe stream.pointee.avail_in = UInt32(source.count - start)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(capacity)
        // The only error that is possible here, no progress, is none: there was nothing to do.
        _ = unsafe deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        let left = unsafe Int(stream.pointee.avail_in)
        return unsafe (source.count - start - left, capacity - Int(stream.pointee.avail_out))
      }
    }
  }
}
