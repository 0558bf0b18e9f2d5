internal import CCrypto

/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
  /// The 32-byte authentication code of `message` under `key`; a key may have any length.
  public static func authenticate(key: [UInt8], message: [UInt8]) -> [UInt8] {
    // RFC 2104, section 2: a key longer than a block stands for its digest. Done here, the length always fits C's int.
    let key = key.count > 64 ? SHA256.digest(of: key) : key
    return unsafe [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { code, count in
      let done = unsafe key.withUnsafeBufferPointer { key in
        unsafe message.withUnsafeBufferPointer { message in
          // HMAC() takes an absent key for "the same key as before": an empty one still needs an address.
          var nothing: UInt8 = 0
          return unsafe withUnsafePointer(to: &nothing) { nothing in
            unsafe HMAC(
              EVP_sha256(), key.baseAddress ?? nothing, Int32(key.count), message.baseAddress, message.count,
              code.baseAddress, nil)
          }
        }
      }
      guard unsafe done != nil else { fatalError("libcrypto has no memory for an HMAC") }
      count = SHA256.byteCount
    }
  }
}
