internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Reads into part of an array.
  /// - Parameters:
  ///   - buffer: where to; its count does not change.
  ///   - range: which part of it, all of it when nil.
  /// - Returns: the number of bytes, 0 at the end of the file.
  public func read(into buffer: inout [UInt8], _ range: Range<Int>? = nil) throws(Errno) -> Int {
    let part = (range ?? 0..<buffer.count).clamped(to: 0..<buffer.count)
    let number = self.number
    return try unsafe buffer.filling(part) { (target) throws(Errno) -> Int in
      try checked { unsafe Glibc.read(number, target.baseAddress, target.count) }
    }
  }

  /// Reads at an offset, leaving the file position alone.
  /// - Returns: the number of bytes, 0 at the end of the file.
  public func read(into buffer: inout [UInt8], _ range: Range<Int>? = nil, at offset: UInt64) throws(Errno) -> Int {
    let part = (range ?? 0..<buffer.count).clamped(to: 0..<buffer.count)
    let number = self.number
    return try unsafe buffer.filling(part) { (target) throws(Errno) -> Int in
      try checked { unsafe pread(number, target.baseAddress, target.count, off_t(clamping: offset)) }
    }
  }

  /// Reads a range of the file; less of it where the file ends before the range does.
  public func bytes(in range: Range<UInt64>) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let count = try read(into: &bytes, done..<bytes.count, at: range.lowerBound + UInt64(done))
      guard count > 0 else { break }
      done += count
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }

  /// Reads a whole file from its beginning, up to a limit.
  /// - Throws: `EFBIG` where the file is larger than the limit.
  public func readAll(limit: Int) throws(Errno) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = try read(into: &buffer, at: UInt64(result.count))
      if count == 0 { return result }
      guard result.count + count <= limit else { throw Errno(rawValue: EFBIG) }
      result.append(contentsOf: buffer[..<count])
    }
  }

  /// Writes as many of the bytes as the file takes at once.
  /// - Returns: the number of bytes written.
  public func write(_ bytes: Span<UInt8>) throws(Errno) -> Int {
    let number = self.number
    return try unsafe bytes.withUnsafeBytes { (source) throws(Errno) -> Int in
      try checked { unsafe Glibc.write(number, source.baseAddress, source.count) }
    }
  }

  /// Writes all of the bytes at the file position.
  public func writeAll(_ bytes: Span<UInt8>) throws(Errno) {
    var done = 0
    while done < bytes.count {
      done += try write(bytes.extracting(done..<bytes.count))
    }
  }

  /// Writes all of the bytes at the file position.
  public func writeAll(_ bytes: [UInt8]) throws(Errno) {
    try writeAll(bytes.span)
  }

  /// Writes all of the bytes at an offset, leaving the file position alone.
  public func writeAll(_ bytes: Span<UInt8>, at offset: UInt64) throws(Errno) {
    let number = self.number
    var done = 0
    while done < bytes.count {
      let rest = bytes.extracting(done..<bytes.count)
      let position = off_t(clamping: offset + UInt64(done))
      done += try unsafe rest.withUnsafeBytes { (source) throws(Errno) -> Int in
        try checked { unsafe pwrite(number, source.baseAddress, source.count, position) }
      }
    }
  }

  /// Cuts the file to a length, or grows it with a hole.
  public func truncate(to length: UInt64) throws(Errno) {
    try checked { ftruncate(number, off_t(clamping: length)) }
  }

  /// Waits until data and metadata of the file are on the disk.
  public func synchronize() throws(Errno) {
    try checked { fsync(number) }
  }

  /// Waits until the data of the file, and what is needed to read it back, are on the disk.
  public func synchronizeData() throws(Errno) {
    try checked { fdatasync(number) }
  }
}
