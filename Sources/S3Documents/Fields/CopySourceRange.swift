/// The bytes that UploadPartCopy copies: the field `x-amz-copy-source-range`.
public struct CopySourceRange: Sendable, Equatable {
  /// The first byte and the last.
  public let bytes: ClosedRange<UInt64>

  /// Reads the field, which has both ends.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ value: String) throws(S3Error) {
    let prefix = "bytes="
    let ends = value.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard
      value.hasPrefix(prefix), ends.count == 2, let first = ends[0].decimalNumber, let last = ends[1].decimalNumber,
      first <= last
    else {
      throw .invalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
          + "zero-based offsets of the first and last bytes to copy",
        name: "x-amz-copy-source-range", value: value)
    }
    bytes = first...last
  }

  /// The range in an object of `size` bytes, which must have all of them.
  ///
  /// - Throws: `InvalidRange`.
  public func resolved(size: UInt64) throws(S3Error) -> Range<UInt64> {
    guard bytes.upperBound < size else {
      throw .invalidRange(requested: "bytes=\(bytes.lowerBound)-\(bytes.upperBound)", size: size)
    }
    return bytes.lowerBound..<(bytes.upperBound + 1)
  }
}
