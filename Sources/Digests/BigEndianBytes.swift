extension FixedWidthInteger where Self: UnsignedInteger {
  /// The bytes of the number, most significant first, as S3 and PNG write checksums.
  @inlinable public var bigEndianBytes: [UInt8] {
    stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
  }
}
