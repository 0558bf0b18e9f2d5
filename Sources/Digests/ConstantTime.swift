internal import CCrypto

/// Comparison of secrets.
public enum ConstantTime {
  /// Whether both are the same bytes, in a time that depends on their lengths only.
  public static func equals(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe one.withUnsafeBufferPointer { one in
      unsafe other.withUnsafeBufferPointer { other in
        unsafe CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
      }
    }
  }
}
